using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Docker;

/// <summary>What is Docker's own, against a real engine.</summary>
[Collection(DockerGroup.Name)]
public sealed class DockerCloudTests : IAsyncLifetime
{
    private readonly DockerDaemon _daemon;
    private readonly Lazy<DockerHarness> _harness;

    public DockerCloudTests(DockerDaemon daemon)
    {
        _daemon = daemon;
        _harness = new Lazy<DockerHarness>(() => new DockerHarness(daemon));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ICloud Cloud => _harness.Value.Cloud;

    public ValueTask InitializeAsync()
    {
        _daemon.SkipUnlessRunning();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_harness.IsValueCreated)
        {
            await _harness.Value.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_instance_gets_its_command_metadata_and_user_data()
    {
        var template = DockerHarness.Make(DockerDaemon.Image, ("command", "sh -c 'exec sleep 1000001'"));
        template = template with { UserData = "#cloud-config\nÜ", Metadata = template.Metadata.Add("db.host", "it's 10.0.0.1") };

        var launched = await LaunchAsync(template);

        Assert.Equal("#cloud-config\nÜ", await _daemon.RunAsync("exec", launched.Id.Value, "sh", "-c", "cat $MUSTER_USER_DATA_FILE"));
        Assert.Equal("it's 10.0.0.1\n", await _daemon.RunAsync("exec", launched.Id.Value, "sh", "-c", "echo $MUSTER_META_DB_HOST"));
        Assert.Equal("[sh -c exec sleep 1000001]", await InspectAsync(launched, "{{.Config.Cmd}}"));
        Assert.DoesNotContain("cloud-config", await InspectAsync(launched, "{{json .}}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Size_limits_memory_and_processors_and_nobody_else_restarts_it()
    {
        var launched = await LaunchAsync(DockerHarness.Make(DockerDaemon.Image) with { Size = "64m, 0.5cpu" });

        Assert.Equal(
            "67108864 500000000 no",
            await InspectAsync(launched, "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}}"));
    }

    [Fact]
    public async Task It_is_connected_to_each_network_and_its_ports_are_published()
    {
        foreach (var name in (string[])["front", "back"])
        {
            await _daemon.RunAsync("network", "create", "--internal", name);
        }

        var template = DockerHarness.Make(DockerDaemon.Image, ("publish", "127.0.0.1::8080")) with { Networks = ["front", "back"] };

        var check = await Cloud.CheckAsync(template, Cancellation);
        Assert.True(check.IsGood, string.Join("; ", check.Findings));
        var launched = await LaunchAsync(template);

        Assert.Equal("back front ", await InspectAsync(launched, "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}"));
        Assert.Equal(2, launched.Addresses.Count(address => address.StartsWith("172.", StringComparison.Ordinal)));
        Assert.Contains("8080/tcp", await InspectAsync(launched, "{{json .HostConfig.PortBindings}}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_names_every_wrong_field_at_once()
    {
        var template = DockerHarness.Make("no such:image", ("publish", "eighty"), ("zone", "a")) with
        {
            Size = "huge",
            FirewallEnabled = true,
            Networks = ["nowhere"],
        };

        var check = await Cloud.CheckAsync(template, Cancellation);

        Assert.Equal(
            ["size", "firewall", "options.publish", "options.zone", "image", "network"],
            check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Field));
    }

    [Fact]
    public async Task What_cannot_be_run_is_refused_with_the_reason_and_leaves_nothing_behind()
    {
        var template = DockerHarness.Make(DockerDaemon.Image, ("command", "/no/such/program"));

        var error = await Assert.ThrowsAsync<CloudException>(() => LaunchAsync(template));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.StartsWith($"image is '{DockerDaemon.Image}': ", error.Message, StringComparison.Ordinal);
        Assert.Contains("/no/such/program", error.Message, StringComparison.Ordinal);
        Assert.Equal("", await _daemon.RunAsync("ps", "--all", "--quiet"));
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("none", "nowhere")]
    public async Task A_network_that_is_missing_is_named_and_not_blamed_on_the_image(params string[] networks)
    {
        var template = DockerHarness.Make(DockerDaemon.Image) with { Networks = [.. networks] };

        var error = await Assert.ThrowsAsync<CloudException>(() => LaunchAsync(template));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("image is", error.Message, StringComparison.Ordinal);
        Assert.Equal("", await _daemon.RunAsync("ps", "--all", "--quiet"));
    }

    [Fact]
    public async Task An_image_whose_registry_cannot_be_reached_is_no_fault_of_the_template()
    {
        // Nothing listens on port 1.
        var template = DockerHarness.Make("127.0.0.1:1/far:1", ("pull", "missing"));

        var error = await Assert.ThrowsAsync<CloudException>(() => LaunchAsync(template));
        var check = await Cloud.CheckAsync(template, Cancellation);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("127.0.0.1:1/far:1", error.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be pulled", Assert.Single(check.Findings, finding => !finding.IsGood).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_somebody_else_has_is_not_taken_for_the_launch()
    {
        var request = Requests.Make(DockerHarness.Make(DockerDaemon.Image));
        await _daemon.RunAsync("create", "--name", request.Name, DockerDaemon.Image);

        var error = await Assert.ThrowsAsync<CloudException>(() => Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Equal($"name is '{request.Name}': a container that is not of this launch has it", error.Message);
    }

    [Fact]
    public async Task A_launch_that_broke_off_before_the_start_is_carried_on_by_its_repeat()
    {
        var request = Requests.Make(DockerHarness.Make(DockerDaemon.Image));
        var labels = request.Tags.SelectMany(tag => new[] { "--label", $"{tag.Key}={tag.Value}" });
        await _daemon.RunAsync(["create", "--name", request.Name, "--network", "none", .. labels, DockerDaemon.Image]);
        Assert.Equal(InstanceState.Provisioning, Assert.Single(await ListAsync()).State);

        var launched = await Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal(InstanceState.Running, launched.State);
        Assert.Equal(launched.Id, Assert.Single(await ListAsync()).Id);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "No such container: 1")]
    [InlineData(HttpStatusCode.Conflict, "container is marked for removal and cannot be started")]
    public async Task A_container_that_a_concurrent_launch_is_making_or_removing_is_waited_for(HttpStatusCode status, string message)
    {
        var starts = 0;
        await using var line = await RefusingLine.OpenAsync(_daemon.Socket, call => Task.FromResult(
            call.EndsWith("/start", StringComparison.Ordinal) && ++starts < 3 ? Refusal(status, message) : null));
        await using var cloud = DockerHarness.Open(line.Socket);

        var launched = await cloud.LaunchAsync(Requests.Make(DockerHarness.Make(DockerDaemon.Image)), Cancellation);

        Assert.Equal(3, starts);
        Assert.Equal(InstanceState.Running, launched.State);
        Assert.Equal(launched.Id, Assert.Single(await ListAsync()).Id);
    }

    [Fact]
    public async Task What_a_concurrent_launch_has_started_is_not_removed_by_one_whose_start_failed()
    {
        await using var line = await RefusingLine.OpenAsync(_daemon.Socket, async call =>
        {
            if (!call.EndsWith("/start", StringComparison.Ordinal))
            {
                return null;
            }

            await _daemon.RunAsync("start", call.Split('/')[^2]);
            return Refusal(HttpStatusCode.InternalServerError, "no room");
        });
        await using var cloud = DockerHarness.Open(line.Socket);

        var launched = await cloud.LaunchAsync(Requests.Make(DockerHarness.Make(DockerDaemon.Image)), Cancellation);

        Assert.Equal(InstanceState.Running, launched.State);
        Assert.Equal(launched.Id, Assert.Single(await ListAsync()).Id);
    }

    [Theory]
    [InlineData("/containers/create")]
    [InlineData("/start")]
    public async Task A_launch_whose_engine_goes_away_after_the_instance_was_made_may_have_happened(string request)
    {
        await using var line = new BreakingLine(_daemon.Socket, request);
        await using var cloud = DockerHarness.Open(line.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.LaunchAsync(Requests.Make(DockerHarness.Make(DockerDaemon.Image)), Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task A_look_at_the_hint_of_a_death_finds_the_death()
    {
        await using var changes = Cloud.WatchAsync(Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);
        Task<bool>? opened = changes.MoveNextAsync().AsTask();
        for (var round = 0; round < 5; round++)
        {
            var launched = await LaunchAsync(DockerHarness.Make(DockerDaemon.Image));
            await NextAboutAsync(launched);
            await NextAboutAsync(launched);

            // By the kernel: the engine then has nothing else to tell than the death.
            RealProcesses.Signal(
                int.Parse(await InspectAsync(launched, "{{.State.Pid}}"), CultureInfo.InvariantCulture), RealProcesses.Kill);
            await NextAboutAsync(launched);

            Assert.Equal(InstanceState.Failed, Assert.Single(await ListAsync(), instance => instance.Id == launched.Id).State);
        }

        async Task NextAboutAsync(Instance instance)
        {
            Assert.True(await (opened ?? changes.MoveNextAsync().AsTask()));
            Assert.Equal(instance.Id, changes.Current.Instance);
            opened = null;
        }
    }

    [Fact]
    public async Task Terminating_lets_an_instance_end_in_its_own_way_within_the_grace()
    {
        await using var patient = DockerHarness.Open(_daemon, certificate: null, grace: "30s");
        var template = DockerHarness.Make(
            DockerDaemon.Image, ("command", "sh -c 'trap \"exit 7\" TERM; echo >/tmp/ready; while :; do sleep 1; done'"));
        var launched = await patient.LaunchAsync(Requests.Make(template), Cancellation);
        await Wait.UntilAsync(
            "it listens", async () => await _daemon.RunAsync("exec", launched.Id.Value, "sh", "-c", "echo /tmp/*") == "/tmp/ready\n");

        await patient.TerminateAsync(launched.Id, Cancellation);

        Assert.Empty(await ListAsync());
        var soon = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 1;
        var death = await _daemon.RunAsync(
            "events", "--since", "0", "--until", soon.ToString(CultureInfo.InvariantCulture),
            "--filter", $"container={launched.Id.Value}", "--filter", "event=die",
            "--format", "{{.Actor.Attributes.exitCode}}");
        Assert.Equal("7\n", death);
    }

    [Fact]
    public async Task The_same_over_TCP_with_a_certificate()
    {
        await using var cloud = DockerHarness.Open(_daemon, "client");

        var launched = await cloud.LaunchAsync(Requests.Make(DockerHarness.Make(DockerDaemon.Image)), Cancellation);

        Assert.Equal(launched.Id, Assert.Single(await ListAsync()).Id);
        await cloud.TerminateAsync(launched.Id, Cancellation);
        Assert.Empty(await ListAsync());
    }

    private Task<Instance> LaunchAsync(Template template) => Cloud.LaunchAsync(Requests.Make(template), Cancellation);

    private static (HttpStatusCode Status, string Body)? Refusal(HttpStatusCode status, string message) =>
        (status, $$"""{"message":"{{message}}"}""");

    private async Task<ImmutableArray<Instance>> ListAsync()
    {
        var instances = ImmutableArray.CreateBuilder<Instance>();
        await foreach (var page in Cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
        {
            instances.AddRange(page.Instances);
        }

        return instances.ToImmutable();
    }

    private async Task<string> InspectAsync(Instance instance, string format) =>
        (await _daemon.RunAsync("inspect", "--format", format, instance.Id.Value)).TrimEnd('\n');
}
