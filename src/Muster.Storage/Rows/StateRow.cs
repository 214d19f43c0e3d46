using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Placements;
using Muster.Records;

namespace Muster.Storage.Rows;

internal static class StateRow
{
    /// <summary>
    /// Of a group_states table called <c>s</c>. Members stand in the column <c>booting</c>, where the first ones stood: servers of
    /// older versions may share it.
    /// </summary>
    public const string Columns =
        "s.group_id, s.fence, s.condition, s.reason, s.next_attempt_at, s.checked_at, s.running, s.provisioning, s.pending, s.dead, "
        + "s.terminating, s.unknown, s.established_level, s.breaker, s.mass_failure, s.launched, s.terminated, "
        + "s.recent_terminations, s.failures_in_row, s.booting, s.placements, s.moves, s.spend_per_hour, s.unhealthy, s.draining, "
        + "s.warm, s.warming";

    /// <summary>Reads it.</summary>
    /// <param name="row">At its first column.</param>
    /// <param name="texts">What other rows have said in the same words; null for one that is read alone.</param>
    public static GroupState Read(Row row, SharedTexts? texts = null)
    {
        var (group, fence, condition, reason) = (row.Id<GroupId>(), row.Long(), row.Word<GroupCondition>(), row.Text());
        var (nextAttemptAt, checkedAt) = (row.TimeOrNull(), row.TimeOrNull());
        var counts = new InstanceCounts
        {
            Running = row.Int(),
            Provisioning = row.Int(),
            Pending = row.Int(),
            Dead = row.Int(),
            Terminating = row.Int(),
            Unknown = row.Int(),
        };
        var (established, breaker, massFailure) = (row.Int(), StoreJson.ReadBreaker(row.TextOrNull()), row.Flag());
        var (launched, terminated) = (StoreJson.ReadCount(row.TextOrNull()), StoreJson.ReadCount(row.TextOrNull()));
        var terminations = StoreJson.ReadTerminations(row.TextOrNull());
        var only = new PlacementState
        {
            EstablishedLevel = established,
            Breaker = breaker,
            MassFailure = massFailure,
            FailuresInRow = row.Int(),
        };
        var state = new GroupState
        {
            Group = group,
            Fence = fence,
            Condition = condition,
            Reason = reason,
            NextAttemptAt = nextAttemptAt,
            CheckedAt = checkedAt,
            Counts = counts,
            Launched = launched,
            Terminated = terminated,
            RecentTerminations = terminations,
            Members = StoreJson.ReadMembers(row.TextOrNull()),
            Placements = texts is null ? StoreJson.ReadPlacements(only, row.TextOrNull()) : texts.ReadPlacements(only, row),
        };
        state = StoreJson.ReadMoves(state, row.TextOrNull());
        state = row.LongOrNull() is { } spend ? state with { SpendPerHour = Millionths.ToAmount(spend) } : state;
        return (row.IntOrNull(), row.IntOrNull(), row.IntOrNull(), row.IntOrNull()) switch
        {
            (null, null, null, null) => state,
            var (unhealthy, draining, warm, warming) => state with
            {
                Counts = counts with { Unhealthy = unhealthy ?? 0, Draining = draining ?? 0, Warm = warm ?? 0, Warming = warming ?? 0 },
            },
        };
    }

    /// <summary>How many there are of a kind that most groups have none of, as it is kept: nothing for none.</summary>
    public static long? KeptOf(int count) => count == 0 ? null : count;
}
