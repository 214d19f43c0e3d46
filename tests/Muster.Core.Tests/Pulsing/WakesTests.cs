using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Pulsing;

/// <summary>Who has a group checked before it is due.</summary>
public sealed class WakesTests : IDisposable
{
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(2);

    private readonly ScheduleBed _bed = new();

    private Wakes Wakes => _bed.Schedule.Wakes;

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void Wakes_of_a_group_melt_into_one_check()
    {
        Wakes.Wake(ScheduleBed.Id(1));
        Wakes.Wake(ScheduleBed.Id(1));

        Assert.Equal([ScheduleBed.Id(1)], TakeGroups());
        Assert.True(_bed.Schedule.Checks.IsWish(ScheduleBed.Id(1)));
    }

    [Fact]
    public void Wakes_during_a_check_melt_into_one_more_after_it()
    {
        _bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1));
        Wakes.Wake(ScheduleBed.Id(1));
        Wakes.Wake(ScheduleBed.Id(1));
        Assert.Empty(TakeGroups());

        _bed.Schedule.Checks.End(ScheduleBed.Id(1), ScheduleBed.Idle(1), failedFor: null);

        Assert.Empty(TakeGroups());
        _bed.Pass(0.1);
        Assert.Equal([ScheduleBed.Id(1)], TakeGroups());
        _bed.Schedule.Checks.End(ScheduleBed.Id(1), ScheduleBed.Idle(1), failedFor: null);
        _bed.Pass(1);
        Assert.Empty(TakeGroups());
    }

    // The group was forgotten with the check that was taken back, and the wake with the group.
    [Fact]
    public void A_users_wake_is_not_lost_with_the_sweep_that_looks_at_the_group()
    {
        var lease = _bed.Hold();
        _bed.BeginSweep(1);
        _bed.Schedule.Sweeps.Lose(lease);

        Wakes.Wake(ScheduleBed.Id(1));

        _bed.Pass(0.1);
        Assert.Equal([ScheduleBed.Id(1)], TakeGroups());
    }

    [Fact]
    public void A_users_changes_come_before_follow_ups_that_are_due_as_long()
    {
        _bed.Hold();
        _bed.RunSweep(1, 2, 3);
        _bed.Pass(1);
        Wakes.Hint(ScheduleBed.Id(1), TimeSpan.Zero);
        Wakes.Hint(ScheduleBed.Id(3), TimeSpan.Zero);
        Wakes.Wake(ScheduleBed.Id(2));

        Assert.Equal([ScheduleBed.Id(2), ScheduleBed.Id(1), ScheduleBed.Id(3)], TakeGroups());
    }

    [Fact]
    public void A_hint_about_a_group_of_anothers_sweep_is_the_others()
    {
        Wakes.Hint(ScheduleBed.Id(1), Lag);

        Assert.Empty(TakeGroups());
        Assert.Equal(0, _bed.Status.Groups);
    }

    [Fact]
    public void A_hint_has_the_group_checked_at_once_and_again_when_every_listing_shows_what_it_was_about()
    {
        _bed.Hold();
        _bed.RunSweep(1);
        _bed.Pass(1);
        Wakes.Hint(ScheduleBed.Id(1), Lag);
        Assert.Equal([ScheduleBed.Id(1)], TakeGroups());
        _bed.Schedule.Checks.End(ScheduleBed.Id(1), ScheduleBed.Idle(1), failedFor: null);

        _bed.Pass(1.9);
        Assert.Empty(TakeGroups());
        _bed.Pass(0.1);
        Assert.Equal([ScheduleBed.Id(1)], TakeGroups());
    }

    [Fact]
    public void A_group_that_hurries_waits_while_its_sweep_is_not_surely_held()
    {
        _bed.Hold();
        _bed.RunSweep(1);
        _bed.Pass(ScheduleBed.LeaseDuration.TotalSeconds);
        Wakes.Hint(ScheduleBed.Id(1), TimeSpan.Zero);
        Assert.Empty(TakeGroups());

        _bed.Hold();
        _bed.Pass(1);
        Assert.Equal([ScheduleBed.Id(1)], TakeGroups());
    }

    [Fact]
    public void A_hint_about_anybody_brings_the_sweeps_of_its_connection_and_once_more_when_every_listing_shows_it()
    {
        using var governor = new CallGovernor("sim", new(10, 10), new(10, 10), TimeProvider.System);
        var cloud = new SimulatedCloud("sim", EngineBed.Traits with { ListingLagMax = Lag }, new FairWeather(), TimeProvider.System);
        var governed = new GovernedCloud(cloud, governor);
        _bed.Hold();
        _bed.RunSweep(1);
        _bed.Pass(1);

        Wakes.WakeAll(new CloudEntry("another", "simulated", governed));
        Assert.Empty(_bed.Schedule.Due.Take().Runs);

        Wakes.WakeAll(new CloudEntry("sim", "simulated", governed));
        _bed.RunSweep(1);
        Assert.Equal(Lag, _bed.Schedule.Due.Take().Next);
        _bed.Pass(2);
        _bed.RunSweep(1);
        Assert.Equal(TimeSpan.FromSeconds(60), _bed.Schedule.Due.Take().Next);
    }

    [Fact]
    public void The_end_of_what_stood_in_the_way_of_all_wakes_those_that_are_followed_here()
    {
        _bed.Hold();
        _bed.RunSweep(1);
        Wakes.Wake(ScheduleBed.Id(2));
        Assert.Equal([ScheduleBed.Id(2)], TakeGroups());
        var blind = ScheduleBed.Idle(2) with { Plan = null };
        _bed.Schedule.Checks.End(ScheduleBed.Id(2), blind, failedFor: null);
        _bed.Pass(1);
        Assert.Empty(TakeGroups());

        Wakes.WakeFollowed();

        Assert.Equal([ScheduleBed.Id(2)], TakeGroups());
    }

    [Fact]
    public void A_users_wake_ends_the_wait_of_a_check_and_a_hint_does_not()
    {
        _bed.Hold();
        var sweep = _bed.BeginSweep(1);
        _bed.Schedule.RunningSweeps.Keep(sweep, [ScheduleBed.Record(1)]);
        using var wait = Wakes.BeginWait(ScheduleBed.Id(1), CancellationToken.None, CancellationToken.None);

        Wakes.Hint(ScheduleBed.Id(1), TimeSpan.Zero);
        Assert.False(wait.Token.IsCancellationRequested);

        Wakes.Wake(ScheduleBed.Id(1));
        Assert.True(wait.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_wait_that_begins_after_a_users_wake_is_over_at_once()
    {
        _bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1));
        Wakes.Wake(ScheduleBed.Id(1));

        using var wait = Wakes.BeginWait(ScheduleBed.Id(1), CancellationToken.None, CancellationToken.None);

        Assert.True(wait.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_wait_that_is_over_is_not_woken()
    {
        _bed.Schedule.Checks.TryBegin(ScheduleBed.Id(1));
        var wait = Wakes.BeginWait(ScheduleBed.Id(1), CancellationToken.None, CancellationToken.None);
        var token = wait.Token;
        wait.Dispose();

        Wakes.Wake(ScheduleBed.Id(1));

        Assert.False(token.IsCancellationRequested);
    }

    [Fact]
    public async Task The_loop_is_woken_by_a_wake()
    {
        var waiting = _bed.Schedule.Due.WaitAsync(TimeSpan.FromMinutes(15));
        Assert.False(waiting.IsCompleted);

        Wakes.Wake(ScheduleBed.Id(1));

        await waiting;
    }

    private ImmutableArray<GroupId> TakeGroups() => _bed.Schedule.Due.Take().Groups;
}
