using Muster.Core.Pulsing;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Pulsing;

/// <summary>Which sweeps run together, so that one listing of their credential serves them.</summary>
public sealed class SweepRunTests : IDisposable
{
    private readonly ScheduleBed _bed = new(new() { SweepsInFlightMax = 2 }, isShared: true);

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void Sweeps_of_one_credential_that_are_due_run_together_and_count_as_one()
    {
        Hold(1, 2, 3);

        var run = Assert.Single(_bed.Schedule.Due.Take().Runs);

        Assert.Equal([1, 2, 3], Accounts(run));
        Hold(4);
        Assert.Equal([4], Accounts(Assert.Single(_bed.Schedule.Due.Take().Runs)));
        Hold(5);
        Assert.Empty(_bed.Schedule.Due.Take().Runs);
        End(run);
        Assert.Equal([5], Accounts(Assert.Single(_bed.Schedule.Due.Take().Runs)));
    }

    [Fact]
    public void A_run_is_over_when_its_last_sweep_has_ended()
    {
        Hold(1, 2);
        var run = Assert.Single(_bed.Schedule.Due.Take().Runs);
        Hold(3);
        Assert.Single(_bed.Schedule.Due.Take().Runs);
        Hold(4);

        _bed.Schedule.RunningSweeps.End(run.Sweeps[0], [], retryIn: TimeSpan.FromMinutes(9));
        Assert.Empty(_bed.Schedule.Due.Take().Runs);

        _bed.Schedule.RunningSweeps.End(run.Sweeps[1], [], retryIn: TimeSpan.FromMinutes(9));
        Assert.Equal([4], Accounts(Assert.Single(_bed.Schedule.Due.Take().Runs)));
    }

    [Fact]
    public void One_that_is_nearly_due_comes_along_and_so_they_come_to_one_beat()
    {
        Hold(1);
        RunAlone(1);
        _bed.Pass(20);
        Hold(1, 2);
        RunAlone(2);
        _bed.Pass(20);
        Hold(1, 2);
        _bed.Pass(20);

        Assert.Equal([1, 2], Accounts(Assert.Single(_bed.Schedule.Due.Take().Runs)));
    }

    [Fact]
    public void One_that_is_far_from_due_does_not_come_along()
    {
        Hold(1);
        RunAlone(1);
        _bed.Pass(23);
        Hold(1, 2);

        Assert.Equal([2], Accounts(Assert.Single(_bed.Schedule.Due.Take().Runs)));
    }

    [Fact]
    public void One_that_failed_waits_for_its_own_time()
    {
        Hold(1);
        var failed = Assert.Single(_bed.Schedule.Due.Take().Runs);
        failed.Sweeps[0].Failures++;
        _bed.Schedule.RunningSweeps.End(failed.Sweeps[0], [], retryIn: TimeSpan.FromSeconds(10));
        Hold(2, 3);

        Assert.Equal([2, 3], Accounts(Assert.Single(_bed.Schedule.Due.Take().Runs)));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 3)]
    public void Where_a_whole_listing_takes_more_calls_than_there_are_sweeps_each_lists_for_itself(int pages, int runs)
    {
        using var wide = new ScheduleBed(isShared: true);
        wide.Schedule.Sweeps.OnListed(new("sim", null), pages);
        foreach (var number in (ReadOnlySpan<int>)[1, 2, 3])
        {
            wide.Hold(Key(number));
        }

        Assert.Equal(runs, wide.Schedule.Due.Take().Runs.Length);
    }

    [Fact]
    public void Other_clouds_sweeps_run_by_themselves()
    {
        Hold(1, 2);
        _bed.Hold(new(new(Some.Id(1)), "other"));

        var runs = _bed.Schedule.Due.Take().Runs;

        Assert.Equal([["sim", "sim"], ["other"]], runs.Select(run => run.Sweeps.Select(sweep => sweep.Key.Cloud)));
    }

    private static SweepKey Key(int number) => new(new(Some.Id(number)), "sim");

    private static IEnumerable<int> Accounts(SweepRun run) => run.Sweeps
        .Select(sweep => Enumerable.Range(1, 9).Single(number => sweep.Key.Account == new AccountId(Some.Id(number)))).Order();

    private void Hold(params ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
        {
            _bed.Hold(Key(number));
        }
    }

    /// <summary>A sweep of one group that has an interval of a minute, by itself.</summary>
    private void RunAlone(int number)
    {
        var sweep = Assert.Single(Assert.Single(_bed.Schedule.Due.Take().Runs).Sweeps);
        Assert.Equal(Key(number), sweep.Key);
        var record = ScheduleBed.Record(number);
        _bed.Schedule.RunningSweeps.Begin(sweep, [record]);
        _bed.Schedule.RunningSweeps.Keep(sweep, [record]);
        _bed.Schedule.Checks.End(ScheduleBed.Id(number), ScheduleBed.Idle(number), failedFor: null);
        _bed.Schedule.RunningSweeps.End(sweep, [], retryIn: null);
    }

    private void End(SweepRun run)
    {
        foreach (var sweep in run.Sweeps)
        {
            _bed.Schedule.RunningSweeps.End(sweep, [], retryIn: TimeSpan.FromMinutes(9));
        }
    }
}
