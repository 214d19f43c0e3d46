using System.Collections.Immutable;

using Muster.Core.Storage;
using Muster.Storage.Rows;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

internal static class ServerTable
{
    private static readonly Statement Save = new(
        """
        INSERT INTO servers (holder, address, version, started_at, seen_at, ends_at)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (holder) DO UPDATE
        SET address = excluded.address, version = excluded.version, started_at = excluded.started_at, seen_at = excluded.seen_at,
            ends_at = excluded.ends_at
        """);

    private static readonly Statement ListLiving = new($"SELECT {ServerRow.Columns} FROM servers WHERE ends_at > ?");

    private static readonly Statement End = new("UPDATE servers SET ends_at = ? WHERE holder = ?");

    public static ImmutableArray<ServerRecord> Report(SqliteSession session, ServerRecord server)
    {
        session.Query(Save)
            .Bind(server.Holder).Bind(server.Address).Bind(server.Version).Bind(server.StartedAt).Bind(server.SeenAt).Bind(server.EndsAt)
            .Run();
        return Living(session, server.SeenAt);
    }

    public static ImmutableArray<ServerRecord> Living(SqliteSession session, DateTimeOffset now) =>
        [.. session.Query(ListLiving).Bind(now).All(ServerRow.Read).OrderBy(server => server.Holder, StringComparer.Ordinal)];

    public static void Retire(SqliteSession session, string holder, DateTimeOffset now)
    {
        session.Query(End).Bind(now).Bind(holder).Run();
        SweepTable.ReleaseAll(session, holder);
    }
}
