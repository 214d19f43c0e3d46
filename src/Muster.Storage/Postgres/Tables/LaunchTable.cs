using System.Collections.Immutable;

using Muster.Core.Launches;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Tables;

internal static class LaunchTable
{
    // A launch of another group, and one whose story is over, stay as they are, whoever says otherwise.
    private static readonly Statement Save = new(
        """
        INSERT INTO launches (id, group_id, template_id, instance_name, phase, is_open, created_at, updated_at, instance_id,
            attempts, failure, reason, tags, placement)
        SELECT u.id, u.group_id, u.template_id, u.instance_name, u.phase, u.is_open, u.created_at, u.updated_at, u.instance_id,
            u.attempts, u.failure, u.reason, u.tags::jsonb, u.placement
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::boolean[], $7::timestamptz[], $8::timestamptz[],
            $9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[])
            AS u (id, group_id, template_id, instance_name, phase, is_open, created_at, updated_at, instance_id, attempts, failure, reason,
                tags, placement)
        ON CONFLICT (id) DO UPDATE
        SET template_id = excluded.template_id, instance_name = excluded.instance_name, phase = excluded.phase,
            is_open = excluded.is_open, created_at = excluded.created_at, updated_at = excluded.updated_at,
            instance_id = excluded.instance_id, attempts = excluded.attempts, failure = excluded.failure, reason = excluded.reason,
            tags = excluded.tags, placement = excluded.placement
        WHERE launches.group_id = excluded.group_id AND launches.is_open
        """);

    private static readonly Statement ListOpenOfGroup = new(
        $"SELECT {LaunchRow.Columns} FROM launches l WHERE l.group_id = $1 AND l.is_open ORDER BY l.created_at, l.id");

    private static readonly Statement ListOpenOfName = new(
        $"""
        SELECT {LaunchRow.Columns} FROM launches l
        WHERE l.group_id = (SELECT g.id FROM groups g WHERE g.account_id = $1 AND g.name = $2 AND g.archived_at IS NULL) AND l.is_open
        ORDER BY l.created_at, l.id
        """);

    /// <summary>Inserts or replaces; no launch twice.</summary>
    public static Call Put(IReadOnlyCollection<Launch> launches) => Save.Call()
        .BindAll(launches, launch => launch.Id.Value)
        .BindAll(launches, launch => launch.Group.Value)
        .BindAll(launches, launch => launch.Template.Value)
        .BindAll(launches, launch => launch.InstanceName)
        .BindAll(launches, launch => Words<LaunchPhase>.Of(launch.Phase))
        .BindAll(launches, launch => launch.IsOpen)
        .BindAll(launches, launch => launch.CreatedAt)
        .BindAll(launches, launch => launch.UpdatedAt)
        .BindAll(launches, launch => launch.Instance?.Value)
        .BindAll(launches, launch => (long)launch.Attempts)
        .BindAll(launches, launch => launch.Failure)
        .BindAll(launches, launch => launch.Reason)
        .BindAllJson(launches, launch => StoreJson.Write(launch.Tags))
        .BindAll(launches, launch => launch.Placement);

    public static Call ListOpen(Guid group) => ListOpenOfGroup.Call().Bind(group);

    public static Call ListOpen(Guid account, string name) => ListOpenOfName.Call().Bind(account).Bind(name);

    public static Task<ImmutableArray<Launch>> ReadAsync(Results results, CancellationToken cancellationToken) =>
        results.ReadAllAsync(LaunchRow.Read, cancellationToken);
}
