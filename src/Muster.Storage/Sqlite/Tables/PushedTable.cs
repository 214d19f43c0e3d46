using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Metrics;
using Muster.Storage.Rows;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>Readings that were pushed and wait for a round.</summary>
internal static class PushedTable
{
    private static readonly Statement Find = new(
        $"""
        SELECT {PushedRow.Columns} FROM groups g LEFT JOIN pushed_readings p ON p.group_id = g.id
        WHERE g.id = ? AND g.archived_at IS NULL
        """);

    private static readonly Statement Save = new(
        """
        INSERT INTO pushed_readings (newest_at, pushed, group_id) VALUES (?, ?, ?)
        ON CONFLICT (group_id) DO UPDATE SET newest_at = excluded.newest_at, pushed = excluded.pushed
        """);

    private static readonly Statement ForgetOlder = new(
        "UPDATE pushed_readings SET pushed = NULL WHERE newest_at < ? AND pushed IS NOT NULL");

    private static readonly Statement ForgetOne = new("UPDATE pushed_readings SET pushed = NULL WHERE group_id = ?");

    /// <summary>Those of one group; empty where it does not live.</summary>
    public static ImmutableArray<PushedReading> Of(SqliteSession session, GroupId group) =>
        session.Query(Find).Bind(group).All(PushedRow.Read) is [var waiting] ? waiting : [];

    /// <param name="session">Where.</param>
    /// <param name="group">For which group; nothing is kept where it does not live.</param>
    /// <param name="pushed">As they are to be kept.</param>
    /// <param name="now">The instant.</param>
    public static void Push(SqliteSession session, GroupId group, ImmutableArray<PushedReading> pushed, DateTimeOffset now)
    {
        if (session.Query(Find).Bind(group).All(PushedRow.Read) is [var waiting]
            && Pushes.Merge(waiting, pushed, now) is { IsEmpty: false } merged)
        {
            session.Query(Save).Bind(merged.Max(reading => reading.At)).Bind(StoreJson.Write(merged)).Bind(group).Run();
        }
    }

    /// <summary>Forgets those that no round looks at any more.</summary>
    public static void ForgetBefore(SqliteSession session, DateTimeOffset now) =>
        session.Query(ForgetOlder).Bind(now - Pushes.AgeMax).Run();

    /// <summary>Forgets all of a group.</summary>
    public static void Forget(SqliteSession session, GroupId group) => session.Query(ForgetOne).Bind(group).Run();
}
