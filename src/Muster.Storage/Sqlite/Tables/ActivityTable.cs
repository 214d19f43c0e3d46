using System.Collections.Immutable;

using Microsoft.Data.Sqlite;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;

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
    public static Entry Append(SqliteSession session, Entry? last, Activity activity)
    {
        var entry = TrailRule.Append(last, TrailRule.AsKept(activity), ++session.LastPosition);
        if (entry.Number != last?.Number)
        {
            // The database numbers entries by itself.
            return entry with { Number = Add(session, entry.Kept) };
        }

        session.Query(Melt).Bind(entry.Kept.Position).Bind(entry.Kept.Count).Bind(entry.Kept.LastAt).Bind(entry.Number).Run();
        return entry;
    }

    /// <summary>The newest of all: one sequence serves every account here.</summary>
    public static long LastPosition(SqliteSession session) => session.Query(FindLastPosition).Number();

    public static long LastPosition(SqliteSession session, AccountId account) =>
        session.Query(FindLastPositionOf).Bind(account).Number();

    public static Page<Activity> List(SqliteSession session, GroupId group, PageRequest page)
    {
        var entries = session.Query(PageOfGroup).Bind(group).Bind(TrailRule.Before(page)).Bind(page.Limit + 1L)
            .All(row => new Entry(row.Long(), ActivityRow.Read(row)));
        return Page.Cut(entries, page, entry => PageCursor.AfterPosition(entry.Number)).Select(entry => entry.Kept);
    }

    public static Activity? First(SqliteSession session, GroupId group) => session.Query(FirstOfGroup).Bind(group).First(ActivityRow.Read);

    public static ImmutableArray<Activity> ReadAfter(SqliteSession session, AccountId account, long position, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return session.Query(ReadOfAccount).Bind(account).Bind(position).Bind(limit).All(ActivityRow.Read);
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
        catch (SqliteException error) when (
            error.SqliteExtendedErrorCode is raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY)
        {
            throw Refusal.ToldAlready(error);
        }
    }
}
