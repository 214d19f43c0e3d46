using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Tables;

internal static class ActivityTable
{
    // An id that is in the trail as another entry: the position becomes NULL, which the table refuses, and Refusal.ToldAlready says.
    private static readonly Statement Save = new(
        """
        INSERT INTO activities (entry, position, id, account_id, group_id, type, status, description, author, instance_id, launch_id, count,
            first_at, last_at)
        SELECT u.entry, u.position, u.id, $1, u.group_id, u.type, u.status, u.description, u.author, u.instance_id, u.launch_id, u.count,
            u.first_at, u.last_at
        FROM unnest($2::bigint[], $3::bigint[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
            $11::uuid[], $12::bigint[], $13::timestamptz[], $14::timestamptz[])
            AS u (entry, position, id, group_id, type, status, description, author, instance_id, launch_id, count, first_at, last_at)
        ON CONFLICT (id) DO UPDATE
        SET position = CASE WHEN activities.entry = excluded.entry AND activities.group_id = excluded.group_id THEN excluded.position END,
            count = excluded.count, last_at = excluded.last_at, updated_at = now()
        """);

    private static readonly Statement FindLastPosition = new(
        "SELECT position FROM activities WHERE account_id = $1 ORDER BY position DESC LIMIT 1");

    private static readonly Statement PageOfGroup = new(
        $"SELECT a.entry, {ActivityRow.Columns} FROM activities a WHERE a.group_id = $1 AND a.entry < $2 ORDER BY a.entry DESC LIMIT $3");

    // By the unique index on group and entry: one row, however long the trail is.
    private static readonly Statement FirstOfGroup = new(
        $"SELECT {ActivityRow.Columns} FROM activities a WHERE a.group_id = $1 ORDER BY a.entry LIMIT 1");

    private static readonly Statement ReadOfAccount = new(
        $"SELECT {ActivityRow.Columns} FROM activities a WHERE a.account_id = $1 AND a.position > $2 ORDER BY a.position LIMIT $3");

    /// <summary>Appends or renews entries; no entry twice.</summary>
    public static Call Put(AccountId account, IReadOnlyCollection<Entry> entries) => Save.Call()
        .Bind(account)
        .BindAll(entries, entry => entry.Number)
        .BindAll(entries, entry => entry.Kept.Position)
        .BindAll(entries, entry => entry.Kept.Id.Value)
        .BindAll(entries, entry => entry.Kept.Group.Value)
        .BindAll(entries, entry => Words<ActivityType>.Of(entry.Kept.Type))
        .BindAll(entries, entry => Words<ActivityStatus>.Of(entry.Kept.Status))
        .BindAll(entries, entry => entry.Kept.Description)
        .BindAll(entries, entry => entry.Kept.Author)
        .BindAll(entries, entry => entry.Kept.Instance?.Value)
        .BindAll(entries, entry => entry.Kept.Launch?.Value)
        .BindAll(entries, entry => (long)entry.Kept.Count)
        .BindAll(entries, entry => entry.Kept.FirstAt)
        .BindAll(entries, entry => entry.Kept.LastAt);

    public static async Task<long> LastPositionAsync(Session session, AccountId account, CancellationToken cancellationToken) =>
        await session.ReadAllAsync(FindLastPosition.Call().Bind(account), row => row.Long(), cancellationToken) is [var position]
            ? position
            : 0;

    public static async Task<Page<Activity>> ListAsync(
        Session session, GroupId group, PageRequest page, CancellationToken cancellationToken)
    {
        var entries = await session.ReadAllAsync(
            PageOfGroup.Call().Bind(group).Bind(TrailRule.Before(page)).Bind(page.Limit + 1L),
            row => new Entry(row.Long(), ActivityRow.Read(row)),
            cancellationToken);
        return Page.Cut(entries, page, entry => PageCursor.AfterPosition(entry.Number)).Select(entry => entry.Kept);
    }

    public static Task<Activity?> FirstAsync(Session session, GroupId group, CancellationToken cancellationToken) =>
        session.FirstAsync(FirstOfGroup.Call().Bind(group), ActivityRow.Read, cancellationToken);

    public static Task<ImmutableArray<Activity>> ReadAfterAsync(
        Session session, AccountId account, long position, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return session.ReadAllAsync(
            ReadOfAccount.Call().Bind(account).Bind(position).Bind((long)limit), ActivityRow.Read, cancellationToken);
    }
}
