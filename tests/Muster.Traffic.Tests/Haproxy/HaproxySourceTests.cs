using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Traffic;
using Muster.Traffic.Haproxy;
using Muster.Traffic.Kit;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Haproxy;

/// <summary>The source on a real HAProxy.</summary>
public sealed class HaproxySourceTests
{
    private static readonly TrafficUse Added = Some.Use() with { Backend = "added" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_takes_a_free_slot_and_gets_requests()
    {
        await using var proxy = await HaproxyProcess.StartAsync();
        await using var web = new WebInstance();
        await using var source = Open(proxy);

        await source.JoinAsync(Some.Scope(), Some.Member(1, web.Port), Cancellation);

        Assert.Equal("ok", await GetAsync(proxy.Port));
        await Patiently.UntilAsync(() => web.Answered == 1, "its one request is counted");
        var entry = Assert.Single(await ListAsync(source, Some.Member(1, web.Port)));
        Assert.Equal((Some.Id(1), TrafficState.Joined), (entry.Member!.Instance.Id, entry.State));
    }

    [Fact]
    public async Task Joining_twice_takes_one_slot_and_two_at_once_take_two()
    {
        await using var proxy = await HaproxyProcess.StartAsync();
        await using var source = Open(proxy);
        var members = new[] { Some.Member(1, 8081), Some.Member(2, 8082), Some.Member(1, 8081) };

        await Task.WhenAll(members.Select(member => source.JoinAsync(Some.Scope(), member, Cancellation)));
        await source.JoinAsync(Some.Scope(), members[0], Cancellation);

        Assert.Equal(2, (await ListAsync(source, members)).Length);
    }

    [Fact]
    public async Task A_drain_waits_for_what_is_being_served_and_takes_nothing_new()
    {
        await using var proxy = await HaproxyProcess.StartAsync();
        await using var slow = new WebInstance { IsHeld = true };
        await using var other = new WebInstance();
        await using var source = Open(proxy);
        var member = Some.Member(1, slow.Port);
        await source.JoinAsync(Some.Scope(), member, Cancellation);
        var asked = GetAsync(proxy.Port);
        await Patiently.UntilAsync(() => slow.Open == 1, "a request is under way");
        await source.JoinAsync(Some.Scope(), Some.Member(2, other.Port), Cancellation);

        Assert.False((await source.DrainAsync(Some.Scope(), member, Cancellation)).IsEmpty);
        for (var time = 0; time < 6; time++)
        {
            Assert.Equal("ok", await GetAsync(proxy.Port));
        }

        // Who has the answer may be faster than who counts it.
        await Patiently.UntilAsync(() => other.Answered == 6, "the other has answered all of them");
        Assert.Equal(1, slow.Open);
        var progress = await source.DrainAsync(Some.Scope(), member, Cancellation);
        Assert.False(progress.IsEmpty);
        Assert.Equal("1 session", progress.Detail);

        slow.IsHeld = false;
        Assert.Equal("ok", await asked);
        await Patiently.UntilAsync(
            async () => (await source.DrainAsync(Some.Scope(), member, Cancellation)).IsEmpty, "the drain is done");

        // Its slot is another's from then on.
        Assert.Single(await ListAsync(source, member));
    }

    [Fact]
    public async Task One_that_was_drained_joins_again()
    {
        await using var proxy = await HaproxyProcess.StartAsync();
        await using var web = new WebInstance { IsHeld = true };
        await using var source = Open(proxy);
        var member = Some.Member(1, web.Port);
        await source.JoinAsync(Some.Scope(), member, Cancellation);
        var asked = GetAsync(proxy.Port);
        await Patiently.UntilAsync(() => web.Open == 1, "a request is under way");
        await source.DrainAsync(Some.Scope(), member, Cancellation);
        Assert.Equal(TrafficState.Draining, Assert.Single(await ListAsync(source, member)).State);

        await source.JoinAsync(Some.Scope(), member, Cancellation);
        web.IsHeld = false;

        Assert.Equal("ok", await asked);
        Assert.Equal("ok", await GetAsync(proxy.Port));
        Assert.Equal(TrafficState.Joined, Assert.Single(await ListAsync(source, member)).State);
    }

    [Fact]
    public async Task Who_leaves_frees_its_slot_and_whoever_has_it_since_is_left_alone()
    {
        await using var proxy = await HaproxyProcess.StartAsync(slots: 1);
        await using var source = Open(proxy, ("server", "none"));
        var (first, second) = (Some.Member(1, 8081), Some.Member(2, 8082));
        await source.JoinAsync(Some.Scope(), first, Cancellation);
        var entry = Assert.Single(await ListAsync(source, first));

        var full = await Assert.ThrowsAsync<TrafficException>(() => source.JoinAsync(Some.Scope(), second, Cancellation));
        Assert.Equal(TrafficErrorKind.Full, full.Kind);

        await source.LeaveAsync(Some.Scope(), entry, Cancellation);
        Assert.Empty(await ListAsync(source, first));
        await source.JoinAsync(Some.Scope(), second, Cancellation);
        await source.LeaveAsync(Some.Scope(), entry, Cancellation);

        Assert.Equal(Some.Id(2), Assert.Single(await ListAsync(source, second)).Member!.Instance.Id);
    }

    [Fact]
    public async Task A_slot_with_an_address_of_nobody_is_listed_as_nobodys_and_other_servers_are_not()
    {
        await using var proxy = await HaproxyProcess.StartAsync();
        await using var source = Open(proxy);
        await source.JoinAsync(Some.Scope(), Some.Member(1, 8081), Cancellation);

        var entry = Assert.Single(await ListAsync(source, Some.Member(2, 8082)));

        Assert.Null(entry.Member);
        Assert.Equal("web/muster1 (127.0.0.1:8081)", entry.Key);
    }

    [Fact]
    public async Task Where_no_slot_is_free_a_server_is_added_and_removed_again()
    {
        await using var proxy = await HaproxyProcess.StartAsync();
        await using var web = new WebInstance();
        await using var source = Open(proxy, ("server", "check inter 100ms"));
        var member = Some.Member(1, web.Port);

        await source.JoinAsync(Some.Scope(Added), member, Cancellation);
        Assert.Equal("ok", await GetAsync(proxy.DynamicPort));
        var entry = Assert.Single(await source.ListAsync(Some.Scope(Added), [member], Cancellation));
        Assert.StartsWith("added/muster-00000001-i-0001", entry.Key, StringComparison.Ordinal);

        // Another group's is none of this one's.
        Assert.Empty(await source.ListAsync(Some.Scope(Added, group: 2), [member], Cancellation));

        await Patiently.UntilAsync(
            async () => (await source.DrainAsync(Some.Scope(Added), member, Cancellation)).IsEmpty, "the drain is done");
        await Patiently.UntilAsync(
            async () =>
            {
                // Not before its connections are gone.
                var entries = await source.ListAsync(Some.Scope(Added), [], Cancellation);
                await Task.WhenAll(entries.Select(one => source.LeaveAsync(Some.Scope(Added), one, Cancellation)));
                return entries.IsEmpty;
            },
            "it is removed");
    }

    [Fact]
    public async Task A_restart_forgets_all_and_it_is_said_again_also_in_the_middle_of_a_drain()
    {
        await using var proxy = await HaproxyProcess.StartAsync();
        await using var web = new WebInstance();
        await using var source = Open(proxy);
        var member = Some.Member(1, web.Port);
        await source.JoinAsync(Some.Scope(), member, Cancellation);
        await source.DrainAsync(Some.Scope(), member, Cancellation);

        await proxy.RestartAsync();

        // Nobody sends it anything: it is empty.
        Assert.Empty(await ListAsync(source, member));
        Assert.True((await source.DrainAsync(Some.Scope(), member, Cancellation)).IsEmpty);
        await source.JoinAsync(Some.Scope(), member, Cancellation);
        Assert.Equal("ok", await GetAsync(proxy.Port));
    }

    [Fact]
    public async Task Its_checks_tell_who_works()
    {
        await using var proxy = await HaproxyProcess.StartAsync();
        await using var web = new WebInstance();
        await using var source = Open(proxy);
        var (up, down) = (Some.Member(1, web.Port), Some.Member(2, FreePort.Find()) with { IsUnproven = true });
        await source.JoinAsync(Some.Scope(), up, Cancellation);
        await source.JoinAsync(Some.Scope(), down, Cancellation);

        await Patiently.UntilAsync(
            async () => (await ListAsync(source, up, down)).ToDictionary(entry => entry.Member!.Instance.Id, entry => entry.Verdict)
                is var verdicts && verdicts[Some.Id(1)] is Verdict.Healthy && verdicts[Some.Id(2)] is Verdict.Unhealthy,
            "one is up and one down");

        // Whom its checks find down gets nothing: there is nothing to wait for.
        await Patiently.UntilAsync(
            async () => (await source.DrainAsync(Some.Scope(), down, Cancellation)).IsEmpty, "one that is down drains");
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_words()
    {
        await using var proxy = await HaproxyProcess.StartAsync(isAdmin: false);
        await using var source = Open(proxy);

        var level = await Assert.ThrowsAsync<TrafficException>(() => ListAsync(source));
        Assert.Equal(TrafficErrorKind.Refused, level.Kind);
        Assert.Contains("must be of level admin", level.Message, StringComparison.Ordinal);

        var backend = await Assert.ThrowsAsync<TrafficException>(
            () => source.ListAsync(Some.Scope(Some.Use() with { Backend = "none" }), [], Cancellation));
        Assert.Equal(TrafficErrorKind.Absent, backend.Kind);
        Assert.Contains("has no backend none", backend.Message, StringComparison.Ordinal);

        await using var nobody = new HaproxyKind().Open(Setup(("socket", "/nowhere/admin.sock")));
        var gone = await Assert.ThrowsAsync<TrafficException>(() => ListAsync(nobody));
        Assert.Equal(TrafficErrorKind.Unavailable, gone.Kind);
        Assert.Contains("there is no socket /nowhere/admin.sock", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_are_checked_all_at_once()
    {
        var error = Assert.Throws<InputException>(
            () => new HaproxyKind().Open(Setup(("socket", "nonsense"), ("slots", "a1"), ("server", "check; quit"), ("colour", "red"))));

        Assert.Equal(
            ["traffic.edge.colour", "traffic.edge.server", "traffic.edge.slots", "traffic.edge.socket"],
            error.Errors.Select(wrong => wrong.Field).Order(StringComparer.Ordinal));
    }

    private static TrafficSetup Setup(params (string Name, string Value)[] options) => new()
    {
        Source = "edge",
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal),
        Time = TimeProvider.System,
    };

    private static ITrafficSource Open(HaproxyProcess proxy, params (string Name, string Value)[] options) =>
        new HaproxyKind().Open(Setup([("socket", proxy.Socket), .. options]));

    private static Task<ImmutableArray<TrafficEntry>> ListAsync(ITrafficSource source, params TrafficMember[] members) =>
        source.ListAsync(Some.Scope(), [.. members.DistinctBy(member => member.Instance.Id)], Cancellation);

    private static async Task<string> GetAsync(int port)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/work"), Cancellation);
    }
}
