using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Local;
using Muster.Core;

namespace Muster.Clouds.Tests;

public sealed class CloudKindsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("muster-kinds-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_local_kind_opens_in_its_own_part_of_the_data_directory()
    {
        await using var cloud = await CloudKinds.OpenAsync("local", Setup(), TestContext.Current.CancellationToken);

        Assert.IsType<LocalCloud>(cloud);
        Assert.True(Directory.Exists(Path.Combine(_directory, "clouds", "here", "instances")));
    }

    [Fact]
    public void An_unknown_kind_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<InputException>(() => Opened.Now("moon", Setup()));

        Assert.Equal(
            "clouds.here.kind is 'moon': one of azure, digitalocean, docker, ec2, exec, gce, hetzner, incus, libvirt, local, lxd, "
                + "openstack, proxmox, triton, vsphere",
            error.Message);
    }

    [Fact]
    public void Every_wrong_option_is_named()
    {
        var setup = Setup(
            ("directory", ""), ("stop_grace", "61m"), ("port_first", "80"), ("port_last", "70000"), ("spent_retention_hours", "23"),
            ("logs_kept_max", "-1"), ("zone", "a"));

        var error = Assert.Throws<InputException>(() => Opened.Now("local", setup));

        Assert.Equal(
            [
                "clouds.here.zone", "clouds.here.directory", "clouds.here.stop_grace", "clouds.here.port_first", "clouds.here.port_last",
                "clouds.here.spent_retention_hours", "clouds.here.logs_kept_max",
            ],
            error.Errors.Select(wrong => wrong.Field));
    }

    [Theory]
    [InlineData("87601")]
    [InlineData("2147483647")]
    [InlineData("99999999999")]
    public void What_is_known_of_ended_instances_is_kept_for_ten_years_at_most(string hours)
    {
        var error = Assert.Throws<InputException>(() => Opened.Now("local", Setup(("spent_retention_hours", hours))));

        Assert.Equal($"clouds.here.spent_retention_hours is '{hours}': 24 to 87600", error.Message);
        Assert.Equal(TimeSpan.FromDays(3650), LocalKind.Read(Setup(("spent_retention_hours", "87600"))).SpentRetention);
    }

    [Fact]
    public void Ports_that_do_not_go_together_are_refused()
    {
        var error = Assert.Throws<InputException>(() => Opened.Now("local", Setup(("port_first", "30000"), ("port_last", "20000"))));

        Assert.Equal("clouds.here.port_last is '20000': port_first to 65535", error.Message);
    }

    [Fact]
    public void Every_option_is_read()
    {
        var options = LocalKind.Read(Setup(
            ("directory", "/elsewhere"), ("path", "/opt/bin"), ("stop_grace", "3s"), ("port_first", "2000"), ("port_last", "3000"),
            ("spent_retention_hours", "48"), ("logs_kept_max", "7"), ("control_group_parent", "/sys/fs/cgroup/x")));

        Assert.Equal(
            ("/elsewhere", "/opt/bin", TimeSpan.FromSeconds(3), 2000, 3000, TimeSpan.FromHours(48), 7, "/sys/fs/cgroup/x", "/bin/muster"),
            (options.Directory, options.SearchPath, options.StopGrace, options.PortFirst, options.PortLast, options.SpentRetention,
                options.LogsKeptMax, options.ControlGroupParent, options.SelfPath));
    }

    [Fact]
    public void What_is_left_empty_is_found_as_where_it_is_not_set()
    {
        var options = LocalKind.Read(Setup(("path", ""), ("control_group_parent", "")));

        Assert.Equal((null, null), (options.SearchPath, options.ControlGroupParent));
        Opened.Now("lxd", Setup(("project", "")));
    }

    private CloudSetup Setup(params (string Name, string Value)[] options) => new()
    {
        Name = "here",
        DataDirectory = _directory,
        SelfPath = "/bin/muster",
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value),
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    };
}
