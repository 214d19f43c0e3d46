using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Local;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Lxd;

/// <summary>What is LXD's own, against a real daemon.</summary>
[Collection(LxdGroup.Name)]
public sealed class LxdCloudTests : IAsyncLifetime
{
    private readonly LxdDaemon _daemon;
    private LxdHarness? _harness;

    public LxdCloudTests(LxdDaemon daemon) => _daemon = daemon;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ICloud Cloud => _harness!.Cloud;

    public ValueTask InitializeAsync()
    {
        _daemon.SkipUnlessRunning();
        _harness = new LxdHarness(_daemon);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        // Also what a test made through a connection of its own goes with it.
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_instance_gets_its_limits_metadata_and_user_data()
    {
        var template = Make(("config.security.nesting", "true")) with { Size = "64m, 0.5cpu", UserData = "#cloud-config\nhostname: Ü" };

        var launched = await LaunchAsync(template with { Metadata = template.Metadata.Add("db.host", "it's 10.0.0.1") });

        var config = await ConfigAsync(launched);
        Assert.Equal(
            ("67108864B", "50ms/100ms", "#cloud-config\nhostname: Ü", "it's 10.0.0.1", "true"),
            (config["limits.memory"], config["limits.cpu.allowance"], config["cloud-init.user-data"], config["user.meta.db.host"],
                config["security.nesting"]));
        Assert.DoesNotContain("meta.db.host", launched.Tags.Keys);
    }

    [Fact]
    public async Task Outside_of_a_cluster_there_are_no_zones()
    {
        var error = await Assert.ThrowsAsync<CloudException>(
            () => Cloud.LaunchAsync(Requests.Make(Make()) with { Zone = "none" }, Cancellation));

        Assert.Equal(
            (CloudErrorKind.InvalidRequest, "zone is 'none': this cloud has no zones; leave it out"), (error.Kind, error.Message));
        Assert.Empty(await ((IZonedCloud)Cloud).ListZonesAsync(Cancellation));
        Assert.Null((await LaunchAsync(Make())).Zone);
    }

    [Fact]
    public async Task A_size_can_be_an_instance_type()
    {
        var config = await ConfigAsync(await LaunchAsync(Make() with { Size = "c1-m1" }));

        Assert.Equal(("1", "1024MB"), (config["limits.cpu"], config["limits.memory"]));
    }

    [Fact]
    public async Task Networks_profiles_and_pool_are_checked_and_used()
    {
        await _daemon.RunAsync("network", "create", "front", "ipv4.address=none", "ipv6.address=none");
        await _daemon.RunAsync("profile", "create", "small");
        var template = Make(("profiles", "default small"), ("pool", "default")) with { Networks = ["front"] };

        var check = await Cloud.CheckAsync(template, Cancellation);
        Assert.True(check.IsGood, string.Join("; ", check.Findings));
        var launched = await LaunchAsync(template);

        var devices = await _daemon.RunAsync("config", "device", "show", launched.Id.Value);
        Assert.Contains("network: front", devices, StringComparison.Ordinal);
        Assert.Contains("pool: default", devices, StringComparison.Ordinal);
        await Cloud.TerminateAsync(launched.Id, Cancellation);
        await _daemon.RunAsync("profile", "delete", "small");
        await _daemon.RunAsync("network", "delete", "front");
    }

    [Fact]
    public async Task The_check_names_every_wrong_field_at_once()
    {
        var there = Make(("profiles", "nowhere"), ("pool", "nowhere")) with { Image = "nowhere", Networks = ["nowhere"] };
        var words = Make(("type", "boat"), ("zone", "a"), ("disk_size", "2GiB")) with
        {
            Image = "moon:alpine",
            Size = "huge",
            FirewallEnabled = true,
        };

        Assert.Equal(["image", "network", "options.profiles", "options.pool"], await WrongAsync(there));
        Assert.Equal(["options.type", "firewall", "options.disk_size", "size", "image", "options.zone"], await WrongAsync(words));
    }

    [Fact]
    public async Task The_check_misses_a_root_disk_where_neither_a_profile_nor_the_template_has_one()
    {
        await _daemon.RunAsync("profile", "create", "bare");

        var check = await Cloud.CheckAsync(Make(("profiles", "bare")), Cancellation);

        var wrong = Assert.Single(check.Findings, finding => !finding.IsGood);
        Assert.Equal(
            "options.pool is missing: the storage pool of the root disk, since no profile of 'bare' in project 'default' has one",
            wrong.Message);
        Assert.True((await Cloud.CheckAsync(Make(("profiles", "bare"), ("pool", "default")), Cancellation)).IsGood);
        Assert.True((await Cloud.CheckAsync(Make(("profiles", "bare default")), Cancellation)).IsGood);
        await _daemon.RunAsync("profile", "delete", "bare");
    }

    [Theory]
    [InlineData("network", "nowhere")]
    [InlineData("pool", "nowhere")]
    [InlineData("profiles", "nowhere")]
    public async Task What_is_missing_is_an_invalid_request_that_names_it_and_leaves_nothing_behind(string what, string value)
    {
        var template = what == "network" ? Make() with { Networks = [value] } : Make((what, value));

        var error = await Assert.ThrowsAsync<CloudException>(() => LaunchAsync(template));

        Assert.True(error.Kind is CloudErrorKind.InvalidRequest, $"{error.Kind}: {error.Message}");
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("image is", error.Message, StringComparison.Ordinal);
        Assert.Equal("", await _daemon.RunAsync("list", "--format", "csv"));
    }

    [Fact]
    public async Task A_full_project_is_a_quota()
    {
        await _daemon.RunAsync(
            "project", "create", "small", "-c", "features.images=false", "-c", "features.profiles=false", "-c", "limits.instances=1");
        await using var cloud = LxdHarness.Open(_daemon, ("project", "small"));
        var first = await cloud.LaunchAsync(Requests.Make(Make()), Cancellation);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(Requests.Make(Make()), Cancellation));

        Assert.True(error.Kind is CloudErrorKind.QuotaExceeded, $"{error.Kind}: {error.Message}");
        Assert.Empty(await ListAsync(Cloud));
        await cloud.TerminateAsync(first.Id, Cancellation);
        await _daemon.RunAsync("project", "delete", "small");
    }

    [Fact]
    public async Task A_launch_that_broke_off_before_the_start_is_carried_on_by_its_repeat()
    {
        var request = Requests.Make(Make());
        string[] tags = [.. request.Tags.SelectMany(tag => new[] { "-c", $"user.{tag.Key}={tag.Value}" })];
        await _daemon.RunAsync(["init", LxdDaemon.Image, request.Name, .. tags]);
        Assert.Equal(InstanceState.Provisioning, Assert.Single(await ListAsync(Cloud)).State);

        await Cloud.LaunchAsync(request, Cancellation);

        Assert.Equal(InstanceState.Running, Assert.Single(await ListAsync(Cloud)).State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_launch_whose_daemon_goes_away_after_the_instance_was_made_may_have_happened(int operations)
    {
        await using var line = new BreakingLine(_daemon.Socket, "/wait?", operations);
        await using var cloud = LxdHarness.Open(line.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(Requests.Make(Make()), Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Single(await ListAsync(Cloud));
    }

    [Fact]
    public async Task A_name_that_somebody_else_has_is_not_taken_for_the_launch()
    {
        var request = Requests.Make(Make());
        await _daemon.RunAsync("init", LxdDaemon.Image, request.Name);

        var error = await Assert.ThrowsAsync<CloudException>(() => Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains(
            $"name is '{request.Name}': an instance that is not of this launch has it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TCP_a_known_certificate_is_enough()
    {
        await using var cloud = LxdHarness.OpenTcp(_daemon, "client");

        var launched = await cloud.LaunchAsync(Requests.Make(Make()), Cancellation);

        Assert.Equal(launched.Id, Assert.Single(await ListAsync(cloud)).Id);
    }

    [Fact]
    public async Task Over_TCP_a_token_makes_an_unknown_certificate_known_once_and_for_all()
    {
        Certificates.Make(Directory.CreateDirectory(_daemon.In("newcomer")).FullName);
        var token = (await _daemon.RunAsync("config", "trust", "add", "--name", "newcomer", "--quiet"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        await File.WriteAllTextAsync(_daemon.In("token"), token, Cancellation);

        await using (var cloud = LxdHarness.OpenTcp(_daemon, "newcomer/client", ("token_file", _daemon.In("token"))))
        {
            Assert.Empty(await ListAsync(cloud));
        }

        await using var again = LxdHarness.OpenTcp(_daemon, "newcomer/client");
        Assert.Empty(await ListAsync(again));
    }

    [Fact]
    public async Task Over_TCP_a_token_that_is_gone_when_it_is_needed_is_told_as_unauthorized()
    {
        var token = _daemon.In("lost-token");
        await File.WriteAllTextAsync(token, "x", Cancellation);
        await using var cloud = LxdHarness.OpenTcp(_daemon, "stranger", ("token_file", token));
        File.Delete(token);

        var error = await Assert.ThrowsAsync<CloudException>(() => ListAsync(cloud));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.StartsWith($"token_file is '{token}': it cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TCP_a_server_with_another_certificate_is_not_spoken_to()
    {
        await using var cloud = LxdHarness.OpenTcp(_daemon, "client", ("authority_file", _daemon.In("ca.crt")));

        var error = await Assert.ThrowsAsync<CloudException>(() => ListAsync(cloud));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
    }

    private static Template Make(params (string Name, string Value)[] options)
    {
        var template = Requests.Template(LxdDaemon.Image);
        return template with
        {
            Options = template.Options.SetItems(options.Select(option => KeyValuePair.Create(option.Name, option.Value))),
        };
    }

    private Task<Instance> LaunchAsync(Template template) => Cloud.LaunchAsync(Requests.Make(template), Cancellation);

    private async Task<string[]> WrongAsync(Template template) =>
        [.. (await Cloud.CheckAsync(template, Cancellation)).Findings.Where(finding => !finding.IsGood).Select(finding => finding.Field)];

    private async Task<ImmutableDictionary<string, string>> ConfigAsync(Instance instance)
    {
        using var shown = JsonDocument.Parse(await _daemon.RunAsync("query", $"/1.0/instances/{instance.Id}"));
        return shown.RootElement.GetProperty("config").EnumerateObject().ToImmutableDictionary(
            pair => pair.Name, pair => pair.Value.GetString()!);
    }

    private static async Task<ImmutableArray<Instance>> ListAsync(ICloud cloud)
    {
        var instances = ImmutableArray.CreateBuilder<Instance>();
        await foreach (var page in cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
        {
            instances.AddRange(page.Instances);
        }

        return instances.ToImmutable();
    }
}
