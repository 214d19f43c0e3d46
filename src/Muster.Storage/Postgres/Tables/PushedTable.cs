using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Metrics;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Tables;

/// <summary>Readings that were pushed and wait for a round.</summary>
internal static class PushedTable
{
    private static readonly Statement Find = new(
        $"""
        SELECT {PushedRow.Columns} FROM groups g LEFT JOIN pushed_readings p ON p.group_id = g.id
        WHERE g.id = $1 AND g.archived_at IS NULL
        """);

    private static readonly Statement Save = new(
        """
        INSERT INTO pushed_readings (group_id, newest_at, pushed) VALUES ($1, $2, $3)
        ON CONFLICT (group_id) DO UPDATE SET newest_at = excluded.newest_at, pushed = excluded.pushed, updated_at = now()
        """);

    private static readonly Statement ForgetOlder = new(
        "UPDATE pushed_readings SET pushed = NULL, updated_at = now() WHERE newest_at < $1 AND pushed IS NOT NULL");

    private static readonly Statement ForgetOne = new(
        "UPDATE pushed_readings SET pushed = NULL, updated_at = now() WHERE group_id = $1");

    /// <summary>Those of one group; empty where it does not live.</summary>
    public static async Task<ImmutableArray<PushedReading>> OfAsync(Session session, GroupId group, CancellationToken cancellationToken) =>
        await session.ReadAllAsync(Find.Call().Bind(group), PushedRow.Read, cancellationToken) is [var waiting] ? waiting : [];

    /// <remarks>Made again after an answer that was lost, it comes to the same: each reading is kept once.</remarks>
    public static async Task PushAsync(Session session, GroupId group, ImmutableArray<PushedReading> pushed, DateTimeOffset now)
    {
        var found = await session.BeginAsync(
            [Find.Call().Bind(group)], results => results.ReadAllAsync(PushedRow.Read, CancellationToken.None));
        await (found is [var waiting] && Pushes.Merge(waiting, pushed, now) is { IsEmpty: false } merged
            ? session.CommitAsync(
                [Save.Call().Bind(group).Bind(merged.Max(reading => reading.At)).BindJson(StoreJson.Write(merged))])
            : session.RollBackAsync());
    }

    /// <summary>Forgets those that no round looks at any more.</summary>
    public static Task<int> ForgetBeforeAsync(Session session, DateTimeOffset now) =>
        session.WriteAsync(ForgetOlder.Call().Bind(now - Pushes.AgeMax));

    /// <summary>Forgets all of a group.</summary>
    public static Call Forget(GroupId group) => ForgetOne.Call().Bind(group);
}
