using Muster.Core.Pulsing;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Pulsing;

/// <summary>What a lease of a sweep allows, and for how long.</summary>
public sealed class HeldSweepsTests : IDisposable
{
    private static readonly SweepKey Other = new(new(Some.Id(2)), "sim");

    private readonly ScheduleBed _bed = new(new() { SweepsInFlightMax = 2 });

    private HeldSweeps Sweeps => _bed.Schedule.Sweeps;

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void A_sweep_is_due_as_soon_as_it_is_held_and_a_renewal_changes_nothing()
    {
        _bed.Hold();
        _bed.RunSweep(1);

        _bed.Hold();

        Assert.Empty(_bed.Schedule.Due.Take().Runs);
        Assert.Single(Sweeps.Leases);
    }

    [Fact]
    public void A_lease_that_was_lost_and_taken_again_is_another_sweep()
    {
        _bed.Hold();
        var before = _bed.BeginSweep(1);

        _bed.Hold(fence: 2);

        Assert.Null(Sweeps.SureLeaseOf(before));
        Assert.NotNull(Sweeps.SureLeaseOf(_bed.TakeSweep()));
    }

    [Fact]
    public void A_sweep_is_surely_held_for_four_fifths_of_its_lease()
    {
        _bed.Hold();
        var sweep = _bed.TakeSweep();
        _bed.Pass(23.9);
        Assert.NotNull(Sweeps.SureLeaseOf(sweep));

        _bed.Pass(0.1);
        Assert.Null(Sweeps.SureLeaseOf(sweep));
        Assert.True(Sweeps.Holds(sweep.Key));

        _bed.Hold();
        Assert.NotNull(Sweeps.SureLeaseOf(sweep));
    }

    [Fact]
    public void An_older_lease_that_is_lost_takes_nothing_from_a_newer_one()
    {
        var older = _bed.Hold(fence: 1);
        _bed.Hold(fence: 2);

        Sweeps.Lose(older);

        Assert.True(Sweeps.Holds(ScheduleBed.Sweep));
    }

    [Fact]
    public void A_lost_sweeps_groups_are_forgotten_but_for_those_that_are_followed()
    {
        var lease = _bed.Hold();
        _bed.RunSweep(1, 2);
        _bed.Schedule.Wakes.Wake(ScheduleBed.Id(2));

        Sweeps.Lose(lease);

        Assert.Equal(1, _bed.Status.Groups);
        _bed.Pass(0.1);
        Assert.Equal([ScheduleBed.Id(2)], _bed.Schedule.Due.Take().Groups);
    }

    [Fact]
    public void Sweeps_that_rest_the_longest_are_given_back_first_and_those_that_run_are_kept()
    {
        _bed.Hold(Other);
        _bed.Pass(1);
        var later = _bed.Hold();
        var third = _bed.Hold(new(new(Some.Id(3)), "sim"));
        var running = _bed.Schedule.Due.Take().Runs;
        Assert.Equal([Other, ScheduleBed.Sweep], running.Select(run => Assert.Single(run.Sweeps).Key));

        Assert.Equal([third], Sweeps.TakeIdle(_ => true, countMax: 9));
        Assert.Equal(2, Sweeps.Leases.Length);

        _bed.Schedule.RunningSweeps.End(running[0].Sweeps[0], [], retryIn: TimeSpan.FromSeconds(1));
        _bed.Schedule.RunningSweeps.End(running[1].Sweeps[0], [], retryIn: TimeSpan.FromSeconds(9));
        Assert.Equal([later], Sweeps.TakeIdle(_ => true, countMax: 1));
    }

    [Fact]
    public void As_many_sweeps_run_as_a_server_allows_itself_those_first_that_are_due_the_longest()
    {
        for (var number = 4; number >= 1; number--)
        {
            _bed.Hold(new(new(Some.Id(number)), "sim"));
            _bed.Pass(1);
        }

        var first = _bed.Schedule.Due.Take().Runs;
        Assert.Equal([Some.Id(4), Some.Id(3)], first.Select(run => Assert.Single(run.Sweeps).Key.Account.Value));
        Assert.Empty(_bed.Schedule.Due.Take().Runs);

        _bed.Schedule.RunningSweeps.End(first[0].Sweeps[0], [], retryIn: null);
        Assert.Equal(Some.Id(2), _bed.TakeSweep().Key.Account.Value);
    }

    [Fact]
    public void A_sweep_whose_lease_was_lost_counts_among_those_that_run_until_it_ends()
    {
        var lease = _bed.Hold();
        _bed.Hold(Other);
        var running = _bed.Schedule.Due.Take().Runs;
        Sweeps.Lose(lease);
        _bed.Hold(new(new(Some.Id(3)), "sim"));
        Assert.Empty(_bed.Schedule.Due.Take().Runs);

        _bed.Schedule.RunningSweeps.End(running[0].Sweeps[0], [], retryIn: null);
        Assert.Single(_bed.Schedule.Due.Take().Runs);
    }

    [Fact]
    public void A_sweep_that_other_servers_share_is_read_within_a_lease_though_nothing_is_due()
    {
        _bed.Hold();
        _bed.RunSweep(1);
        Assert.Equal(TimeSpan.FromSeconds(60), _bed.Schedule.Due.Take().Next);

        Sweeps.IsShared = true;

        Assert.Equal(ScheduleBed.LeaseDuration, _bed.Schedule.Due.Take().Next);
    }

    [Fact]
    public void A_group_that_cannot_be_listed_alone_brings_its_sweep_forward_if_that_is_surely_held()
    {
        Assert.False(Sweeps.TryBringForward(ScheduleBed.Record(1)));
        _bed.Hold();
        _bed.RunSweep(1);

        Assert.True(Sweeps.TryBringForward(ScheduleBed.Record(1)));

        _bed.BeginSweep(1);
    }
}
