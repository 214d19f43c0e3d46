using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Tables;

/// <summary>What checks leave behind, as a lane writes it: many groups in one statement.</summary>
internal static class StateTable
{
    private static readonly Statement InsertOne = new(
        """
        INSERT INTO group_states (group_id, fence, last_activity, condition, reason, running, provisioning, pending, dead, terminating,
            unknown, established_level, mass_failure, failures_in_row)
        VALUES ($1, 0, $2, $3, $4, 0, 0, 0, 0, 0, 0, 0, false, 0)
        """);

    private static readonly Statement Save = new(
        """
        UPDATE group_states AS s
        SET condition = u.condition, reason = u.reason, next_attempt_at = u.next_attempt_at, checked_at = u.checked_at,
            running = u.running, provisioning = u.provisioning, pending = u.pending, dead = u.dead, terminating = u.terminating,
            unknown = u.unknown, established_level = u.established_level, breaker = u.breaker::jsonb, mass_failure = u.mass_failure,
            launched = u.launched::jsonb, terminated = u.terminated::jsonb, recent_terminations = u.recent_terminations::jsonb,
            failures_in_row = u.failures_in_row, booting = u.members::jsonb, placements = u.placements::jsonb,
            moves = u.moves::jsonb, spend_per_hour = u.spend_per_hour, unhealthy = u.unhealthy, draining = u.draining,
            warm = u.warm, warming = u.warming, last_activity = u.last_activity,
            fence = CASE WHEN u.is_released THEN s.fence + 1 ELSE s.fence END,
            lease_holder = CASE WHEN u.is_released THEN NULL ELSE s.lease_holder END,
            lease_ends_at = CASE WHEN u.is_released THEN NULL ELSE s.lease_ends_at END,
            updated_at = now()
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::bigint[], $7::bigint[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::boolean[], $15::text[], $16::text[], $17::text[],
            $18::bigint[], $19::text[], $20::text[], $21::text[], $22::bigint[], $23::bigint[], $24::bigint[],
            $25::bigint[], $26::bigint[], $27::bigint[], $28::boolean[])
            AS u (group_id, condition, reason, next_attempt_at, checked_at, running, provisioning, pending, dead, terminating, unknown,
                established_level, breaker, mass_failure, launched, terminated, recent_terminations, failures_in_row, members, placements,
                moves, spend_per_hour, unhealthy, draining, warm, warming, last_activity, is_released)
        WHERE s.group_id = u.group_id
        """);

    private static readonly Statement EndLeasesOf = new(
        """
        UPDATE group_states SET fence = fence + 1, lease_holder = NULL, lease_ends_at = NULL, updated_at = now()
        WHERE group_id = ANY ($1)
        """);

    private static readonly Statement SaveLastActivity = new(
        """
        UPDATE group_states AS s SET last_activity = u.last_activity, updated_at = now()
        FROM unnest($1::uuid[], $2::bigint[]) AS u (group_id, last_activity)
        WHERE s.group_id = u.group_id
        """);

    /// <summary>The state of a group that is new.</summary>
    public static Call Insert(LaneFooting footing)
    {
        var fresh = new GroupState { Group = footing.Group };
        return InsertOne.Call().Bind(footing.Group).Bind(footing.Now.Last?.Number).BindWord(fresh.Condition).Bind(fresh.Reason);
    }

    /// <summary>Leases that ran out and are ended.</summary>
    public static Call EndLeases(IReadOnlyCollection<LaneFooting> footings) =>
        EndLeasesOf.Call().BindAll(footings, each => each.Group.Value);

    /// <summary>States that were checked.</summary>
    public static Call Put(IReadOnlyCollection<LaneFooting> footings)
    {
        var texts = new SharedTexts();
        return Save.Call()
            .BindAll(footings, each => each.Group.Value)
            .BindAll(footings, each => Words<GroupCondition>.Of(each.State!.Condition))
            .BindAll(footings, each => each.State!.Reason)
            .BindAll(footings, each => each.State!.NextAttemptAt)
            .BindAll(footings, each => each.State!.CheckedAt)
            .BindAll(footings, each => (long)each.State!.Counts.Running)
            .BindAll(footings, each => (long)each.State!.Counts.Provisioning)
            .BindAll(footings, each => (long)each.State!.Counts.Pending)
            .BindAll(footings, each => (long)each.State!.Counts.Dead)
            .BindAll(footings, each => (long)each.State!.Counts.Terminating)
            .BindAll(footings, each => (long)each.State!.Counts.Unknown)
            .BindAll(footings, each => (long)Only(each).EstablishedLevel)
            .BindAllJson(footings, each => StoreJson.Write(Only(each).Breaker))
            .BindAll(footings, each => Only(each).MassFailure)
            .BindAllJson(footings, each => StoreJson.Write(each.State!.Launched))
            .BindAllJson(footings, each => StoreJson.Write(each.State!.Terminated))
            .BindAllJson(footings, each => StoreJson.Write(each.State!.RecentTerminations))
            .BindAll(footings, each => (long)Only(each).FailuresInRow)
            .BindAllJson(footings, each => StoreJson.Write(each.State!.Members))
            .BindAllJson(footings, each => texts.WriteOthers(each.State!.Placements))
            .BindAllJson(footings, each => StoreJson.WriteMoves(each.State!))
            .BindAll(footings, each => SpendRow.Kept(each.State!.SpendPerHour))
            .BindAll(footings, each => StateRow.KeptOf(each.State!.Counts.Unhealthy))
            .BindAll(footings, each => StateRow.KeptOf(each.State!.Counts.Draining))
            .BindAll(footings, each => StateRow.KeptOf(each.State!.Counts.Warm))
            .BindAll(footings, each => StateRow.KeptOf(each.State!.Counts.Warming))
            .BindAll(footings, each => each.Now.Last?.Number)
            .BindAll(footings, each => each.IsReleased);
    }

    /// <summary>States of which nothing changed but the newest activity.</summary>
    public static Call PutLastActivity(IReadOnlyCollection<LaneFooting> footings) => SaveLastActivity.Call()
        .BindAll(footings, each => each.Group.Value)
        .BindAll(footings, each => each.Now.Last?.Number);

    private static PlacementState Only(LaneFooting footing) => footing.State!.Of(Placement.Only);
}
