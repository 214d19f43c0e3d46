using Microsoft.Extensions.Time.Testing;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Governing;

public sealed class CallGovernorTests : IDisposable
{
    private static readonly GroupId Greedy = new(Some.Id(1));
    private static readonly GroupId Modest = new(Some.Id(2));

    private readonly FakeTimeProvider _timeProvider = new(Some.Now);
    private readonly CallGovernor _governor;

    public CallGovernorTests() =>
        _governor = new("sim", new CallBudget(PerSecond: 10, Burst: 2), new CallBudget(PerSecond: 1, Burst: 2), _timeProvider);

    public void Dispose() => _governor.Dispose();

    [Fact]
    public void The_burst_is_served_at_once_and_the_rest_at_the_budgets_pace()
    {
        var calls = Enumerable.Range(0, 5).Select(_ => Write(Greedy)).ToList();
        Assert.Equal(2, calls.Count(call => call.IsCompletedSuccessfully));

        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        Assert.Equal(3, calls.Count(call => call.IsCompletedSuccessfully));

        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        Assert.Equal(4, calls.Count(call => call.IsCompletedSuccessfully));
        Assert.Equal(1, _governor.Figures.Waiting);
    }

    // Ten launches at once that were refused together closed the cloud for two minutes.
    [Fact]
    public void Calls_that_are_refused_together_are_one_refusal()
    {
        for (var call = 0; call < 10; call++)
        {
            _governor.OnFailed(new(CloudErrorKind.Throttled, "too many"));
        }

        Assert.InRange(_governor.Silence, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        _timeProvider.Advance(TimeSpan.FromSeconds(1));
        _governor.OnFailed(new(CloudErrorKind.Throttled, "too many"));
        Assert.InRange(_governor.Silence, TimeSpan.FromSeconds(1.01), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task No_answer_closes_a_credential_for_longer_than_an_hour()
    {
        _governor.OnFailed(new(CloudErrorKind.Throttled, "no", TimeSpan.MaxValue));
        var call = Write(Greedy);

        Assert.Equal(Some.Now + TimeSpan.FromHours(1), _governor.Figures.ClosedUntil);
        _timeProvider.Advance(TimeSpan.FromHours(1));
        await call;
    }

    [Fact]
    public async Task A_budget_that_fills_in_years_is_waited_for_without_a_timer_that_throws()
    {
        using var slow = new CallGovernor(
            "sim", new CallBudget(PerSecond: 1e-300, Burst: 1), new CallBudget(PerSecond: 1e-7, Burst: 1), TimeProvider.System);
        foreach (var kind in new[] { CallKind.Read, CallKind.Write })
        {
            await slow.AcquireAsync(kind, Greedy, TestContext.Current.CancellationToken);
            using var patience = new CancellationTokenSource();
            var second = slow.AcquireAsync(kind, Greedy, patience.Token);
            Assert.False(second.IsCompleted);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        }
    }

    [Fact]
    public async Task Whoever_leaves_the_line_and_comes_again_keeps_its_groups_turn()
    {
        await Task.WhenAll(Write(Greedy), Write(Greedy));
        using var patience = new CancellationTokenSource();
        var impatient = _governor.AcquireAsync(CallKind.Write, Modest, patience.Token);
        var others = Enumerable.Range(10, 3).Select(i => Write(new(Some.Id(i)))).ToList();
        await patience.CancelAsync();
        var again = Write(Modest);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.Equal(4, _governor.Figures.Waiting);
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));

        Assert.True(again.IsCompletedSuccessfully);
        Assert.DoesNotContain(others, call => call.IsCompleted);
    }

    [Fact]
    public async Task Who_has_left_the_line_takes_no_call_of_the_budget()
    {
        await Task.WhenAll(Write(Greedy), Write(Greedy));
        using var patience = new CancellationTokenSource();
        var left = _governor.AcquireAsync(CallKind.Write, Modest, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Equal(0, _governor.Figures.Waiting);
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));

        Assert.True(Write(Greedy).IsCompletedSuccessfully);
        Assert.Equal(3, _governor.Figures.Writes);
    }

    [Fact]
    public void A_share_slows_the_budget_down_and_the_line_goes_on_by_it_at_once()
    {
        var calls = Enumerable.Range(0, 5).Select(_ => Write(Greedy)).ToList();
        _governor.Share = 0.25;
        Assert.Equal(0.25, _governor.Figures.WritesPerSecond);

        _timeProvider.Advance(TimeSpan.FromSeconds(3.9));
        Assert.Equal(2, calls.Count(call => call.IsCompletedSuccessfully));
        _timeProvider.Advance(TimeSpan.FromSeconds(0.11));
        Assert.Equal(3, calls.Count(call => call.IsCompletedSuccessfully));

        _governor.Share = 1;
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        Assert.Equal(4, calls.Count(call => call.IsCompletedSuccessfully));
    }

    [Fact]
    public void Calls_that_were_saved_up_shrink_with_the_share()
    {
        _governor.Share = 0.1;
        _governor.Share = 1;

        Assert.True(Write(Greedy).IsCompletedSuccessfully);
        Assert.False(Write(Greedy).IsCompleted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.5)]
    public void A_share_is_more_than_nothing_and_at_most_all(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _governor.Share = share);

    [Fact]
    public void Reads_do_not_wait_for_writes()
    {
        _ = Enumerable.Range(0, 5).Select(_ => Write(Greedy)).ToList();

        Assert.True(_governor.AcquireAsync(CallKind.Read, Modest, CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public void A_group_with_a_long_line_delays_another_groups_first_call_by_one()
    {
        _ = Enumerable.Range(0, 100).Select(_ => Write(Greedy)).ToList();
        var modest = Write(Modest);

        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));

        Assert.True(modest.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_users_change_comes_before_everything_that_waits()
    {
        _ = Enumerable.Range(0, 100).Select(i => Write(new(Some.Id(10 + i)))).ToList();
        var change = _governor.AcquireAsync(CallKind.Write, Modest, CallUrgency.Urgent, CancellationToken.None);

        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));

        Assert.True(change.IsCompletedSuccessfully);
    }

    [Fact]
    public void Whatever_waits_comes_after_three_urgent_calls()
    {
        _ = Enumerable.Range(0, 2).Select(_ => Write(Greedy)).ToList();
        var routine = Write(Modest);
        var urgent = Enumerable.Range(0, 10)
            .Select(_ => _governor.AcquireAsync(CallKind.Write, Greedy, CallUrgency.Urgent, CancellationToken.None)).ToList();

        for (var turn = 0; turn < 4; turn++)
        {
            Assert.False(routine.IsCompleted);
            _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        }

        Assert.True(routine.IsCompletedSuccessfully);
        Assert.Equal(3, urgent.Count(call => call.IsCompleted));
    }

    [Fact]
    public void Nobody_calls_while_the_cloud_wants_silence_and_the_line_moves_after_it()
    {
        _governor.OnFailed(new(CloudErrorKind.Throttled, "too many", TimeSpan.FromSeconds(30)));
        var read = _governor.AcquireAsync(CallKind.Read, Modest, CancellationToken.None);

        _timeProvider.Advance(TimeSpan.FromSeconds(29));
        Assert.False(read.IsCompleted);
        Assert.Equal(Some.Now.AddSeconds(30), _governor.Figures.ClosedUntil!.Value, TimeSpan.FromMilliseconds(1));

        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));
        Assert.True(read.IsCompletedSuccessfully);
        Assert.Null(_governor.Figures.ClosedUntil);
    }

    [Fact]
    public void Silence_grows_when_the_cloud_does_not_say_how_long_and_an_answer_resets_it()
    {
        var tooMany = new CloudException(CloudErrorKind.Throttled, "too many");
        foreach (var seconds in (int[])[1, 2, 4])
        {
            // Each after the silence that the one before asked for: refusals at once are one.
            _timeProvider.Advance(TimeSpan.FromSeconds(4));
            _governor.OnFailed(tooMany);
            Assert.Equal(TimeSpan.FromSeconds(seconds), _governor.Silence);
        }

        _timeProvider.Advance(TimeSpan.FromSeconds(5));
        _governor.OnAnswered();
        _governor.OnFailed(tooMany);
        Assert.Equal(TimeSpan.FromSeconds(1), _governor.Silence);
    }

    [Fact]
    public async Task Whoever_leaves_the_line_takes_no_budget()
    {
        _ = Enumerable.Range(0, 2).Select(_ => Write(Greedy)).ToList();
        using var leave = new CancellationTokenSource();
        var left = _governor.AcquireAsync(CallKind.Write, Greedy, leave.Token);
        var stayed = Write(Modest);
        await leave.CancelAsync();

        _timeProvider.Advance(TimeSpan.FromSeconds(1.01));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.True(stayed.IsCompletedSuccessfully);
        Assert.Equal(3, _governor.Figures.Writes);
    }

    private Task Write(GroupId group) => _governor.AcquireAsync(CallKind.Write, group, CancellationToken.None);
}
