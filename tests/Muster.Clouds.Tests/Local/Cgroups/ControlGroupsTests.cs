using Muster.Clouds.Kit.Templates;
using Muster.Clouds.Local.Cgroups;

namespace Muster.Clouds.Tests.Local.Cgroups;

/// <summary>Against directories laid out like cgroup v2.</summary>
public sealed class ControlGroupsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("muster-cgroup-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Both_controllers_are_handed_down_and_limits_are_written()
    {
        FakeControlGroups.MakeParent(_root);
        var group = FakeControlGroups.MakeGroup(_root, "x");
        var groups = ControlGroups.Find(_root, allocation: null);

        var (directory, whyNot) = groups.Create("x", new SizeLimits(1_048_576, 1.5m));

        Assert.Null(groups.WhyNot);
        Assert.Null(whyNot);
        Assert.Equal(group, directory);
        Assert.Equal("+cpu +memory", Read("cgroup.subtree_control"));
        Assert.Equal("1048576", Read("muster-x/memory.max"));
        Assert.Equal("1", Read("muster-x/memory.oom.group"));
        Assert.Equal("150000 100000", Read("muster-x/cpu.max"));
    }

    [Fact]
    public void What_is_not_limited_is_left_alone_and_the_smallest_quota_is_the_kernels()
    {
        FakeControlGroups.MakeParent(_root, enabled: "cpu memory");
        FakeControlGroups.MakeGroup(_root, "x");

        var (_, whyNot) = ControlGroups.Find(_root, allocation: null).Create("x", new SizeLimits(MemoryBytes: null, Cpus: 0.01m));

        Assert.Null(whyNot);
        Assert.Equal("cpu memory", Read("cgroup.subtree_control"));
        Assert.Equal("", Read("muster-x/memory.max"));
        Assert.Equal("1000 100000", Read("muster-x/cpu.max"));
    }

    [Fact]
    public void A_missing_controller_is_named()
    {
        FakeControlGroups.MakeParent(_root, controllers: "cpu io");

        var groups = ControlGroups.Find(_root, allocation: null);

        Assert.Equal($"the cgroup {_root} has no memory controller", groups.WhyNot);
        Assert.Equal((null, groups.WhyNot), groups.Create("x", new SizeLimits(1_048_576, Cpus: null)));
    }

    [Fact]
    public void A_group_that_cannot_be_limited_is_removed_again()
    {
        FakeControlGroups.MakeParent(_root);

        var (directory, whyNot) = ControlGroups.Find(_root, allocation: null).Create("x", new SizeLimits(1_048_576, Cpus: null));

        Assert.Null(directory);
        Assert.Contains("memory.max", whyNot, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_root, "muster-x")));
    }

    [Theory]
    [InlineData("/system.slice/muster.service", "system.slice")]
    [InlineData("/muster", "")]
    [InlineData("/", "")]
    // Not below what a job runner ends with its job.
    [InlineData("/nomad.slice/share.slice/ALLOC.task.scope/inner", "")]
    [InlineData("/pods/one-ALLOC/inner", "pods")]
    public void The_parent_is_the_group_above_ours_where_cgroup2_is_mounted(string own, string expected)
    {
        var proc = Directory.CreateDirectory(Path.Combine(_root, "proc")).FullName;
        var mount = Directory.CreateDirectory(Path.Combine(_root, "mount")).FullName;
        var parent = Path.Combine(mount, expected);
        Directory.CreateDirectory(parent);
        FakeControlGroups.MakeParent(parent);
        var group = FakeControlGroups.MakeGroup(parent, "x");
        File.WriteAllText(Path.Combine(proc, "mountinfo"),
            $"21 1 0:20 / /proc rw - proc proc rw\n30 23 0:26 / {mount} rw,nosuid shared:9 - cgroup2 cgroup2 rw\n");
        File.WriteAllText(Path.Combine(proc, "cgroup"), $"12:cpu:/v1\n0::{own}\n");

        var (directory, whyNot) = ControlGroups.Find(configuredParent: null, "ALLOC", proc)
            .Create("x", new SizeLimits(1_048_576, Cpus: null));

        Assert.Null(whyNot);
        Assert.Equal(group, Path.GetFullPath(directory!));
    }

    [Fact]
    public void Without_cgroup2_nothing_is_applied()
    {
        File.WriteAllText(Path.Combine(_root, "mountinfo"), "30 23 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n");
        File.WriteAllText(Path.Combine(_root, "cgroup"), "12:cpu:/\n");

        Assert.Equal("no cgroup v2 is mounted", ControlGroups.Find(configuredParent: null, allocation: null, _root).WhyNot);
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(_root, file));
}
