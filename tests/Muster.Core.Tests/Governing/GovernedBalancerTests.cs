using System.Collections.Immutable;
using System.Net;

using Microsoft.Extensions.Time.Testing;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Tests.Support;
using Muster.Core.Traffic;

namespace Muster.Core.Tests.Governing;

public sealed class GovernedBalancerTests
{
    private static readonly TrafficScope Scope =
        new(new(Some.Id(1)), new(Some.Id(1)), "web", new() { Source = "edge", Backend = "web", Port = 8080 });

    private static readonly TrafficMember Member = new("sim", Some.Instance(1), new(IPAddress.Loopback, 8080));

    private static readonly TrafficEntry Entry = new("web/1", null, TrafficState.Joined);

    private readonly FakeTimeProvider _clock = new();
    private readonly Balancer _balancer = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(CloudErrorKind.Throttled, TrafficErrorKind.Unavailable)]
    [InlineData(CloudErrorKind.Unavailable, TrafficErrorKind.Unavailable)]
    [InlineData(CloudErrorKind.Ambiguous, TrafficErrorKind.Unavailable)]
    [InlineData(CloudErrorKind.Unauthorized, TrafficErrorKind.Refused)]
    [InlineData(CloudErrorKind.InvalidRequest, TrafficErrorKind.Refused)]
    [InlineData(CloudErrorKind.NotFound, TrafficErrorKind.Refused)]
    [InlineData(CloudErrorKind.QuotaExceeded, TrafficErrorKind.Full)]
    [InlineData(CloudErrorKind.OutOfStock, TrafficErrorKind.Full)]
    public async Task What_the_cloud_refuses_is_told_as_sources_tell_it(CloudErrorKind refused, TrafficErrorKind told)
    {
        using var governor = Governor();
        await using var source = new GovernedBalancer(_balancer, governor);
        _balancer.Failure = new(refused, "the pool is busy", TimeSpan.FromSeconds(7));

        Func<Task>[] calls =
        [
            () => source.ListAsync(Scope, [Member], Cancellation), () => source.JoinAsync(Scope, Member, Cancellation),
            () => source.DrainAsync(Scope, Member, Cancellation), () => source.LeaveAsync(Scope, Entry, Cancellation),
            () => source.IsSamePlaceAsync(Scope, Scope.Use, Cancellation),
        ];
        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<TrafficException>(call);

            Assert.Equal((told, "the pool is busy", TimeSpan.FromSeconds(7)), (error.Kind, error.Message, error.RetryAfter!.Value));
            Assert.Same(_balancer.Failure, error.InnerException);

            // A wish for silence holds up the next call.
            _clock.Advance(TimeSpan.FromSeconds(7));
        }
    }

    [Fact]
    public async Task Calls_take_rights_and_each_request_within_them_does()
    {
        using var governor = Governor();
        await using var source = new GovernedBalancer(_balancer, governor);

        await source.ListAsync(Scope, [Member], Cancellation);
        await source.JoinAsync(Scope, Member, Cancellation);
        await source.DrainAsync(Scope, Member, Cancellation);
        await source.LeaveAsync(Scope, Entry, Cancellation);

        // A look of each, and a change of each but the first.
        Assert.Equal((4, 3), (governor.Figures.Reads, governor.Figures.Writes));
    }

    [Fact]
    public async Task A_call_beyond_the_budget_waits_for_its_turn()
    {
        using var governor = Governor(burst: 1);
        await using var source = new GovernedBalancer(_balancer, governor);
        await source.ListAsync(Scope, [Member], Cancellation);

        var second = source.ListAsync(Scope, [Member], Cancellation);
        Assert.Equal((false, 1), (second.IsCompleted, _balancer.Calls));
        _clock.Advance(TimeSpan.FromSeconds(1.01));
        await second;

        Assert.Equal(2, _balancer.Calls);
    }

    [Fact]
    public async Task A_wish_for_silence_holds_up_the_cloud_s_other_calls()
    {
        using var governor = Governor();
        await using var source = new GovernedBalancer(_balancer, governor);
        _balancer.Failure = new(CloudErrorKind.Throttled, "slow down", TimeSpan.FromMinutes(1));

        await Assert.ThrowsAsync<TrafficException>(() => source.ListAsync(Scope, [Member], Cancellation));

        Assert.Equal(TimeSpan.FromMinutes(1), governor.Silence);
    }

    [Fact]
    public async Task Closing_it_closes_the_load_balancers_and_not_the_cloud()
    {
        using var governor = Governor();
        await new GovernedBalancer(_balancer, governor).DisposeAsync();

        Assert.True(_balancer.IsClosed);
    }

    private CallGovernor Governor(int burst = 100) => new("sim", new(1, burst), new(1, burst), _clock);

    private sealed class Balancer : ITrafficSource
    {
        public CloudException? Failure { get; set; }

        public int Calls { get; private set; }

        public bool IsClosed { get; private set; }

        public async Task<ImmutableArray<TrafficEntry>> ListAsync(
            TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken)
        {
            await AskAsync(changes: false, cancellationToken);
            return [];
        }

        public Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken) =>
            AskAsync(changes: true, cancellationToken);

        public async Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken)
        {
            await AskAsync(changes: true, cancellationToken);
            return DrainProgress.Empty;
        }

        public Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken) =>
            AskAsync(changes: true, cancellationToken);

        public async Task<bool> IsSamePlaceAsync(TrafficScope scope, TrafficUse other, CancellationToken cancellationToken)
        {
            await AskAsync(changes: false, cancellationToken);
            return true;
        }

        public ValueTask DisposeAsync()
        {
            IsClosed = true;
            return ValueTask.CompletedTask;
        }

        private async Task AskAsync(bool changes, CancellationToken cancellationToken)
        {
            Calls++;
            await CallPace.BeforeReadAsync(cancellationToken);
            if (changes)
            {
                await CallPace.BeforeWriteAsync(cancellationToken);
            }

            if (Failure is not null)
            {
                throw Failure;
            }
        }
    }
}
