using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Storage;
using Muster.Storage.Postgres;
using Muster.Storage.Postgres.Sessions;

using Npgsql;

namespace Muster.Triton.Import;

/// <summary>Reads a database of the original Triton Service Groups; never writes to it.</summary>
public static class TsgDatabase
{
    // Everything as text: CockroachDB and PostgreSQL name the same types differently, and this is read once.
    private const string Accounts =
        """
        SELECT id::text, account_name, triton_uuid::text, key_id::text, coalesce(archived, false)::text, created_at
        FROM tsg_accounts ORDER BY created_at, id
        """;

    private const string Keys = "SELECT id::text, name, fingerprint, coalesce(archived, false)::text FROM tsg_keys ORDER BY created_at, id";

    private const string Templates =
        """
        SELECT id::text, account_id::text, template_name, package::text, image_id::text, coalesce(firewall_enabled, false)::text,
            coalesce(networks, ''), coalesce(userdata, ''), coalesce(metadata, ''), coalesce(tags, ''), coalesce(archived, false)::text, created_at
        FROM tsg_templates ORDER BY created_at, id
        """;

    private const string Groups =
        """
        SELECT id::text, account_id::text, template_id::text, name, capacity::text, coalesce(archived, false)::text, created_at, updated_at
        FROM tsg_groups ORDER BY created_at, id
        """;

    /// <summary>Reads it whole, as it is at one moment.</summary>
    /// <exception cref="StoreException">It does not let us in, does not answer, or is no such database.</exception>
    public static Task<TsgContents> ReadAsync(PostgresStoreOptions options, CancellationToken cancellationToken) => new ForeignDatabase(
        options,
        "Triton Service Groups",
        missing: "give --database the original's, crdb.database in triton-sg.toml",
        rights: "its user needs SELECT on tsg_accounts, tsg_keys, tsg_templates and tsg_groups")
        .ReadAsync(
            async connection => new TsgContents(
                await ReadAsync(connection, Accounts, row => new TsgAccount(
                    Id(row, 0), row.GetString(1), TextOrNull(row, 2), IdOrNull(row, 3), Flag(row, 4), Time(row, 5)), cancellationToken),
                await ReadAsync(connection, Keys, row => new TsgKey(
                    Id(row, 0), row.GetString(1), TextOrNull(row, 2), Flag(row, 3)), cancellationToken),
                await ReadAsync(connection, Templates, row => new TsgTemplate(
                    Id(row, 0), Id(row, 1), row.GetString(2), row.GetString(3),
                    row.GetString(4), Flag(row, 5), row.GetString(6), row.GetString(7),
                    row.GetString(8), row.GetString(9), Flag(row, 10), Time(row, 11)), cancellationToken),
                await ReadAsync(connection, Groups, row => new TsgGroup(
                    Id(row, 0),
                    Id(row, 1),
                    Id(row, 2),
                    row.GetString(3),
                    int.Parse(row.GetString(4), CultureInfo.InvariantCulture),
                    Flag(row, 5),
                    Time(row, 6),
                    Time(row, 7)), cancellationToken)),
            cancellationToken);

    private static async Task<ImmutableArray<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var items = ImmutableArray.CreateBuilder<T>();
        while (await rows.ReadAsync(cancellationToken))
        {
            items.Add(read(rows));
        }

        return items.ToImmutable();
    }

    private static Guid Id(NpgsqlDataReader row, int column) => Guid.Parse(row.GetString(column));

    private static Guid? IdOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Id(row, column);

    private static string? TextOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static bool Flag(NpgsqlDataReader row, int column) => row.GetString(column) is "true" or "t";

    private static DateTimeOffset Time(NpgsqlDataReader row, int column) => new(row.GetDateTime(column), TimeSpan.Zero);
}
