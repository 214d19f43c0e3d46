using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.Lxd;
using Muster.Clouds.Lxd.Wire;
using Muster.Clouds.Tests.Local;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Incus;

/// <summary>What a template becomes, and what is refused before a call.</summary>
public sealed class IncusTemplateTests
{
    private const string Registry = "docker=oci+https://docker.io";

    [Fact]
    public void A_container_is_made_and_started_by_one_call()
    {
        var template = Requests.Template("images:alpine/3.20") with { Size = "256m,0.5cpu", Networks = ["incusbr0"] };

        Assert.Equal(
            """{"name":"","type":"container","source":{"type":"image","alias":"alpine/3.20","""
            + "\"server\":\"https://images.linuxcontainers.org\",\"protocol\":\"simplestreams\",\"mode\":\"pull\"},\"start\":true,"
            + "\"config\":{\"limits.memory\":\"268435456B\",\"limits.cpu.allowance\":\"50ms/100ms\"},"
            + "\"devices\":{\"eth0\":{\"type\":\"nic\",\"name\":\"eth0\",\"network\":\"incusbr0\"}}}",
            Written(template));
    }

    [Fact]
    public void A_virtual_machine_has_its_type_and_whole_processors()
    {
        var template = With("images:debian/12", ("type", "virtual-machine"), ("config.security.secureboot", "false"), ("pool", "fast"),
            ("disk_size", "20GiB"));

        var made = Read(template with { Size = "2cpu,2g" });

        Assert.Equal(("virtual-machine", "2", "false"), (made.Type, made.Config["limits.cpu"], made.Config["security.secureboot"]));
        Assert.Equal(("fast", "20GiB"), (made.Devices["root"]["pool"], made.Devices["root"]["size"]));
        Assert.Equal(["size is '0.5cpu': a virtual machine has whole processors"], Wrong(template with { Size = "0.5cpu" }));
    }

    [Theory]
    [InlineData("docker:nginx", "nginx")]
    [InlineData("docker:library/nginx:1.27", "library/nginx:1.27")]
    public void An_image_of_a_registry_is_named_as_the_registry_does(string image, string alias)
    {
        var source = Read(Requests.Template(image)).Source;

        Assert.Equal((alias, "https://docker.io", "oci", "pull"), (source.Alias, source.Server, source.Protocol, source.Mode));
    }

    [Fact]
    public void An_image_of_a_registry_makes_no_virtual_machine() => Assert.Equal(
        ["image is 'docker:nginx': an image of a registry makes containers, and the template's type is virtual-machine"],
        Wrong(With("docker:nginx", ("type", "virtual-machine"))));

    [Fact]
    public void Canonical_s_servers_are_not_known_unless_configured() => Assert.Equal(
        ["image is 'ubuntu:24.04': an alias or fingerprint, or one of docker:, images: and an alias there"],
        Wrong(Requests.Template("ubuntu:24.04")));

    [Fact]
    public void There_are_no_placement_groups() => Assert.Equal(
        [
            "options.placement_group is 'web': no such option; allowed are type, pool, disk_size, profiles, target, config.KEY",
        ],
        Wrong(With("alpine", ("placement_group", "web"))));

    // What a restricted project of Incus forbids, to the letter.
    [Theory]
    [InlineData("limits.memory.swap", "false")]
    [InlineData("limits.memory.oom_priority", "-1000")]
    [InlineData("limits.memory.hugepages", "true")]
    [InlineData("boot.host_shutdown_timeout", "1")]
    [InlineData("security.bpffs.path", "/sys/fs/bpf")]
    [InlineData("security.bpffs.delegate_cmds", "any")]
    [InlineData("security.selinux.type", "x")]
    [InlineData("security.guestapi.images", "true")]
    [InlineData("security.idmap.size", "1")]
    [InlineData("raw.qemu.scriptlet", "x")]
    [InlineData("raw.qemu.qmp.early", "x")]
    [InlineData("nvidia.runtime", "true")]
    public void Configuration_that_reaches_the_host_needs_the_operator_s_word(string key, string value)
    {
        var template = With("alpine", ($"config.{key}", value));

        Assert.Equal(
            [
                $"options.config.{key} is '{value}': it reaches the host, or may, so it needs the operator's word: "
                + $"allow = \"config.{key}\" in the options of the cloud 'here' (beside what is allowed there already)",
            ],
            Wrong(template));
        Assert.Empty(Wrong(template, ("allow", $"config.{key}")));
    }

    [Theory]
    [InlineData("boot.autorestart", "true")]
    [InlineData("limits.memory", "50%")]
    [InlineData("limits.memory.hotplug", "8GiB")]
    [InlineData("oci.entrypoint", "/bin/true")]
    [InlineData("security.guestapi", "false")]
    [InlineData("security.iommu", "true")]
    [InlineData("smbios11.x", "y")]
    [InlineData("systemd.credential.x", "y")]
    public void Configuration_of_the_instance_alone_is_free(string key, string value) =>
        Assert.Equal(value, Read(With("alpine", ($"config.{key}", value))).Config[key]);

    private static Template With(string image, params (string Name, string Value)[] options) => Requests.Template(image) with
    {
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value),
    };

    private static LxdTemplates Templates(params (string Name, string Value)[] options) =>
        new(IncusSetups.Read([("remotes", Registry), .. options]));

    private static LxdInstanceCreate Read(Template template) => Templates().Read(template).Required;

    private static string Written(Template template) =>
        JsonSerializer.Serialize(Read(template), LxdJson.Default.LxdInstanceCreate);

    private static string[] Wrong(Template template, params (string Name, string Value)[] options) =>
        [.. Templates(options).Read(template).Findings.Where(finding => !finding.IsGood).Select(finding => finding.Message)];
}
