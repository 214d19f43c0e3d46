using System.Collections.Immutable;
using System.Text.Json.Nodes;

using Muster.Core.Health;
using Muster.Core.Traffic;
using Muster.Traffic.Nomad;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Nomad;

public sealed class NomadSourceTests : IAsyncDisposable
{
    private static readonly TrafficScope Scope = Some.Scope(new() { Source = "jobs" });
    private static readonly TrafficMember Member = new(Some.Cloud, Some.Instance(1) with { Addresses = ["10.0.0.1"] }, null)
    {
        Deadline = TimeSpan.FromMinutes(2),
    };

    private readonly NomadNodes _nomad = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _nomad.DisposeAsync();

    [Fact]
    public async Task A_node_is_drained_with_the_deadline_that_is_left_and_is_done_when_its_work_has_left()
    {
        _nomad.Add("n1", "10.0.0.1", allocations: 2);
        await using var source = Open();
        Assert.Equal(TrafficState.Joined, Assert.Single(await source.ListAsync(Scope, [Member], Cancellation)).State);

        Assert.False((await source.DrainAsync(Scope, Member, Cancellation)).IsEmpty);
        Assert.False((await source.DrainAsync(Scope, Member, Cancellation)).IsEmpty);
        Assert.Equal("""drain n1 {"Deadline":120000000000,"IgnoreSystemJobs":false}""", Assert.Single(_nomad.Calls));
        Assert.Equal(TrafficState.Draining, Assert.Single(await source.ListAsync(Scope, [Member], Cancellation)).State);

        _nomad.Complete("n1");
        Assert.True((await source.DrainAsync(Scope, Member, Cancellation)).IsEmpty);
        Assert.Equal(TrafficState.Out, Assert.Single(await source.ListAsync(Scope, [Member], Cancellation)).State);
    }

    [Fact]
    public async Task One_that_comes_back_is_eligible_again()
    {
        _nomad.Add("n1", "10.0.0.1", allocations: 1);
        await using var source = Open();
        await source.DrainAsync(Scope, Member, Cancellation);

        await source.JoinAsync(Scope, Member, Cancellation);

        Assert.Equal(("eligible", false), ((string)_nomad.Of("n1")["SchedulingEligibility"]!, (bool)_nomad.Of("n1")["Drain"]!));
    }

    [Fact]
    public async Task What_a_person_has_taken_out_stays_out()
    {
        _nomad.Add("n1", "10.0.0.1");
        _nomad.Set("n1", "SchedulingEligibility", "ineligible");
        await using var source = Open();

        // It is as it should be: there is nothing to do.
        Assert.Equal(TrafficState.Joined, Assert.Single(await source.ListAsync(Scope, [Member], Cancellation)).State);
        await source.JoinAsync(Scope, Member, Cancellation);

        Assert.Empty(_nomad.Calls);
    }

    [Theory]
    [InlineData("draining", null, true)]
    [InlineData("complete", null, true)]
    [InlineData("complete", "2031-05-06T07:08:08.9Z", true)]
    [InlineData("complete", "2031-05-06T07:08:10.5Z", false)]
    [InlineData("canceled", null, false)]
    public async Task An_old_drain_of_ours_does_not_make_ours_what_a_person_has_taken_out_since(
        string status, string? eligibleAt, bool isOurs)
    {
        _nomad.Add("n1", "10.0.0.1");
        _nomad.Set("n1", "SchedulingEligibility", "ineligible");
        _nomad.Set("n1", "LastDrain", new JsonObject
        {
            ["Status"] = status, ["UpdatedAt"] = "2031-05-06T07:08:09Z", ["Meta"] = new JsonObject { ["muster_group"] = "some" },
        });
        if (eligibleAt is not null)
        {
            _nomad.Set("n1", "Events", new JsonArray(
                new JsonObject { ["Message"] = "Node drain complete", ["Timestamp"] = "2031-05-06T07:08:09.1Z" },
                new JsonObject { ["Message"] = "Node marked as eligible for scheduling", ["Timestamp"] = eligibleAt }));
        }

        await using var source = Open();
        var state = Assert.Single(await source.ListAsync(Scope, [Member], Cancellation)).State;
        await source.JoinAsync(Scope, Member, Cancellation);

        Assert.Equal(isOurs ? (TrafficState.Out, 2) : (TrafficState.Joined, 0), (state, _nomad.Calls.Count));
    }

    [Fact]
    public async Task A_metadatum_that_has_changed_is_read_again()
    {
        _nomad.Add("n1", "10.9.9.9", meta: ("instance", "other"));
        await using var source = Open(("meta", "instance"));
        Assert.Empty(await source.ListAsync(Scope, [Member], Cancellation));

        _nomad.Set("n1", "Meta", new JsonObject { ["instance"] = "web-1" });

        Assert.Equal("n1", Assert.Single(await source.ListAsync(Scope, [Member], Cancellation)).Key);
    }

    [Fact]
    public async Task A_node_is_found_by_its_metadatum_where_one_is_named()
    {
        _nomad.Add("n1", "10.9.9.9", meta: ("instance", "web-1"));
        _nomad.Add("n2", "10.0.0.1", meta: ("instance", "other"));
        await using var source = Open(("meta", "instance"));

        Assert.Equal("n1", Assert.Single(await source.ListAsync(Scope, [Member], Cancellation)).Key);
    }

    [Theory]
    [InlineData("ready", Verdict.Healthy)]
    [InlineData("down", Verdict.Unhealthy)]
    [InlineData("disconnected", Verdict.Unknown)]
    [InlineData("initializing", Verdict.Unknown)]
    public async Task Its_status_is_what_is_found_of_the_instance(string status, Verdict verdict)
    {
        _nomad.Add("n1", "10.0.0.1");
        _nomad.Set("n1", "Status", status);
        await using var source = Open();

        Assert.Equal(verdict, Assert.Single(await source.ListAsync(Scope, [Member], Cancellation)).Verdict);
    }

    [Fact]
    public async Task One_without_a_node_is_empty_and_cannot_join()
    {
        await using var source = Open();

        Assert.True((await source.DrainAsync(Scope, Member, Cancellation)).IsEmpty);
        var error = await Assert.ThrowsAsync<TrafficException>(() => source.JoinAsync(Scope, Member, Cancellation));
        Assert.Contains("has no node of web-1", error.Message, StringComparison.Ordinal);
    }

    private ITrafficSource Open(params (string Name, string Value)[] options) => new NomadKind().Open(new()
    {
        Source = "jobs",
        Options = options.Append(("url", _nomad.Url))
            .ToImmutableSortedDictionary(option => option.Item1, option => option.Item2, StringComparer.Ordinal),
        Time = TimeProvider.System,
    });
}
