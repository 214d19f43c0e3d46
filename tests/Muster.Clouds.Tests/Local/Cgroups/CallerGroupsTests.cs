using Muster.Clouds.Local.Cgroups;

namespace Muster.Clouds.Tests.Local.Cgroups;

/// <summary>Against directories laid out like cgroups of both versions; with real ones where this machine has them.</summary>
public sealed class CallerGroupsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("muster-cgroup-").FullName;

    private string Mount(string name) => Path.Combine(_root, name);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("/nomad.slice/share.slice/0c0ffee0.check.scope", "")]
    [InlineData("/machines/nomad/0c0ffee0.check.scope", "machines")]
    [InlineData("/system.slice/cron.service", "system.slice")]
    [InlineData("/batch/job-0c0ffee0-1111-4111-8111-111111111111/step", "batch")]
    public void An_instance_gets_a_group_above_its_callers_in_the_unified_hierarchy(string own, string expected)
    {
        Make("unified", own, expected);
        Write("0::" + own, Line("unified", "cgroup2", "rw"));

        var groups = Find();

        Assert.Equal(
            Path.Combine(Mount("unified"), expected).TrimEnd(Path.DirectorySeparatorChar),
            groups.Parent!.TrimEnd(Path.DirectorySeparatorChar));
        Assert.Empty(groups.Shared);
        Assert.Null(groups.WhyBound);
    }

    [Fact]
    public void In_the_first_version_it_leaves_what_jobs_are_ended_by_and_keeps_its_limits()
    {
        Make("freezer", "/nomad/0c0ffee0", "");
        Make("systemd", "/system.slice/nomad.service", "system.slice");
        Make("memory", "/nomad/0c0ffee0", "");
        Write(
            "7:freezer:/nomad/0c0ffee0\n5:memory:/nomad/0c0ffee0\n1:name=systemd:/system.slice/nomad.service\n0::/",
            Line("freezer", "cgroup", "rw,freezer"),
            Line("systemd", "cgroup", "rw,xattr,name=systemd"),
            Line("memory", "cgroup", "rw,memory"),
            Line("unified", "cgroup2", "rw"));

        var groups = Find();

        Assert.Null(groups.Parent);
        Assert.Equal(
            [Mount("freezer"), Path.Combine(Mount("systemd"), "system.slice")],
            groups.Shared.Select(each => each.TrimEnd(Path.DirectorySeparatorChar)));
        Assert.Null(groups.WhyBound);
    }

    [Fact]
    public void At_the_top_there_is_nothing_to_leave()
    {
        Make("unified", "/", "");
        Write("0::/", Line("unified", "cgroup2", "rw"));

        Assert.Null(Find().Parent);
        Assert.Null(Find().WhyBound);
    }

    [Fact]
    public void A_mount_that_shows_only_our_part_is_the_top()
    {
        Make("unified", "/", "");
        Write("0::/docker/abc", $"30 23 0:26 /docker/abc {Mount("unified")} rw - cgroup2 cgroup2 rw");

        Assert.Null(Find().Parent);
    }

    [Fact]
    public void A_task_of_Nomad_that_may_not_leave_says_so_before_it_launches()
    {
        // No cgroup.procs above: as where the hierarchy is not this user's, or read only.
        Directory.CreateDirectory(Path.Combine(Mount("unified"), "nomad.slice/share.slice/0c0ffee0.check.scope"));
        Write("0::/nomad.slice/share.slice/0c0ffee0.check.scope", Line("unified", "cgroup2", "rw"));

        var groups = Find();

        Assert.Null(groups.Parent);
        Assert.StartsWith("an instance would end with this task of Nomad", groups.WhyBound, StringComparison.Ordinal);
        Assert.Contains("cgroup.procs cannot be written", groups.WhyBound, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_is_no_job_and_may_not_leave_stays()
    {
        Directory.CreateDirectory(Path.Combine(Mount("unified"), "user.slice/session-1.scope"));
        Write("0::/user.slice/session-1.scope", Line("unified", "cgroup2", "rw"));

        Assert.Null(Find().Parent);
        Assert.Null(Find().WhyBound);
    }

    [Fact]
    public void A_configured_parent_within_the_job_is_no_way_out()
    {
        const string Own = "/nomad.slice/share.slice/0c0ffee0.check.scope";
        Make("unified", Own, "");
        var within = Directory.CreateDirectory(Path.Combine(Mount("unified") + Own, "instances")).FullName;
        Write("0::" + Own, Line("unified", "cgroup2", "rw"));

        Assert.Contains("is within it", Find(within).WhyBound, StringComparison.Ordinal);
    }

    private CallerGroups Find(string? configured = null) =>
        CallerGroups.Find(configured, "0c0ffee0-1111-4111-8111-111111111111", Path.Combine(_root, "proc"));

    private void Make(string mount, string own, string above)
    {
        Directory.CreateDirectory(Mount(mount) + own);
        File.WriteAllText(Path.Combine(Mount(mount), above, "cgroup.procs"), "");
    }

    private string Line(string mount, string type, string options) =>
        $"30 23 0:26 / {Mount(mount)} rw,nosuid shared:9 - {type} {type} {options}";

    private void Write(string own, params string[] mounts)
    {
        var proc = Directory.CreateDirectory(Path.Combine(_root, "proc")).FullName;
        File.WriteAllText(Path.Combine(proc, "cgroup"), own + "\n");
        File.WriteAllLines(Path.Combine(proc, "mountinfo"), mounts);
    }
}
