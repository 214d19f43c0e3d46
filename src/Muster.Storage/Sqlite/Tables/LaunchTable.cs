using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Launches;
using Muster.Storage.Rows;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

internal static class LaunchTable
{
    // A launch of another group, and one whose story is over, stay as they are, whoever says otherwise.
    private static readonly Statement Save = new(
        """
        INSERT INTO launches (id, group_id, template_id, instance_name, phase, is_open, created_at, updated_at, instance_id,
            attempts, failure, reason, tags, placement)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE
        SET template_id = excluded.template_id, instance_name = excluded.instance_name, phase = excluded.phase,
            is_open = excluded.is_open, created_at = excluded.created_at, updated_at = excluded.updated_at,
            instance_id = excluded.instance_id, attempts = excluded.attempts, failure = excluded.failure, reason = excluded.reason,
            tags = excluded.tags, placement = excluded.placement
        WHERE launches.group_id = excluded.group_id AND launches.is_open = 1
        """);

    private static readonly Statement ListOpenOfGroup = new(
        $"SELECT {LaunchRow.Columns} FROM launches l WHERE l.group_id = ? AND l.is_open = 1 ORDER BY l.created_at, l.id");

    public static void Put(SqliteSession session, Launch launch) =>
        session.Query(Save)
            .Bind(launch.Id).Bind(launch.Group).Bind(launch.Template).Bind(launch.InstanceName).BindWord(launch.Phase)
            .Bind(launch.IsOpen).Bind(launch.CreatedAt).Bind(launch.UpdatedAt).Bind(launch.Instance?.Value).Bind(launch.Attempts)
            .Bind(launch.Failure).Bind(launch.Reason).Bind(StoreJson.Write(launch.Tags)).Bind(launch.Placement)
            .Run();

    public static ImmutableArray<Launch> ListOpen(SqliteSession session, GroupId group) =>
        session.Query(ListOpenOfGroup).Bind(group).All(LaunchRow.Read);
}
