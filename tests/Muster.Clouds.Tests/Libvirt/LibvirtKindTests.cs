using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Libvirt;
using Muster.Core;

namespace Muster.Clouds.Tests.Libvirt;

public sealed class LibvirtKindTests
{
    [Fact]
    public void Unless_said_otherwise_it_is_the_system_instance_of_this_machine()
    {
        var options = LibvirtKind.Read(Setup());

        var host = Assert.Single(options.Hosts);
        Assert.Equal((null, "qemu:///system", "qemu:///system"), (host.Zone, host.Uri, host.Shown));
        Assert.Equal(("default", "default", null), (options.Defaults.Pool, options.Defaults.Network, options.Defaults.DomainType));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(30)), (options.StopGrace, options.Timeout));
    }

    [Fact]
    public void Several_hosts_are_zones()
    {
        var options = LibvirtKind.Read(Setup(
            ("host.rack2", "qemu+tls://rack2/system?pkipath=/etc/muster/pki"), ("host.rack1", "qemu+ssh://root@rack1/system")));

        Assert.Equal(["rack1", "rack2"], options.Hosts.Select(host => host.Zone));
        Assert.Equal("qemu+ssh://root@rack1/system?no_tty=1", options.Hosts[0].Uri);
        Assert.Equal("host rack2 (qemu+tls://rack2/system)", options.Hosts[1].Shown);
    }

    [Fact]
    public void Ssh_never_asks_a_terminal()
    {
        var options = LibvirtKind.Read(Setup(("uri", "qemu+ssh://root@rack1/system?keyfile=/etc/muster/key")));

        Assert.Equal("qemu+ssh://root@rack1/system?keyfile=/etc/muster/key&no_tty=1", options.Hosts[0].Uri);
    }

    [Theory]
    [InlineData("here")]
    [InlineData("xen:///system")]
    [InlineData("qemu:///elsewhere")]
    [InlineData("qemu+tcp://rack1/system")]
    [InlineData("qemu+ssh:///system")]
    [InlineData("qemu+ssh://root:secret@rack1/system")]
    public void Other_uris_are_refused(string uri)
    {
        var error = Assert.Throws<InputException>(() => LibvirtKind.Read(Setup(("uri", uri))));

        Assert.StartsWith(
            $"clouds.rack.uri is '{uri}': qemu:///system, qemu:///session, qemu+ssh://", Assert.Single(error.Errors).ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_option_is_named_with_what_is_allowed()
    {
        var error = Assert.Throws<InputException>(() => LibvirtKind.Read(Setup(
            ("uri", "qemu:///system"), ("host.a b", "qemu:///system"), ("stop_grace", "soon"), ("timeout", "0s"), ("domain_type", "xen"),
            ("allow", "network=host"), ("xml.gpu", "<name>mine</name>"), ("colour", "red"))));

        Assert.Equal(
            [
                "clouds.rack.colour is 'red': no such option; allowed are uri, host.NAME, pool, network, xml.NAME, allow, domain_type, "
                + "stop_grace, timeout",
                "clouds.rack.uri is 'qemu:///system': one host by uri, or several by host.NAME, and not both",
                "clouds.rack.host.a b is 'a b': the zone's name: 1 to 182 characters of A-Z a-z 0-9 . _ -",
                "clouds.rack.xml.gpu is '<name>mine</name>': elements of a domain's description, devices within <devices>, such as "
                + "<devices><rng model='virtio'>...</rng></devices>; not name, uuid, metadata, memory, vcpu, os or on_poweroff, "
                + "which Muster writes itself",
                "clouds.rack.allow is 'network=host': network=bridge:NAME, a * at the end for any; with blanks between",
                "clouds.rack.stop_grace is 'soon': a time from 0s to 1h, such as 10s",
                "clouds.rack.timeout is '0s': a time from 1s to 100s",
                "clouds.rack.domain_type is 'xen': auto, kvm or qemu",
            ],
            error.Errors.Select(wrong => wrong.ToString()));
    }

    [Fact]
    public async Task Opening_calls_nobody()
    {
        await using var cloud = await CloudKinds.OpenAsync(
            "libvirt", Setup(("uri", "qemu:///system?socket=/nowhere/libvirt-sock")), TestContext.Current.CancellationToken);

        Assert.True(cloud.Traits.Watches);
    }

    private static CloudSetup Setup(params (string Name, string Value)[] options) => new()
    {
        Name = "rack",
        DataDirectory = "/nowhere",
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value),
        Time = TimeProvider.System,
        Random = new SystemRandomSource(),
    };
}
