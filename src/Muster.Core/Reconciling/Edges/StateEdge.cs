using System.Collections.Immutable;

using Muster.Core.Groups;

namespace Muster.Core.Reconciling.Edges;

/// <summary>How a check may change a group's state, member by member. A new member has to be decided on here: a test compares the names.</summary>
internal static class StateEdge
{
    private const string Path = "record.state";

    /// <summary>The rule of each member of <see cref="GroupState"/>; those without one are the store's own, or no more than a word.</summary>
    public static ImmutableDictionary<string, Action<CheckEdge>> Rules { get; } = new Dictionary<string, Action<CheckEdge>>
    {
        [nameof(GroupState.Group)] = edge => edge.Require(edge.Told.State.Group == edge.Known.Group.Id, $"{Path}.group", edge.Told.State.Group, "the group that was checked"),

        // The store goes by its own: the lease's, or the one that an idle check must have seen.
        [nameof(GroupState.Fence)] = _ => { },
        [nameof(GroupState.Condition)] = edge => edge.Require(
            Enum.IsDefined(edge.Told.State.Condition), $"{Path}.condition", (int)edge.Told.State.Condition, "one of the conditions"),
        [nameof(GroupState.Reason)] = edge => edge.Require(
            CheckBounds.IsText(edge.Told.State.Reason), $"{Path}.reason", edge.Told.State.Reason, $"at most {CheckBounds.TextMax} characters"),
        [nameof(GroupState.NextAttemptAt)] = edge => edge.Require(
            edge.Told.State.NextAttemptAt is not { } at || at <= edge.Now + CheckBounds.WaitMax || at == edge.Known.State.NextAttemptAt,
            $"{Path}.next_attempt_at", edge.Told.State.NextAttemptAt, $"at most {CheckBounds.WaitMax.TotalMinutes} minutes from now"),
        [nameof(GroupState.CheckedAt)] = edge => edge.Require(
            edge.Told.State.CheckedAt is { } at && CheckBounds.IsRecent(at, edge.Now), $"{Path}.checked_at", edge.Told.State.CheckedAt, "a moment of this check"),
        [nameof(GroupState.Counts)] = CheckCounts,
        [nameof(GroupState.EstablishedLevel)] = edge => edge.Require(
            edge.Told.State.EstablishedLevel is var level && level >= 0 && level <= Math.Max(edge.CapacityMax, edge.Known.State.EstablishedLevel),
            $"{Path}.established_level", edge.Told.State.EstablishedLevel, $"0 to {edge.CapacityMax}"),
        [nameof(GroupState.Breaker)] = BreakerEdge.Check,
        [nameof(GroupState.MassFailure)] = _ => { },
        [nameof(GroupState.Launched)] = edge => HourlyEdge.Check(
            edge, edge.Known.State.Launched, edge.Told.State.Launched, LaunchEdge.Begun(edge), LaunchEdge.Undone(edge), $"{Path}.launched"),
        [nameof(GroupState.Terminated)] = edge => HourlyEdge.Check(
            edge, edge.Known.State.Terminated, edge.Told.State.Terminated, TerminationEdge.Begun(edge), TerminationEdge.Undone(edge), $"{Path}.terminated"),
        [nameof(GroupState.RecentTerminations)] = TerminationEdge.Check,
        [nameof(GroupState.Booting)] = CheckBooting,

        // A check that acts sets it back at its first step, so that its last one may count from before: the wait that follows has its own bound.
        [nameof(GroupState.FailuresInRow)] = edge =>
        {
            var failures = edge.Told.State.FailuresInRow;
            edge.Require(failures is >= 0 and <= CheckBounds.FailuresMax, $"{Path}.failures_in_row", failures, $"0 to {CheckBounds.FailuresMax}");
            edge.RequireFrom(
                edge.IsLeased || failures <= edge.Known.State.FailuresInRow + 1, $"{Path}.failures_in_row", failures, "one more than before at most");
        },
    }.ToImmutableDictionary();

    public static void Check(CheckEdge edge)
    {
        foreach (var rule in Rules.Values)
        {
            rule(edge);
        }
    }

    // What a look showed, nobody knows but who looked. It moves nothing but words, and how soon the next look comes.
    private static void CheckCounts(CheckEdge edge)
    {
        var counts = edge.Told.State.Counts;
        foreach (var (name, count) in (ReadOnlySpan<(string, int)>)
            [
                ("running", counts.Running), ("provisioning", counts.Provisioning), ("pending", counts.Pending), ("dead", counts.Dead),
                ("terminating", counts.Terminating), ("unknown", counts.Unknown),
            ])
        {
            edge.Require(count is >= 0 and <= CheckBounds.CountMax, $"{Path}.counts.{name}", count, $"0 to {CheckBounds.CountMax}");
        }
    }

    /// <summary>
    /// An instance is on its way up since it was first seen so, or since its launch was answered, and that moment stays: it would else come up for
    /// ever, or be given up at once. Which launch made it, its tags say, and the store has never seen them.
    /// </summary>
    private static void CheckBooting(CheckEdge edge)
    {
        const string Field = $"{Path}.booting";
        var before = edge.Known.State.Booting.ToLookup(one => one.Instance, one => one.Since);
        var answered = edge.Known.OpenLaunches.Where(launch => launch.Instance is not null).Select(launch => launch.UpdatedAt).ToHashSet();
        var told = edge.Told.State.Booting;
        edge.Require(
            told.Length <= CheckBounds.CountMax && told.All(one => one.Instance.Value is { Length: > 0 and <= CheckBounds.NameMax })
                && told.DistinctBy(one => one.Instance).Count() == told.Length,
            Field, null, $"instances of 1 to {CheckBounds.NameMax} characters, each once");
        edge.Require(told.All(one => one.Since <= edge.Now + CheckBounds.ClockSlack), Field, null, "no moments to come");
        edge.RequireFrom(
            told.All(one => before[one.Instance].Contains(one.Since)
                || (!before.Contains(one.Instance) && (CheckBounds.IsRecent(one.Since, edge.Now) || answered.Contains(one.Since)))),
            Field, null, "since when it was first seen so, or its launch was answered");
    }
}
