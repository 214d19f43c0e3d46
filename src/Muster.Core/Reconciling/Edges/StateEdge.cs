using System.Collections.Frozen;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Prices;

namespace Muster.Core.Reconciling.Edges;

/// <summary>
/// How a check may change a group's state, member by member. A new member has to be decided on here: a test compares the names.
/// </summary>
internal static class StateEdge
{
    private const string Path = "record.state";

    /// <summary>
    /// The rule of each member of <see cref="GroupState"/>; those without one are the store's own, or no more than a word.
    /// </summary>
    public static FrozenDictionary<string, Action<CheckEdge>> Rules { get; } = new Dictionary<string, Action<CheckEdge>>
    {
        [nameof(GroupState.Group)] = edge => edge.Require(
            edge.Told.State.Group == edge.Known.Group.Id, $"{Path}.group", edge.Told.State.Group, "the group that was checked"),

        // The store goes by its own: the lease's, or the one that an idle check must have seen.
        [nameof(GroupState.Fence)] = _ => { },
        [nameof(GroupState.Condition)] = edge => edge.Require(
            Enum.IsDefined(edge.Told.State.Condition), $"{Path}.condition", (int)edge.Told.State.Condition, "one of the conditions"),
        [nameof(GroupState.Reason)] = edge => edge.Require(
            CheckBounds.IsText(edge.Told.State.Reason),
            $"{Path}.reason",
            edge.Told.State.Reason,
            $"at most {CheckBounds.TextMax} characters"),
        [nameof(GroupState.NextAttemptAt)] = edge => edge.Require(
            edge.Told.State.NextAttemptAt is not { } at || at <= edge.Now + CheckBounds.WaitMax || at == edge.Known.State.NextAttemptAt,
            $"{Path}.next_attempt_at", edge.Told.State.NextAttemptAt, $"at most {CheckBounds.WaitMax.TotalMinutes} minutes from now"),
        [nameof(GroupState.CheckedAt)] = edge => edge.Require(
            edge.Told.State.CheckedAt is { } at && CheckBounds.IsRecent(at, edge.Now),
            $"{Path}.checked_at",
            edge.Told.State.CheckedAt,
            "a moment of this check"),
        [nameof(GroupState.Counts)] = edge => CheckCounts(edge, edge.Told.State.Counts, $"{Path}.counts"),
        [nameof(GroupState.Placements)] = PlacementEdge.Check,
        [nameof(GroupState.SpendPerHour)] = edge =>
        {
            var spend = edge.Told.State.SpendPerHour;
            edge.Require(spend is >= 0 and <= CheckBounds.SpendMax, $"{Path}.spend_per_hour", spend, $"0 to {CheckBounds.SpendMax}");
            edge.Require(
                decimal.Round(spend, PriceRules.Decimals) == spend,
                $"{Path}.spend_per_hour",
                spend,
                $"{PriceRules.Decimals} decimals at most");
        },
        [nameof(GroupState.Launched)] = edge => HourlyEdge.Check(
            edge, edge.Known.State.Launched, edge.Told.State.Launched, LaunchEdge.Begun(edge), LaunchEdge.Undone(edge), $"{Path}.launched"),
        [nameof(GroupState.Terminated)] = edge => HourlyEdge.Check(
            edge,
            edge.Known.State.Terminated,
            edge.Told.State.Terminated,
            TerminationEdge.Begun(edge) + MemberEdge.Begun(edge),
            TerminationEdge.Undone(edge) + MemberEdge.Undone(edge),
            $"{Path}.terminated"),
        [nameof(GroupState.RecentTerminations)] = TerminationEdge.Check,
        [nameof(GroupState.Members)] = MemberEdge.Check,
        [nameof(GroupState.Moved)] = edge => HourlyEdge.Check(
            edge, edge.Known.State.Moved, edge.Told.State.Moved, CheckBounds.PerCheckMax, undone: 0, $"{Path}.moved"),
        [nameof(GroupState.Moving)] = edge => edge.Require(
            edge.Told.State.Moving is >= 0 and <= CheckBounds.CountMax,
            $"{Path}.moving",
            edge.Told.State.Moving,
            $"0 to {CheckBounds.CountMax}"),
        [nameof(GroupState.VacatedRevision)] = edge => edge.Require(
            edge.Told.State.VacatedRevision is var revision && revision >= 0 && revision < edge.Known.Group.Revision,
            $"{Path}.vacated_revision",
            edge.Told.State.VacatedRevision,
            "an earlier revision of the group, or 0"),
        [nameof(GroupState.HeardAt)] = edge => edge.Require(
            !(edge.Told.State.HeardAt > edge.Now + CheckBounds.ClockSlack),
            $"{Path}.heard_at",
            edge.Told.State.HeardAt,
            "no moment to come"),
        [nameof(GroupState.Unreached)] = edge => edge.Require(
            edge.Told.State.Unreached is not { } why || CheckBounds.IsText(why),
            $"{Path}.unreached",
            edge.Told.State.Unreached,
            $"at most {CheckBounds.TextMax} characters"),
    }.ToFrozenDictionary();

    public static void Check(CheckEdge edge)
    {
        foreach (var rule in Rules.Values)
        {
            rule(edge);
        }
    }

    // What a look showed, nobody knows but who looked. It moves nothing but words, how soon the next look comes, and what the group
    // is believed to cost.
    public static void CheckCounts(CheckEdge edge, InstanceCounts counts, string path)
    {
        foreach (var (name, count) in (ReadOnlySpan<(string, int)>)
            [
                ("running", counts.Running), ("provisioning", counts.Provisioning), ("pending", counts.Pending), ("dead", counts.Dead),
                ("terminating", counts.Terminating), ("draining", counts.Draining), ("unknown", counts.Unknown),
                ("warm", counts.Warm), ("warming", counts.Warming),
            ])
        {
            edge.Require(count is >= 0 and <= CheckBounds.CountMax, $"{path}.{name}", count, $"0 to {CheckBounds.CountMax}");
        }

        // Those of the running that do not work.
        edge.Require(
            counts.Unhealthy >= 0 && counts.Unhealthy <= Math.Max(0, counts.Running),
            $"{path}.unhealthy",
            counts.Unhealthy,
            $"0 to the {counts.Running} that run");
    }
}
