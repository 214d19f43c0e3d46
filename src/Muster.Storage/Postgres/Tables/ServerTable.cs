using System.Collections.Immutable;

using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;

namespace Muster.Storage.Postgres.Tables;

internal static class ServerTable
{
    private static readonly Statement Save = new(
        """
        INSERT INTO servers (holder, address, version, started_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (holder) DO UPDATE
        SET address = excluded.address, version = excluded.version, started_at = excluded.started_at, seen_at = excluded.seen_at,
            ends_at = excluded.ends_at, updated_at = now()
        """);

    private static readonly Statement ListLiving = new($"SELECT {ServerRow.Columns} FROM servers WHERE ends_at > $1 ORDER BY holder");

    private static readonly Statement End = new("UPDATE servers SET ends_at = $1, updated_at = now() WHERE holder = $2");

    public static async Task<ImmutableArray<ServerRecord>> ReportAsync(Session session, ServerRecord server)
    {
        await session.WriteAsync(Save.Call()
            .Bind(server.Holder).Bind(server.Address).Bind(server.Version).Bind(server.StartedAt).Bind(server.SeenAt).Bind(server.EndsAt));
        return await ListAsync(session, server.SeenAt, CancellationToken.None);
    }

    public static Task<ImmutableArray<ServerRecord>> ListAsync(Session session, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.ReadAllAsync(ListLiving.Call().Bind(now), ServerRow.Read, cancellationToken);

    public static Task RetireAsync(Session session, string holder, DateTimeOffset now) =>
        session.WriteTogetherAsync([End.Call().Bind(now).Bind(holder), SweepTable.ReleaseAll(holder)]);
}
