using System.Collections.Immutable;

using Muster.Clouds.Kit;
using Muster.Clouds.Libvirt;
using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Libvirt.Native;
using Muster.Clouds.Libvirt.Templates;
using Muster.Core;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Libvirt;

public sealed class LibvirtTemplateTests
{
    private static readonly Guid Uuid = new("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");

    [Fact]
    public void The_smallest_template_is_this_domain()
    {
        var xml = Write(Base);

        Assert.Equal(
            string.Concat(
                """<domain type="kvm"><name>web-1</name><uuid>aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee</uuid>""",
                """<metadata>""",
                """<muster:instance created="1970-01-01T00:00:00.0000000+00:00" image="base.qcow2" xmlns:muster="urn:muster:libvirt:1">""",
                """<muster:tag name="a" value="b" /><muster:volume pool="default" name="root" /></muster:instance></metadata>""",
                """<memory unit="KiB">1048576</memory><vcpu>1</vcpu><os><type arch="x86_64">hvm</type><boot dev="hd" /></os>""",
                """<features><acpi /><apic /></features>""",
                """<on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>""",
                """<devices><disk type="volume" device="disk"><driver name="qemu" type="qcow2" />""",
                """<source pool="default" volume="root" /><target dev="vda" bus="virtio" /></disk>""",
                """<interface type="network"><source network="default" />""",
                """<model type="virtio" /></interface><serial type="pty" /><console type="pty" /></devices></domain>"""),
            xml);
    }

    [Fact]
    public void Every_field_shows_in_the_domain()
    {
        var xml = Write(
            Base with
            {
                Size = "2cpu,512m",
                Networks = ["front", "bridge:br0"],
                UserData = "#cloud-config\n",
                Options = Options(("machine", "q35"), ("firmware", "efi"), ("cpu", "host-passthrough"), ("xml", "rng pin")),
            },
            ("allow", "network=bridge:br*"),
            ("xml.rng", "<devices><rng model='virtio'><backend model='random'>/dev/urandom</backend></rng></devices>"),
            ("xml.pin", "<cputune><shares>512</shares></cputune>"), ("domain_type", "qemu"));

        Assert.Contains("""<domain type="qemu">""", xml, StringComparison.Ordinal);
        Assert.Contains("""<memory unit="KiB">524288</memory><vcpu>2</vcpu>""", xml, StringComparison.Ordinal);
        Assert.Contains(
            """<os firmware="efi"><type arch="x86_64" machine="q35">hvm</type><boot dev="hd" /></os>""", xml, StringComparison.Ordinal);
        Assert.Contains("""<cpu mode="host-passthrough" />""", xml, StringComparison.Ordinal);
        Assert.Contains("<cputune><shares>512</shares></cputune><devices>", xml, StringComparison.Ordinal);
        Assert.Contains("""<interface type="network"><source network="front" />""", xml, StringComparison.Ordinal);
        Assert.Contains("""<interface type="bridge"><source bridge="br0" />""", xml, StringComparison.Ordinal);
        Assert.Contains(
            """<source pool="default" volume="seed" /><target dev="vdb" bus="virtio" /><readonly /></disk>""", xml,
            StringComparison.Ordinal);
        Assert.Contains("/dev/urandom</backend></rng></devices></domain>", xml, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_network_it_has_none()
    {
        Assert.DoesNotContain("<interface", Write(Base with { Networks = ["none"] }), StringComparison.Ordinal);
        Assert.DoesNotContain("<interface", Write(Base, ("network", "none")), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_wrong_is_told_at_once()
    {
        var reading = Read(Base with
        {
            Image = "a/b/c",
            Size = "0.5cpu,1m",
            Networks = ["bridge:br0", "a b"],
            FirewallEnabled = true,
            Metadata = Options(("instance-id", "x")),
            Tags = Options(("bell", "\a")),
            UserData = new string('x', 65537),
            Options = Options(("disk", "small"), ("clone", "half"), ("machine", "q 35"), ("firmware", "tape"), ("cpu", "fast"),
                ("xml", "gpu"), ("colour", "red")),
        });

        Assert.Equal(
            [
                "image is 'a/b/c': the name of a volume, or POOL/VOLUME",
                "size is '0.5cpu,1m': processors are whole ones here, such as cpu=2",
                "size is '0.5cpu,1m': memory is 8m or more",
                "firewall is 'on': libvirt has none for a domain by itself; write a filter into the cloud's xml.NAME, or leave it off",
                "user_data is '65537 bytes': at most 65536 bytes as UTF-8",
                "metadata.instance-id is 'x': Muster writes it itself; leave it out",
                "tags.bell is '\a': no U+0007, which the metadata of a domain cannot hold",
                "network is 'bridge:br0': a bridge is the host's own network, so it needs the operator's word: "
                + "allow = \"network=bridge:br0\" in the options of the cloud 'rack' (beside what is allowed there already)",
                "network is 'a b': the name of a network of libvirt's, bridge:NAME, or none alone",
                "options.xml is 'gpu': the cloud's configuration has no xml.NAME; its operator writes them",
                "options.clone is 'half': linked or full",
                "options.disk is 'small': a size from 1m to 64t, such as 20g",
                "options.machine is 'q 35': a machine type of letters, digits, . _ and -, such as q35",
                "options.firmware is 'tape': bios or efi",
                "options.cpu is 'fast': default, host-model, host-passthrough or maximum",
                "options.colour is 'red': no such option; allowed are pool, clone, disk, machine, firmware, cpu, xml",
            ],
            reading.Findings.Select(finding => finding.Message));
    }

    [Fact]
    public void Whatever_a_tag_says_comes_back()
    {
        var tags = Options(
            ("plain", "value"), ("quotes", "'single' \"double\" <tag> &amp; \\"), ("lines", "a\r\n\tb "), ("blank", "   "),
            ("smile", "🚀 Übergröße"),
            ("none", ""));
        var mark = new InstanceMark(DateTimeOffset.UnixEpoch.AddTicks(1), "pool/a<b", tags, [new("p", "v"), new("q", "w")]);

        var read = InstanceMark.Read(XmlForm.Write(mark.Write), out var flaw);

        Assert.Null(flaw);
        Assert.Equal(mark.CreatedAt, read.CreatedAt);
        Assert.Equal(mark.Image, read.Image);
        Assert.Equal(tags, read.Tags);
        Assert.Equal(mark.Volumes, read.Volumes);
    }

    [Fact]
    public void The_name_of_a_volume_says_whose_it_is()
    {
        var launch = new LaunchId(Uuid);
        var root = VolumeName.RootOf("default", Uuid, launch);

        Assert.Equal("muster-aaaaaaaabbbb4ccc8dddeeeeeeeeeeee-aaaaaaaabbbb4ccc8dddeeeeeeeeeeee-root", root.Name);
        Assert.Equal((Uuid, Uuid), root.Owner);
        Assert.Equal((Uuid, Uuid), VolumeName.SeedOf("default", Uuid, launch).Owner);
        Assert.Null(new VolumeName("default", "debian-12.qcow2").Owner);
        Assert.Null(new VolumeName("default", "muster-aaaaaaaabbbb4ccc8dddeeeeeeeeeeee-root").Owner);
        Assert.Null((root with { Name = $"{root.Name}2" }).Owner);
    }

    private static Template Base => Local.Requests.Template("base.qcow2");

    private static ImmutableSortedDictionary<string, string> Options(params (string Name, string Value)[] options) =>
        options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal);

    private static Clouds.Kit.Templates.TemplateReading<LibvirtSpec> Read(Template template, params (string Name, string Value)[] cloud) =>
        LibvirtTemplates.Read(template, LibvirtKind.Read(new CloudSetup
        {
            Name = "rack",
            DataDirectory = "/nowhere",
            Options = Options(cloud),
            Time = TimeProvider.System,
            Random = new SystemRandomSource(),
        }).Defaults);

    private static string Write(Template template, params (string Name, string Value)[] cloud)
    {
        var spec = Read(template, cloud).Required;
        var root = new VolumeName("default", "root");
        return DomainXml.Write(
            Uuid, "web-1", spec, new InstanceMark(DateTimeOffset.UnixEpoch, template.Image, Options(("a", "b")), [root]),
            new HostFacts("x86_64", HasKvm: true), (root, "qcow2"), spec.HasSeed ? new VolumeName("default", "seed") : null);
    }
}
