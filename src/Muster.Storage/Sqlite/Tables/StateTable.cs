using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>Leases, and what checks leave behind.</summary>
internal static class StateTable
{
    private static readonly Statement Insert = new(
        """
        INSERT INTO group_states (condition, reason, next_attempt_at, checked_at, running, provisioning, pending, dead, terminating,
            unknown, established_level, breaker, mass_failure, launched, terminated, recent_terminations, failures_in_row,
            booting, placements, moves, spend_per_hour, unhealthy, draining, warm, warming, last_activity,
            group_id, fence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
        """);

    private static readonly Statement Save = new(
        """
        UPDATE group_states
        SET condition = ?, reason = ?, next_attempt_at = ?, checked_at = ?, running = ?, provisioning = ?, pending = ?, dead = ?,
            terminating = ?, unknown = ?, established_level = ?, breaker = ?, mass_failure = ?, launched = ?, terminated = ?,
            recent_terminations = ?, failures_in_row = ?, booting = ?, placements = ?, moves = ?, spend_per_hour = ?,
            unhealthy = ?, draining = ?, warm = ?, warming = ?, last_activity = ?
        WHERE group_id = ?
        """);

    private static readonly Statement FindLimit = new(
        "SELECT spend_per_hour_max FROM accounts WHERE id = (SELECT account_id FROM groups WHERE id = ?)");

    private static readonly Statement AddUpOthers = new(
        $"""
        SELECT {SpendRow.Sum("g.account_id")} - coalesce(s.spend_per_hour, 0)
        FROM groups g JOIN group_states s ON s.group_id = g.id
        WHERE g.id = ?
        """);

    private static readonly Statement SetSpend = new("UPDATE group_states SET spend_per_hour = ? WHERE group_id = ?");

    private static readonly Statement SetLastActivity = new("UPDATE group_states SET last_activity = ? WHERE group_id = ?");

    private static readonly Statement FindFooting = new(
        $"""
        SELECT {FootingRow.Columns}
        FROM group_states s JOIN groups g ON g.id = s.group_id LEFT JOIN activities a ON a.entry = s.last_activity
        WHERE s.group_id = ?
        """);

    private static readonly Statement TakeLease = new(
        $"""
        UPDATE group_states SET fence = fence + 1, lease_holder = ?, lease_ends_at = ?
        WHERE group_id = ? AND fence = ? AND (lease_ends_at IS NULL OR lease_ends_at <= ?)
            AND (SELECT archived_at IS NULL FROM groups WHERE id = group_id) AND {PauseTable.IsNotPaused}
        """);

    private static readonly Statement RenewLease = new(
        $"""
        UPDATE group_states SET lease_ends_at = max(lease_ends_at, ?)
        WHERE group_id = ? AND fence = ? AND lease_holder = ? AND lease_ends_at IS NOT NULL AND {PauseTable.IsNotPaused}
        RETURNING lease_ends_at
        """);

    private static readonly Statement ReleaseLease = new(
        "UPDATE group_states SET lease_holder = NULL, lease_ends_at = NULL, fence = fence + 1 WHERE group_id = ?");

    private static readonly Statement ReleaseOwnLease = new(
        """
        UPDATE group_states SET lease_holder = NULL, lease_ends_at = NULL, fence = fence + 1
        WHERE group_id = ? AND fence = ? AND lease_holder = ? AND lease_ends_at IS NOT NULL
        """);

    public static void Add(SqliteSession session, GroupId group) =>
        Bind(session.Query(Insert), new GroupState { Group = group }, placements: null, lastEntry: null).Run();

    /// <summary>Appends what a user, or a round, did.</summary>
    /// <returns>The activity as kept.</returns>
    public static Activity Append(SqliteSession session, GroupId group, Activity activity) =>
        Tell(session, Find(session, group) ?? throw Refusal.NotFound("group", group), activity);

    /// <summary>Appends what befell living groups of an account.</summary>
    public static ImmutableArray<Activity> Append(SqliteSession session, AccountId account, ImmutableArray<Activity> activities)
    {
        var kept = ImmutableArray.CreateBuilder<Activity>(activities.Length);
        foreach (var activity in activities)
        {
            if (Find(session, activity.Group) is not { IsLiving: true } footing
                || GroupTable.FindAccount(session, activity.Group) != account)
            {
                continue;
            }

            kept.Add(Tell(session, footing, activity));
        }

        return kept.ToImmutable();
    }

    public static GroupLease? TryAcquire(
        SqliteSession session, GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration)
    {
        var endsAt = Microseconds.Kept(now + duration);
        var taken = session.Query(TakeLease).Bind(holder).Bind(endsAt).Bind(group).Bind(expectedFence).Bind(now).Run();
        if (taken == 1)
        {
            return new GroupLease(group, holder, expectedFence + 1, endsAt);
        }

        PauseTable.ThrowIfPaused(session);
        return null;
    }

    public static GroupLease Renew(SqliteSession session, GroupLease lease, DateTimeOffset now, TimeSpan duration)
    {
        var query = session.Query(RenewLease).Bind(now + duration).Bind(lease.Group).Bind(lease.Fence).Bind(lease.Holder);
        if (query.First(row => lease with { EndsAt = row.Time() }) is { } renewed)
        {
            return renewed;
        }

        PauseTable.ThrowIfPaused(session);
        throw Refusal.Fenced(lease);
    }

    public static void Release(SqliteSession session, GroupLease lease) =>
        session.Query(ReleaseOwnLease).Bind(lease.Group).Bind(lease.Fence).Bind(lease.Holder).Run();

    public static SpendGrant? Reserve(SqliteSession session, GroupLease lease, decimal held, decimal wanted)
    {
        _ = Footing.EnsureHeld(Find(session, lease.Group), lease);
        if (session.Query(FindLimit).Bind(lease.Group).All(row => row.LongOrNull()) is not [{ } max])
        {
            return null;
        }

        var others = session.Query(AddUpOthers).Bind(lease.Group).All(row => row.Long())[0];
        var account = new AccountSpend(Millionths.ToAmount(max), Millionths.ToAmount(others));
        var granted = SpendRule.Grant(account, held, wanted);
        session.Query(SetSpend).Bind(SpendRow.Kept(granted)).Bind(lease.Group).Run();
        return new(account, granted);
    }

    public static ImmutableArray<Activity> Record(SqliteSession session, GroupLease lease, CheckRecord record, bool release)
    {
        record.EnsureOneGroup(lease.Group);
        var footing = Footing.EnsureHeld(Find(session, lease.Group), lease);
        if (StayRule.OrdersAny(record) && NoteTable.Find(session, lease.Group) is { Notes.IsEmpty: false } said)
        {
            StayRule.EnsureMayEnd(lease, record, footing.Phase, said.Notes, said.Ends);
        }

        var kept = ImmutableArray.CreateBuilder<Activity>(record.Activities.Length);
        Write(session, footing, record, StoreJson.WriteOthers(record.State.Placements), kept);
        if (release)
        {
            session.Query(ReleaseLease).Bind(lease.Group).Run();
        }

        return kept.ToImmutable();
    }

    public static ImmutableArray<Activity> RecordIdle(SqliteSession session, ImmutableArray<CheckRecord> records, SweepLease? sweep)
    {
        if (sweep is not null)
        {
            SweepTable.EnsureHeld(session, sweep);
        }

        var kept = ImmutableArray.CreateBuilder<Activity>(records.Length);
        var texts = new SharedTexts();
        foreach (var record in records)
        {
            record.EnsureOneGroup(record.State.Group);
            var footing = Find(session, record.State.Group);
            switch (Footing.Judge(footing, record.State))
            {
                case IdleStanding.Counts:
                    Write(session, footing!, record, texts.WriteOthers(record.State.Placements), kept);
                    break;
                case IdleStanding.EndsLease:
                    session.Query(ReleaseLease).Bind(record.State.Group).Run();
                    break;
            }
        }

        return kept.ToImmutable();
    }

    private static Footing? Find(SqliteSession session, GroupId group) => session.Query(FindFooting).Bind(group).First(FootingRow.Read);

    private static Activity Tell(SqliteSession session, Footing footing, Activity activity)
    {
        var entry = ActivityTable.Append(session, footing.Last, activity);
        session.Query(SetLastActivity).Bind(entry.Number).Bind(activity.Group).Run();
        return entry.Kept;
    }

    private static void Write(
        SqliteSession session, Footing footing, CheckRecord record, string? placements, ImmutableArray<Activity>.Builder kept)
    {
        foreach (var launch in record.Launches)
        {
            LaunchTable.Put(session, launch);
        }

        var newest = footing.Last;
        foreach (var activity in record.Activities)
        {
            newest = ActivityTable.Append(session, newest, activity);
            kept.Add(newest.Kept);
        }

        Bind(session.Query(Save), record.State, placements, newest?.Number).Run();
        if (footing.Archives(record))
        {
            GroupTable.Archive(session, record.State.Group, record.ArchivedAt!.Value);
        }
    }

    private static Query Bind(Query query, GroupState state, string? placements, long? lastEntry)
    {
        var only = state.Of(Placement.Only);
        return query
            .BindWord(state.Condition).Bind(state.Reason).Bind(state.NextAttemptAt).Bind(state.CheckedAt)
            .Bind(state.Counts.Running).Bind(state.Counts.Provisioning).Bind(state.Counts.Pending).Bind(state.Counts.Dead)
            .Bind(state.Counts.Terminating).Bind(state.Counts.Unknown).Bind(only.EstablishedLevel)
            .Bind(StoreJson.Write(only.Breaker)).Bind(only.MassFailure).Bind(StoreJson.Write(state.Launched))
            .Bind(StoreJson.Write(state.Terminated)).Bind(StoreJson.Write(state.RecentTerminations)).Bind(only.FailuresInRow)
            .Bind(StoreJson.Write(state.Members)).Bind(placements).Bind(StoreJson.WriteMoves(state))
            .Bind(SpendRow.Kept(state.SpendPerHour))
            .Bind(StateRow.KeptOf(state.Counts.Unhealthy)).Bind(StateRow.KeptOf(state.Counts.Draining))
            .Bind(StateRow.KeptOf(state.Counts.Warm)).Bind(StateRow.KeptOf(state.Counts.Warming))
            .Bind(lastEntry).Bind(state.Group);
    }
}
