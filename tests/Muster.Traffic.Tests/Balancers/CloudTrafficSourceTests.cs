using System.Collections.Immutable;

using Muster.Core.Traffic;
using Muster.Traffic.Balancers;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Balancers;

public sealed class CloudTrafficSourceTests
{
    private static readonly TrafficScope Scope = Some.Scope();

    private readonly Balancer _balancer = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Instances_of_its_cloud_are_the_load_balancer_s_to_take_in_and_out()
    {
        await using var source = new CloudTrafficSource(Some.Cloud, () => _balancer);
        _balancer.Held.SetSessions(1, 1);

        await source.JoinAsync(Scope, Some.Member(1), Cancellation);
        var joined = Assert.Single(await source.ListAsync(Scope, [Some.Member(1)], Cancellation));
        var isEmpty = (await source.DrainAsync(Scope, Some.Member(1), Cancellation)).IsEmpty;
        var draining = Assert.Single(await source.ListAsync(Scope, [Some.Member(1)], Cancellation));
        await source.LeaveAsync(Scope, draining, Cancellation);

        Assert.Equal((TrafficState.Joined, false, TrafficState.Draining), (joined.State, isEmpty, draining.State));
        Assert.Equal(["join i-0001", "drain i-0001", "leave i-0001"], _balancer.Held.Calls);
    }

    [Fact]
    public async Task Whether_two_backends_are_one_the_cloud_says()
    {
        await using var source = new CloudTrafficSource(Some.Cloud, () => _balancer);

        var apart = await source.IsSamePlaceAsync(Scope, Scope.Use with { Backend = "id" }, Cancellation);
        _balancer.Held.HasOnePlace = true;

        Assert.False(apart);
        Assert.True(await source.IsSamePlaceAsync(Scope, Scope.Use with { Backend = "id" }, Cancellation));
    }

    [Fact]
    public async Task Instances_of_other_clouds_are_in_and_out_at_once_and_never_shown_to_it()
    {
        await using var source = new CloudTrafficSource(Some.Cloud, () => _balancer);
        var other = Some.Member(2) with { Cloud = "attic" };
        ImmutableArray<TrafficMember> members = [Some.Member(1), other];

        var before = Assert.Single(await source.ListAsync(Scope, members, Cancellation));
        await source.JoinAsync(Scope, other, Cancellation);
        var progress = await source.DrainAsync(Scope, other, Cancellation);
        var drained = await source.ListAsync(Scope, members, Cancellation);
        await source.JoinAsync(Scope, other, Cancellation);
        var back = Assert.Single(await source.ListAsync(Scope, members, Cancellation));
        await source.LeaveAsync(Scope, back, Cancellation);
        var left = await source.ListAsync(Scope, members, Cancellation);

        Assert.True(progress.IsEmpty);
        Assert.Equal((TrafficState.Joined, TrafficState.Joined), (before.State, back.State));
        Assert.Empty(drained);
        Assert.Empty(left);
        Assert.Equal(("attic/i-0002", other), (before.Key, before.Member));
        Assert.Empty(_balancer.Held.Calls);
        Assert.All(_balancer.Shown, member => Assert.Equal(Some.Cloud, member.Cloud));
    }

    [Fact]
    public async Task What_one_group_drains_elsewhere_is_forgotten_when_it_is_gone_and_is_none_of_another_group_s()
    {
        await using var source = new CloudTrafficSource(Some.Cloud, () => _balancer);
        var other = Some.Member(2) with { Cloud = "attic" };
        await source.DrainAsync(Scope, other, Cancellation);

        var ofAnother = Assert.Single(await source.ListAsync(Some.Scope(group: 2), [other], Cancellation));
        Assert.Empty(await source.ListAsync(Scope, [], Cancellation));
        var again = Assert.Single(await source.ListAsync(Scope, [other], Cancellation));

        Assert.Equal((TrafficState.Joined, TrafficState.Joined), (ofAnother.State, again.State));
    }

    [Fact]
    public async Task An_entry_that_is_nobody_s_any_more_leaves_the_load_balancer()
    {
        await using var source = new CloudTrafficSource(Some.Cloud, () => _balancer);
        await source.JoinAsync(Scope, Some.Member(1), Cancellation);

        var entry = Assert.Single(await source.ListAsync(Scope, [], Cancellation));
        await source.LeaveAsync(Scope, entry, Cancellation);

        Assert.Null(entry.Member);
        Assert.Null(_balancer.Held.Of(1));
    }

    [Fact]
    public async Task It_is_opened_when_it_is_first_asked_and_closed_only_if_it_was()
    {
        var opened = 0;
        var source = new CloudTrafficSource(Some.Cloud, () =>
        {
            opened++;
            return _balancer;
        });
        await source.DisposeAsync();
        Assert.Equal((0, 0), (opened, _balancer.Closed));

        await source.ListAsync(Scope, [], Cancellation);
        await source.ListAsync(Scope, [], Cancellation);
        await source.DisposeAsync();

        Assert.Equal((1, 1), (opened, _balancer.Closed));
    }

    private sealed class Balancer : ITrafficSource
    {
        public FakeSource Held { get; } = new();

        /// <summary>Whoever was shown to it.</summary>
        public List<TrafficMember> Shown { get; } = [];

        public int Closed { get; private set; }

        public Task<ImmutableArray<TrafficEntry>> ListAsync(
            TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
        {
            Shown.AddRange(members);
            return Held.ListAsync(scope, members, cancellationToken);
        }

        public Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken) =>
            Held.JoinAsync(scope, member, cancellationToken);

        public Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken) =>
            Held.DrainAsync(scope, member, cancellationToken);

        public Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken) =>
            Held.LeaveAsync(scope, entry, cancellationToken);

        public Task<bool> IsSamePlaceAsync(TrafficScope scope, TrafficUse other, CancellationToken cancellationToken) =>
            Held.IsSamePlaceAsync(scope, other, cancellationToken);

        public ValueTask DisposeAsync()
        {
            Closed++;
            return Held.DisposeAsync();
        }
    }
}
