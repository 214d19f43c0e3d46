using System.Collections.Immutable;

using Microsoft.Data.Sqlite;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Rows;

using SQLitePCL;

namespace Muster.Storage.Sqlite.Tables;

internal static class ActivityTable
{
    private static readonly Statement Insert = new(
        """
        INSERT INTO activities (position, id, account_id, group_id, type, status, description, author, instance_id, launch_id, count,
            first_at, last_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        RETURNING entry
        """);

    private static readonly Statement Melt = new("UPDATE activities SET position = ?, count = ?, last_at = ? WHERE entry = ?");

    private static readonly Statement FindLastPositionOf = new("SELECT coalesce(max(position), 0) FROM activities WHERE account_id = ?");

    // Positions are indexed by account, and accounts are few.
    private static readonly Statement FindLastPosition = new(
        """
        SELECT coalesce(max((SELECT max(position) FROM activities WHERE account_id = accounts.id)), 0) FROM accounts
        """);

    private static readonly Statement PageOfGroup = new(
        $"SELECT a.entry, {ActivityRow.Columns} FROM activities a WHERE a.group_id = ? AND a.entry < ? ORDER BY a.entry DESC LIMIT ?");

    // The index on the group has the entry in it, so that this is one step down the tree however long the trail is.
    private static readonly Statement FirstOfGroup = new(
        $"SELECT {ActivityRow.Columns} FROM activities a WHERE a.group_id = ? ORDER BY a.entry LIMIT 1");

    private static readonly Statement ReadOfAccount = new(
        $"SELECT {ActivityRow.Columns} FROM activities a WHERE a.account_id = ? AND a.position > ? ORDER BY a.position LIMIT ?");

    /// <summary>Appends, or melts into <paramref name="last"/>, the group's newest entry.</summary>
    public static (long Entry, Activity Kept) Append(SqliteSession session, (long Entry, Activity Kept)? last, Activity activity)
    {
        var position = ++session.LastPosition;
        if (last is var (entry, newest) && newest.Repeats(activity))
        {
            var melted = newest.MeltedWith(activity) with { Position = position };
            melted = melted with { LastAt = Microseconds.Kept(melted.LastAt) };
            session.Query(Melt).Bind(melted.Position).Bind(melted.Count).Bind(melted.LastAt).Bind(entry).Run();
            return (entry, melted);
        }

        var kept = activity with
        {
            Position = position,
            FirstAt = Microseconds.Kept(activity.FirstAt),
            LastAt = Microseconds.Kept(activity.LastAt),
        };
        return (Add(session, kept), kept);
    }

    /// <summary>The newest of all: one sequence serves every account here.</summary>
    public static long LastPosition(SqliteSession session) => session.Query(FindLastPosition).Number();

    public static long LastPosition(SqliteSession session, AccountId account) =>
        session.Query(FindLastPositionOf).Bind(account).Number();

    public static Page<Activity> List(SqliteSession session, GroupId group, PageRequest page)
    {
        page.EnsureLimit();
        var before = PageCursor.ReadPosition(page.Cursor) ?? long.MaxValue;
        var query = session.Query(PageOfGroup).Bind(group).Bind(before).Bind(page.Limit + 1L);
        var entries = ImmutableArray.CreateBuilder<(long Number, Activity Kept)>();
        while (query.Next())
        {
            entries.Add((query.Long(), ActivityRow.Read(query)));
        }

        return Page.Cut(entries.ToImmutable(), page, entry => PageCursor.AfterPosition(entry.Number)).Select(entry => entry.Kept);
    }

    public static Activity? First(SqliteSession session, GroupId group) => session.Query(FirstOfGroup).Bind(group).First(ActivityRow.Read);

    public static ImmutableArray<Activity> ReadAfter(SqliteSession session, AccountId account, long position, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var query = session.Query(ReadOfAccount).Bind(account).Bind(position).Bind(limit);
        var items = ImmutableArray.CreateBuilder<Activity>();
        while (query.Next())
        {
            items.Add(ActivityRow.Read(query));
        }

        return items.ToImmutable();
    }

    private static long Add(SqliteSession session, Activity activity)
    {
        var query = session.Query(Insert)
            .Bind(activity.Position).Bind(activity.Id).Bind(activity.Account).Bind(activity.Group).BindWord(activity.Type)
            .BindWord(activity.Status).Bind(activity.Description).Bind(activity.Author).Bind(activity.Instance?.Value)
            .Bind(activity.Launch).Bind(activity.Count).Bind(activity.FirstAt).Bind(activity.LastAt);
        try
        {
            return query.Number();
        }
        catch (SqliteException error) when (error.SqliteExtendedErrorCode is raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY)
        {
            throw Refusal.ToldAlready(error);
        }
    }
}
