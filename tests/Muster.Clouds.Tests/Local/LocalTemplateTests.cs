using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Local;
using Muster.Clouds.Tests.Local.Cgroups;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>What a template comes to: the image, the limits and the ports of a real process, and what is refused.</summary>
public sealed class LocalTemplateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ports_are_distinct_over_every_muster_process_and_free_again_afterwards()
    {
        // Exactly as many as there are ports; taken ones among them would fail the test, so they are chosen high and few.
        await using var harness = new LocalHarness(options => (options.PortFirst, options.PortLast) = (20_500, 20_519));
        await using var other = harness.Open();
        var clouds = new[] { harness.Cloud, other };

        var launched = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            i => Task.Run(() => clouds[i % 2].LaunchAsync(Requests.Make("sleep 1000"), Cancellation))));

        var ports = launched.Select(instance => int.Parse(instance.Attributes["port"], CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(ports.Length, ports.Distinct().Count());
        Assert.All(ports, port => Assert.InRange(port, 20_500, 20_519));
        Assert.All(launched, instance => Assert.Equal([$"127.0.0.1:{instance.Attributes["port"]}"], instance.Addresses));
        await Task.WhenAll(launched.Select(harness.TerminateAsync));
        await Wait.UntilAsync("all are gone", async () => (await harness.ListAsync()).Length == 0);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(harness.Root, "ports")));
    }

    [Fact]
    public async Task Without_a_free_port_a_launch_is_refused_and_leaves_nothing()
    {
        await using var harness = new LocalHarness(options => (options.PortFirst, options.PortLast) = (20_600, 20_600));
        using var taken = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        taken.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Any, 20_600));
        taken.Listen();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.LaunchAsync("sleep 1000"));

        Assert.Equal(CloudErrorKind.QuotaExceeded, error.Kind);
        Assert.Contains("20600", error.Message, StringComparison.Ordinal);
        Assert.Empty(await harness.ListAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(harness.Root, "ports")));
    }

    [Fact]
    public async Task The_word_muster_is_the_running_executable_when_none_is_on_the_path()
    {
        await using var harness = new LocalHarness(options => options.SelfPath = "/bin/echo");

        var instance = await harness.LaunchAsync("muster hello 'to you'");

        Assert.Equal("hello to you\n", await LocalHarness.OutputAsync(instance));
    }

    [Theory]
    [InlineData("'unclosed", "position 1: the single quote is never closed")]
    [InlineData("no-such-program-anywhere --now", "'no-such-program-anywhere' is not an executable on PATH")]
    [InlineData("./relative", "'./relative' is relative")]
    [InlineData("/etc/passwd", "'/etc/passwd' is not an executable file")]
    [InlineData("/etc", "'/etc' is not an executable file")]
    [InlineData("", "holds no word")]
    public async Task A_bad_image_is_refused_with_its_value_and_what_is_wrong(string image, string wrong)
    {
        await using var harness = new LocalHarness();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.LaunchAsync(image));
        var check = await harness.Cloud.CheckAsync(Requests.Template(image), Cancellation);

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains($"image is '{image}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(wrong, error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, Assert.Single(check.Findings, finding => !finding.IsGood).Message);
        Assert.Empty(await harness.ListAsync());
    }

    [Fact]
    public async Task Everything_wrong_with_a_template_is_said_at_once()
    {
        await using var harness = new LocalHarness();
        var template = Requests.Template("no-such-program-anywhere") with
        {
            Size = "huge",
            Networks = ["lan"],
            FirewallEnabled = true,
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("zone", "a").Add("stop_grace", "soon"),
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("a-b", "1").Add("a.b", "2"),
        };

        var check = await harness.Cloud.CheckAsync(template, Cancellation);

        Assert.Equal(
            ["image", "size", "network", "firewall", "options.stop_grace", "metadata.a.b", "options.zone"],
            check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Field));
    }

    [Fact]
    public async Task A_size_that_cannot_be_applied_here_starts_all_the_same_and_says_so()
    {
        await using var harness = new LocalHarness(options => options.ControlGroupParent = "/nowhere/cgroup");
        var template = Requests.Template("sleep 1000") with { Size = "0.5cpu,256m" };

        var check = await harness.Cloud.CheckAsync(template, Cancellation);
        var instance = await harness.LaunchAsync(template);

        Assert.True(check.IsGood);
        Assert.Contains(
            check.Findings,
            finding => finding.Field == "size" && finding.Message.StartsWith("would not be applied here: ", StringComparison.Ordinal));
        Assert.StartsWith("not applied: ", instance.Attributes["limits"], StringComparison.Ordinal);
        Assert.Equal(InstanceState.Running, instance.State);
    }

    [Fact]
    public async Task Limits_are_written_before_the_process_joins_its_cgroup()
    {
        await using var harness = new LocalHarness();
        var parent = Directory.CreateDirectory(Path.Combine(harness.Outside, "cgroup")).FullName;
        FakeControlGroups.MakeParent(parent);
        await using var cloud = LocalCloud.Open(
            new LocalCloudOptions { Directory = harness.Root, ControlGroupParent = parent }, TimeProvider.System, new SystemRandomSource());
        var request = Requests.Make(Requests.Template("sleep 1000") with { Size = "0.5cpu,256m" });
        var group = FakeControlGroups.MakeGroup(parent, request.Launch.ToString());

        var instance = await cloud.LaunchAsync(request, Cancellation);

        Assert.Equal("applied", instance.Attributes["limits"]);
        Assert.Equal("268435456", await File.ReadAllTextAsync(Path.Combine(group, "memory.max"), Cancellation));
        Assert.Equal("50000 100000", await File.ReadAllTextAsync(Path.Combine(group, "cpu.max"), Cancellation));
        // "0" is whoever writes it: the boot stage itself, before it becomes the image.
        Assert.Equal("0", await File.ReadAllTextAsync(Path.Combine(group, "cgroup.procs"), Cancellation));
    }
}
