using Muster.Core.Storage;
using Muster.Nomad.Jobs;

namespace Muster.Nomad.Reconciling;

/// <summary>Of all living groups, what a round over them counted.</summary>
/// <param name="At">When.</param>
/// <param name="Below">Groups of which fewer instances ran at their last check than there must be.</param>
/// <param name="Missed">Groups whose last check is longer ago than their interval and a grace, and that no child checks now.</param>
/// <param name="Checking">Groups that a child checks at this moment.</param>
public sealed record GroupCensus(DateTimeOffset At, int Below, int Missed, int Checking)
{
    /// <summary>Groups of which most instances were unhealthy at once at their last check.</summary>
    public int MostlyUnhealthy { get; init; }

    /// <summary>Before the first round, and where another server makes them.</summary>
    public static GroupCensus None { get; } = new(DateTimeOffset.MinValue, Below: 0, Missed: 0, Checking: 0);

    /// <summary>Counts.</summary>
    /// <param name="sweeps">Every living group.</param>
    /// <param name="seen">The installation's jobs and children; none while Nomad is away.</param>
    /// <param name="unit">What a job checks.</param>
    /// <param name="grace">How much longer than its interval a check may be ago.</param>
    /// <param name="now">The time, by the store's clock.</param>
    public static GroupCensus Of(
        IReadOnlyCollection<SweepGroups> sweeps, IReadOnlyCollection<SeenJob> seen, JobUnit unit, TimeSpan grace, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(sweeps);
        var checking = seen.Where(job => job is { Parent: not null, Status: SeenStatus.Running }).Select(job => job.Key).ToHashSet();
        var groups = sweeps.SelectMany(sweep => sweep.Groups).Select(record => (Key: JobKey.Of(unit, record), Record: record)).ToList();
        return new(
            now,
            groups.Count(group => group.Record.State.Counts.Running < group.Record.SettleAt(now).Desired),
            groups.Count(group => IsMissed(group.Record, grace, now) && !checking.Contains(group.Key)),
            groups.Count(group => checking.Contains(group.Key)))
        {
            MostlyUnhealthy = groups.Count(group => group.Record.State.Counts.IsMostlyUnhealthy),
        };
    }

    /// <summary>Whether its last check is longer ago than its interval and a grace; of one that was never checked, its making.</summary>
    internal static bool IsMissed(GroupRecord record, TimeSpan grace, DateTimeOffset now) =>
        now - (record.State.CheckedAt ?? record.Group.CreatedAt) > record.Group.Interval + grace;
}
