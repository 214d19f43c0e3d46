using Muster.Core;
using Muster.Core.Groups;
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
        + "s.recent_terminations, s.failures_in_row, s.booting, s.placements, s.moves, s.spend_per_hour";

    public static GroupState Read(Row row)
    {
        var state = new GroupState
        {
            Group = row.Id<GroupId>(),
            Fence = row.Long(),
            Condition = row.Word<GroupCondition>(),
            Reason = row.Text(),
            NextAttemptAt = row.TimeOrNull(),
            CheckedAt = row.TimeOrNull(),
            Counts = new()
            {
                Running = row.Int(),
                Provisioning = row.Int(),
                Pending = row.Int(),
                Dead = row.Int(),
                Terminating = row.Int(),
                Unknown = row.Int(),
            },
        };
        var only = new PlacementState
        {
            EstablishedLevel = row.Int(),
            Breaker = StoreJson.ReadBreaker(row.TextOrNull()),
            MassFailure = row.Flag(),
        };
        state = state with
        {
            Launched = StoreJson.ReadCount(row.TextOrNull()),
            Terminated = StoreJson.ReadCount(row.TextOrNull()),
            RecentTerminations = StoreJson.ReadTerminations(row.TextOrNull()),
        };
        only = only with { FailuresInRow = row.Int() };
        state = state with
        {
            Members = StoreJson.ReadMembers(row.TextOrNull()),
            Placements = StoreJson.ReadPlacements(only, row.TextOrNull()),
        };
        state = StoreJson.ReadMoves(state, row.TextOrNull());
        return row.LongOrNull() is { } spend ? state with { SpendPerHour = Millionths.ToAmount(spend) } : state;
    }
}
