using System.Collections.Immutable;
using System.Text;

using Muster.Clouds.Kit;
using Muster.Clouds.Lxd;
using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Kit.Templates;

/// <summary>What of a template reaches the host behind a cloud needs the operator's word.</summary>
public sealed class HostReachTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("security.privileged", "true")]
    [InlineData("security.nesting", "yes")]
    [InlineData("raw.lxc", "lxc.mount.entry=/ host none bind 0 0")]
    [InlineData("raw.apparmor", "mount,")]
    [InlineData("raw.idmap", "both 0 0")]
    [InlineData("raw.qemu", "-usb")]
    [InlineData("raw.qemu.conf", "")]
    [InlineData("raw.seccomp", "2")]
    [InlineData("linux.kernel_modules", "kvm")]
    [InlineData("linux.sysctl.kernel.panic", "1")]
    [InlineData("security.syscalls.intercept.mount", "true")]
    [InlineData("security.syscalls.allow", "kexec_load")]
    [InlineData("security.syscalls.deny_default", "false")]
    [InlineData("security.syscalls.deny", "")]
    [InlineData("security.syscalls.deny_compat", "false")]
    [InlineData("limits.memory.hugepages", "true")]
    [InlineData("snapshots.schedule", "@hourly")]
    [InlineData("boot.host_shutdown_action", "stateful-stop")]
    [InlineData("security.idmap.base", "0")]
    [InlineData("security.devlxd.images", "true")]
    [InlineData("nvidia.runtime", "true")]
    [InlineData("volatile.idmap.next", "x")]
    [InlineData("ubuntu_pro.guest_attach", "on")]
    [InlineData("some.key.of.a.later.version", "x")]
    public async Task Configuration_of_LXD_s_that_reaches_the_host_is_refused_unless_allowed(string key, string value)
    {
        var template = Requests.Template("alpine")
            with { Options = ImmutableSortedDictionary<string, string>.Empty.Add($"config.{key}", value) };

        var error = await RefusedAsync("lxd", template);

        Assert.Equal(
            $"options.config.{key} is '{value}': it reaches the host, or may, so it needs the operator's word: "
            + $"allow = \"config.{key}\" in the options of the cloud 'lxd' (beside what is allowed there already)",
            error.Message);
        foreach (var allow in new[] { $"config.{key}", $"config.{key[..3]}*", "config.*", $"profile=x config.{key}" })
        {
            await AskedAsync("lxd", template, allow);
        }
    }

    [Theory]
    [InlineData("user.anything", "x")]
    [InlineData("environment.http_proxy", "x")]
    [InlineData("cloud-init.vendor-data", "x")]
    [InlineData("limits.processes", "100")]
    [InlineData("boot.autostart", "true")]
    [InlineData("limits.memory.hugepages", "false")]
    [InlineData("limits.hugepages.2MB", "64MB")]
    [InlineData("security.secureboot", "false")]
    [InlineData("security.protection.delete", "true")]
    [InlineData("security.privileged", "false")]
    [InlineData("security.nesting", "0")]
    [InlineData("security.idmap.isolated", "true")]
    public Task Configuration_of_the_instance_alone_goes_on_as_before(string key, string value) => AskedAsync(
        "lxd",
        Requests.Template("alpine") with { Options = ImmutableSortedDictionary<string, string>.Empty.Add($"config.{key}", value) },
        allow: null);

    [Fact]
    public async Task A_value_can_be_allowed_alone()
    {
        Template With(string value) => Requests.Template("alpine") with
        {
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("config.linux.kernel_modules", value),
        };

        await AskedAsync("lxd", With("fuse"), "config.linux.kernel_modules=fuse");
        Assert.StartsWith(
            "options.config.linux.kernel_modules is 'kvm'",
            (await RefusedAsync("lxd", With("kvm"), "config.linux.kernel_modules=fuse")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user.muster.group")]
    [InlineData("user.muster-empty")]
    [InlineData("user.muster-name")]
    public async Task Muster_s_own_tags_are_no_template_s_to_set(string key) => Assert.Contains(
        "Muster's own tags are kept there",
        (await RefusedAsync(
            "lxd",
            Requests.Template("alpine") with { Options = ImmutableSortedDictionary<string, string>.Empty.Add($"config.{key}", "x") },
            "config.*")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("host")]
    [InlineData("HOST")]
    [InlineData("container:other")]
    [InlineData("Container:other")]
    [InlineData("ns:/proc/1/ns/net")]
    [InlineData(" host")]
    [InlineData("front:host")]
    public async Task A_network_of_Docker_s_that_is_the_host_s_own_is_refused_unless_allowed(string network)
    {
        var template = Requests.Template("tiny") with { Networks = ["none", network] };

        Assert.Equal(
            $"network is '{network}': it is the host's own network, or another container's, or no network's name, so it needs the "
            + $"operator's word: allow = \"network={network}\" in the options of the cloud 'docker' (beside what is allowed there already)",
            (await RefusedAsync("docker", template)).Message);
        if (!network.Contains(' ', StringComparison.Ordinal))
        {
            await AskedAsync("docker", template, $"network={network}");
        }

        await AskedAsync("docker", template, "network=*");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("bridge")]
    [InlineData("default")]
    [InlineData("front")]
    [InlineData("hostess")]
    public Task Other_networks_of_Docker_s_go_on_as_before(string network) =>
        AskedAsync("docker", Requests.Template("tiny") with { Networks = [network] }, allow: null);

    [Theory]
    [InlineData("""{"config":{"security.privileged":"true"},"devices":{}}""", "its security.privileged is 'true'")]
    [InlineData("""{"config":{"raw.lxc":"x"}}""", "its raw.lxc is 'x'")]
    [InlineData("""{"devices":{"srv":{"type":"disk","source":"/srv","path":"/srv"}}}""", "its device srv is of type disk with source /srv")]
    [InlineData("""{"devices":{"gpu":{"type":"gpu"}}}""", "its device gpu is of type gpu")]
    [InlineData(
        """{"devices":{"tty":{"type":"unix-char","source":"/dev/ttyS0"}}}""", "its device tty is of type unix-char with source /dev/ttyS0")]
    [InlineData("""{"devices":{"p":{"type":"proxy","bind":"host"}}}""", "its device p is of type proxy")]
    [InlineData("""{"devices":{"eth1":{"type":"nic","nictype":"physical","parent":"eno1"}}}""", "its device eth1 is of type nic")]
    [InlineData("""{"devices":{"eth1":{"type":"nic","nictype":"bridged","parent":"br0"}}}""", "its device eth1 is of type nic")]
    [InlineData("""{"devices":{"eth1":{"type":"nic","nictype":"macvlan","parent":"eno1"}}}""", "its device eth1 is of type nic")]
    [InlineData("""{"devices":{"eth1":{"type":"nic","nictype":"p2p"}}}""", "its device eth1 is of type nic")]
    [InlineData("""{"devices":{"eth1":{"type":"nic","network":"lxdbr0","parent":"eno1"}}}""", "its device eth1 is of type nic")]
    [InlineData("""{"devices":{"odd":{}}}""", "its device odd is of type ")]
    public async Task A_profile_that_reaches_the_host_is_refused_unless_allowed(string profile, string how)
    {
        var template = Requests.Template("alpine")
            with { Options = ImmutableSortedDictionary<string, string>.Empty.Add("profiles", "default strong") };

        var error = await RefusedAsync("lxd", template, profile: profile);

        Assert.Equal(
            $"options.profiles is 'strong': the profile reaches the host ({how}), so it needs the operator's word: "
            + "allow = \"profile=strong\" in the options of the cloud 'lxd' (beside what is allowed there already)",
            error.Message);
        await AskedAsync("lxd", template, "profile=strong", profile);
    }

    [Theory]
    [InlineData(
        """{"config":{"limits.cpu":"1","security.nesting":"false"},"devices":{"root":{"type":"disk","path":"/","pool":"default"},"eth0":{"type":"nic","network":"lxdbr0"}}}""")]
    [InlineData(
        """{"devices":{"eth0":{"type":"nic","network":"lxdbr0"},"data":{"type":"disk","pool":"default","source":"vol","path":"/data"}}}""")]
    [InlineData("""{"devices":{"ci":{"type":"disk","source":"cloud-init:config"},"t":{"type":"tpm"},"n":{"type":"none"}}}""")]
    [InlineData("""{"config":null,"devices":null}""")]
    public Task Other_profiles_go_on_as_before(string profile) => AskedAsync(
        "lxd",
        Requests.Template("alpine") with { Options = ImmutableSortedDictionary<string, string>.Empty.Add("profiles", "strong") },
        allow: null,
        profile);

    [Fact]
    public async Task The_check_of_a_template_says_it_before_a_launch()
    {
        await using var daemon = Daemon("""{"config":{"raw.lxc":"x"}}""");
        await using var cloud = Open("lxd", daemon, allow: null);
        var template = Requests.Template("alpine") with
        {
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("profiles", "strong").Add("config.raw.lxc", "y"),
        };

        var check = await cloud.CheckAsync(template, Cancellation);

        var wrong = check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Field).ToArray();
        Assert.Contains("options.config.raw.lxc", wrong);
        Assert.Contains("options.profiles", wrong);
    }

    [Fact]
    public void What_an_operator_misspells_is_refused_at_the_start()
    {
        var error = Assert.Throws<InputException>(() => Opened.Now("lxd", Setup("lxd", "/tmp/none", "security.nesting config. profile=")));

        Assert.Equal(
            ["security.nesting", "config.", "profile="],
            error.Errors.Select(wrong => wrong.Value));
        Assert.All(error.Errors, wrong => Assert.Equal(LxdReach.KnownEntries, wrong.Allowed));
    }

    private static async Task<CloudException> RefusedAsync(string kind, Template template, string? allow = null, string profile = "{}")
    {
        await using var daemon = Daemon(profile);
        await using var cloud = Open(kind, daemon, allow);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(Requests.Make(template), Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        return error;
    }

    /// <summary>The daemon is asked for the instance: nothing was refused before.</summary>
    private static async Task AskedAsync(string kind, Template template, string? allow, string profile = "{}")
    {
        await using var daemon = Daemon(profile);
        await using var cloud = Open(kind, daemon, allow);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(Requests.Make(template), Cancellation));

        Assert.Contains("the daemon says no", error.Message, StringComparison.Ordinal);
    }

    private static OddDaemon Daemon(string profile) => new(request =>
        request.StartsWith("GET /1.0/profiles/strong", StringComparison.Ordinal) ? Answer("200 OK", $$"""{"metadata":{{profile}}}""")
        : request.StartsWith("GET /1.0/profiles/", StringComparison.Ordinal)
            ? Answer("200 OK", """{"metadata":{"config":{},"devices":{}}}""")
        : request.StartsWith("GET /1.0/operations", StringComparison.Ordinal) ? Answer("200 OK", """{"metadata":{}}""")
        : request.StartsWith("GET", StringComparison.Ordinal) ? Answer("404 Not Found", "{}")
        : Answer("400 Bad Request", """{"message":"the daemon says no","error":"the daemon says no"}"""));

    private static byte[] Answer(string status, string body) =>
        Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private static ICloud Open(string kind, OddDaemon daemon, string? allow) => Opened.Now(kind, Setup(kind, daemon.Socket, allow));

    private static CloudSetup Setup(string kind, string socket, string? allow)
    {
        var options = ImmutableSortedDictionary<string, string>.Empty.Add("endpoint", $"unix://{socket}");
        return new()
        {
            Name = kind,
            DataDirectory = "/nowhere",
            Options = allow is null ? options : options.Add("allow", allow),
            Time = TimeProvider.System,
            Random = new SystemRandomSource(),
        };
    }
}
