using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Core.Planning;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Pulsing;

/// <summary>A schedule by itself, at a clock that the test moves. Chance always says the middle: an interval is kept exactly.</summary>
internal sealed class ScheduleBed : IRandomSource, IDisposable
{
    public static readonly SweepKey Sweep = new(Some.Account, "sim");
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _timeProvider = new(Some.Now);

    /// <param name="options">The pulse's.</param>
    /// <param name="isShared">Whether every account uses a cloud by one credential.</param>
    public ScheduleBed(PulseOptions? options = null, bool isShared = false) => Schedule = new(
        _timeProvider,
        this,
        options ?? new(),
        LeaseDuration,
        sweep => new(sweep.Cloud, isShared ? null : sweep.Account));

    public Schedule Schedule { get; }

    public PulseStatus Status => Schedule.Figures.Describe([]);

    public static GroupId Id(int number) => new(Some.Id(number));

    /// <summary>A group as the store lists it.</summary>
    public static GroupRecord Record(int number, double intervalSeconds = 60) => new(
        Some.Group(1) with { Id = Id(number), Name = $"group-{number}", Interval = TimeSpan.FromSeconds(intervalSeconds) },
        Some.Template(),
        Some.State() with { Group = Id(number) },
        []);

    /// <summary>How a check of a group that holds its level ended.</summary>
    public static CheckReport Idle(int number, double intervalSeconds = 60) => new()
    {
        Group = Id(number),
        Name = $"group-{number}",
        Outcome = CheckOutcome.Idle,
        Interval = TimeSpan.FromSeconds(intervalSeconds),
        Plan = PlanOf(level: 1, running: 1),
        State = new() { Group = Id(number), Counts = new() { Running = 1 } },
        Activities = [],
    };

    public static Plan PlanOf(int level, int running) => Planner.Plan(Some.Input(Some.Group(level), Some.Instances(running)));

    public void Pass(double seconds) => _timeProvider.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Takes the lease of a sweep, or renews it.</summary>
    public SweepLease Hold(SweepKey? sweep = null, long fence = 1)
    {
        var lease = new SweepLease(sweep ?? Sweep, "bed", fence, _timeProvider.GetUtcNow() + LeaseDuration);
        Schedule.Sweeps.Hold(lease, _timeProvider.GetTimestamp());
        return lease;
    }

    /// <summary>The one sweep that is due.</summary>
    public HeldSweep TakeSweep() => Assert.Single(Assert.Single(Schedule.Due.Take().Runs).Sweeps);

    /// <summary>A sweep that has come as far as its look, with the checks of these groups begun.</summary>
    public HeldSweep BeginSweep(params ReadOnlySpan<int> groups)
    {
        var sweep = TakeSweep();
        ImmutableArray<GroupRecord> records = [.. groups.ToArray().Select(number => Record(number))];
        Assert.Equal(records, Schedule.RunningSweeps.Begin(sweep, records));
        return sweep;
    }

    /// <summary>A whole sweep that finds nothing to do for these groups.</summary>
    public void RunSweep(params ReadOnlySpan<int> groups)
    {
        var sweep = BeginSweep(groups);
        Schedule.RunningSweeps.Keep(sweep, [.. groups.ToArray().Select(number => Record(number))]);
        foreach (var number in groups)
        {
            Schedule.Checks.End(Id(number), Idle(number), failedFor: null);
        }

        Schedule.RunningSweeps.End(sweep, [], retryIn: null);
    }

    public Guid NextId() => throw new InvalidOperationException("a schedule makes no ids");

    public double NextUnit() => 0.5;

    public void Dispose() => Schedule.Dispose();
}
