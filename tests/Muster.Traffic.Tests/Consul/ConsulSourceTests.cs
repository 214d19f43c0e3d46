using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Core.Health;
using Muster.Core.Traffic;
using Muster.Simulators.Consul;
using Muster.Simulators.Consul.Settings;
using Muster.Simulators.Consul.State;
using Muster.Traffic.Consul;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Consul;

/// <summary>
/// The source on the simulated Consul; on a real agent where <c>consul</c> is on the PATH, in <see cref="RealConsulTests"/>.
/// </summary>
public sealed class ConsulSourceTests : IAsyncLifetime
{
    private readonly ConsulSimulatorOptions _options = new();
    private ConsulSimulator _consul = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static TrafficScope Scope => Some.Scope(new() { Source = "registry", Service = "web", Attribute = "port" });

    public async ValueTask InitializeAsync() => _consul = await ConsulSimulator.StartAsync(_options, TimeProvider.System);

    public ValueTask DisposeAsync() => _consul.DisposeAsync();

    [Fact]
    public async Task A_member_is_registered_with_a_check_that_finds_it()
    {
        await using var web = new WebInstance();
        await using var source = Open();
        var member = Some.Member(1, web.Port);

        await source.JoinAsync(Scope, member, Cancellation);
        await source.JoinAsync(Scope, member, Cancellation);

        var service = Assert.Single(_consul.Catalog.Services);
        Assert.Equal(("web", web.Port), (service.Name, (int)service.Definition["Port"]!));
        await Patiently.UntilAsync(
            async () => Assert.Single(await source.ListAsync(Scope, [member], Cancellation)) is
                { Member: not null, State: TrafficState.Joined, Verdict: Verdict.Healthy },
            "its check finds it");
    }

    [Fact]
    public async Task A_path_makes_it_a_check_over_HTTP()
    {
        await using var source = Open();

        await source.JoinAsync(Scope with { Use = Scope.Use with { Path = "/healthz" } }, Some.Member(1, 8081), Cancellation);

        var check = (JsonObject)_consul.Catalog.Services[0].Definition["Check"]!;
        Assert.Equal("http://127.0.0.1:8081/healthz", (string)check["HTTP"]!);
    }

    [Fact]
    public async Task A_drain_is_maintenance_and_done_when_others_have_heard_of_it()
    {
        await using var source = Open(("settle", "1s"));
        var member = Some.Member(1, 8081);
        await source.JoinAsync(Scope, member, Cancellation);

        var progress = await source.DrainAsync(Scope, member, Cancellation);
        Assert.False(progress.IsEmpty);
        Assert.True(progress.LookIn <= TimeSpan.FromSeconds(1));
        Assert.Contains(_consul.Catalog.Checks, check => check.Name == "Service Maintenance Mode" && check.Notes == "muster drains it");
        Assert.Equal(TrafficState.Draining, Assert.Single(await source.ListAsync(Scope, [member], Cancellation)).State);

        await Patiently.UntilAsync(async () => (await source.DrainAsync(Scope, member, Cancellation)).IsEmpty, "it is empty");

        await source.JoinAsync(Scope, member, Cancellation);
        Assert.Equal(TrafficState.Joined, Assert.Single(await source.ListAsync(Scope, [member], Cancellation)).State);
    }

    [Fact]
    public async Task Who_leaves_is_deregistered_and_whoever_is_not_there_is_no_failure()
    {
        await using var source = Open(("settle", "0s"));
        await source.JoinAsync(Scope, Some.Member(1, 8081), Cancellation);
        var entry = Assert.Single(await source.ListAsync(Scope, [], Cancellation));
        Assert.Null(entry.Member);

        await source.LeaveAsync(Scope, entry, Cancellation);
        await source.LeaveAsync(Scope, entry, Cancellation);

        Assert.Empty(_consul.Catalog.Services);
        Assert.True((await source.DrainAsync(Scope, Some.Member(1, 8081), Cancellation)).IsEmpty);
    }

    [Fact]
    public async Task Services_of_others_and_of_other_groups_are_none_of_the_groups()
    {
        await using var source = Open();
        await source.JoinAsync(Scope with { Group = Some.GroupId(2) }, Some.Member(1, 8081), Cancellation);

        Assert.Empty(await source.ListAsync(Scope, [Some.Member(1, 8081)], Cancellation));
    }

    [Fact]
    public async Task An_agent_that_has_lost_all_is_told_again_and_one_that_moved_is_registered_anew()
    {
        await using var source = Open();
        await source.JoinAsync(Scope, Some.Member(1, 8081), Cancellation);
        _consul.Catalog.Forget();
        Assert.Empty(await source.ListAsync(Scope, [Some.Member(1, 8081)], Cancellation));
        await source.JoinAsync(Scope, Some.Member(1, 8081), Cancellation);

        var moved = Some.Member(1, 8082);
        Assert.Equal(TrafficState.Out, Assert.Single(await source.ListAsync(Scope, [moved], Cancellation)).State);
        await source.JoinAsync(Scope, moved, Cancellation);

        Assert.Equal(8082, (int)Assert.Single(_consul.Catalog.Services).Definition["Port"]!);
    }

    [Fact]
    public async Task An_agent_that_is_not_well_itself_says_nothing_of_its_services()
    {
        await using var source = Open();
        await source.JoinAsync(Scope, Some.Member(1, FreePort.Find()), Cancellation);
        await Patiently.UntilAsync(
            async () => Assert.Single(await source.ListAsync(Scope, [Some.Member(1)], Cancellation)).Verdict is Verdict.Unhealthy,
            "its check finds nobody");

        _consul.Catalog.SetAgentStatus("critical");

        Assert.Equal(Verdict.Unknown, Assert.Single(await source.ListAsync(Scope, [Some.Member(1)], Cancellation)).Verdict);
    }

    [Fact]
    public async Task The_catalog_has_members_at_a_node_of_their_own()
    {
        await using var source = Open(("register", "catalog"), ("settle", "0s"));
        var member = Some.Member(1, 8081);

        await source.JoinAsync(Scope, member, Cancellation);
        Assert.Equal("muster", Assert.Single(_consul.Catalog.Services).Node);
        Assert.Equal(TrafficState.Joined, Assert.Single(await source.ListAsync(Scope, [member], Cancellation)).State);

        Assert.True((await source.DrainAsync(Scope, member, Cancellation)).IsEmpty);
        Assert.Equal(TrafficState.Draining, Assert.Single(await source.ListAsync(Scope, [member], Cancellation)).State);
        await source.JoinAsync(Scope, member, Cancellation);
        var entry = Assert.Single(await source.ListAsync(Scope, [member], Cancellation));
        Assert.Equal(TrafficState.Joined, entry.State);

        await source.LeaveAsync(Scope, entry, Cancellation);
        Assert.Empty(_consul.Catalog.Services);
    }

    [Fact]
    public async Task A_token_is_shown_and_never_told()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "secret-token-1\n", Cancellation);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _options.Token = "secret-token-1";
            await using var source = Open(("token_file", file));
            await source.JoinAsync(Scope, Some.Member(1, 8081), Cancellation);

            _options.Token = "another";
            var refused = await Assert.ThrowsAsync<TrafficException>(() => source.ListAsync(Scope, [], Cancellation));
            Assert.Equal(TrafficErrorKind.Refused, refused.Kind);
            Assert.Contains("HTTP 403: Permission denied", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret-token-1", refused.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_cluster_without_a_leader_is_unavailable()
    {
        await using var source = Open();
        _options.Fault = 500;

        var error = await Assert.ThrowsAsync<TrafficException>(() => source.ListAsync(Scope, [], Cancellation));

        Assert.Equal(TrafficErrorKind.Unavailable, error.Kind);
        Assert.Contains("No cluster leader", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_token_may_not_read_is_no_empty_service()
    {
        await using var source = Open();
        await source.JoinAsync(Scope, Some.Member(1, 8081), Cancellation);
        _options.Filters = true;

        var error = await Assert.ThrowsAsync<TrafficException>(() => source.ListAsync(Scope, [], Cancellation));

        Assert.Equal(TrafficErrorKind.Refused, error.Kind);
        Assert.EndsWith(
            " hides a part of service web from this token: it needs service:read, and node:read of the nodes", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_at_which_there_is_no_Consul_is_told_by_what_is_missing()
    {
        await using var source = Open();
        _options.Fault = 404;

        var list = await Assert.ThrowsAsync<TrafficException>(() => source.ListAsync(Scope, [], Cancellation));

        Assert.Equal(TrafficErrorKind.Refused, list.Kind);
        Assert.Contains(" has nothing at /v1/health/service/web: ", list.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_in_maintenance_is_so_whatever_is_said_of_its_node_before()
    {
        using var entry = JsonDocument.Parse("""
            {"Service":{"ID":"web-1","Address":"10.0.0.1","Port":80},
             "Checks":[{"CheckID":"serfHealth","Status":"critical"},{"CheckID":"service:web-1","ServiceID":"web-1","Status":"passing"},
                       {"CheckID":"_service_maintenance:web-1","ServiceID":"web-1","Status":"critical"}]}
            """);

        var read = ConsulInstance.Read(entry.RootElement)!;

        Assert.Equal(
            (true, Verdict.Unknown, "its node's check serfHealth is critical"), (read.IsInMaintenance, read.Verdict, read.Detail));
    }

    private ITrafficSource Open(params (string Name, string Value)[] options) => new ConsulKind().Open(new()
    {
        Source = "registry",
        Options = options.Append(("url", _consul.Url.ToString())).Append(("check_interval", "1s"))
            .ToImmutableSortedDictionary(option => option.Item1, option => option.Item2, StringComparer.Ordinal),
        Time = TimeProvider.System,
    });
}
