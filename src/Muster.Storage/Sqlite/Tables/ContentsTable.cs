using System.Text.Json;

using Muster.Core;
using Muster.Storage.Rows;
using Muster.Storage.Sqlite.Sessions;
using Muster.Storage.Transfer;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>Everything, table by table. Whole tables are read here on purpose, so these statements are made when they are needed.</summary>
internal static class ContentsTable
{
    private static readonly Statement FindAccount = new("SELECT 1 FROM accounts LIMIT 1");

    // Where each group's newest activity stands, which repeats melt into.
    private const string DeriveLastActivity =
        "UPDATE group_states SET last_activity = (SELECT max(entry) FROM activities WHERE activities.group_id = group_states.group_id)";

    public static void Read(SqliteSession session, Action<StoreTable, Row> each, CancellationToken cancellationToken)
    {
        foreach (var table in StoreTable.All)
        {
            using var query = session.Prepare(
                $"SELECT {string.Join(", ", table.Columns.Select(column => column.KeptAs))} FROM {table.Rows} ORDER BY "
                + $"{string.Join(", ", table.Key)}");
            while (query.Next())
            {
                cancellationToken.ThrowIfCancellationRequested();
                each(table, query);
            }
        }
    }

    public static bool IsEmpty(SqliteSession session) => !session.Query(FindAccount).Any();

    /// <summary>All of it in one transaction: it is there as a whole, or not at all.</summary>
    public static void Write(
        SqliteSession session, InstallationId installation, IEnumerable<StoreRow> rows, CancellationToken cancellationToken)
    {
        var inserts = StoreTable.All.ToDictionary(table => table, table => session.Prepare(Insert(table)));
        try
        {
            MetaTable.SetInstallation(session, installation);
            foreach (var (table, values) in rows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var query = inserts[table].Reset();
                foreach (var column in table.Columns)
                {
                    Bind(query, column, values.TryGetProperty(column.Name, out var value) ? value : default);
                }

                query.Run();
            }

            using var derive = session.Prepare(DeriveLastActivity);
            derive.Run();
            session.LastPosition = ActivityTable.LastPosition(session);
        }
        finally
        {
            foreach (var insert in inserts.Values)
            {
                insert.Dispose();
            }
        }
    }

    private static string Insert(StoreTable table) =>
        $"INSERT INTO {table.Name} ({string.Join(", ", table.Columns.Select(column => column.KeptAs))}) "
        + $"VALUES ({string.Join(", ", table.Columns.Select(_ => "?"))})";

    private static void Bind(Query query, Column column, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            query.Bind((string?)null);
            return;
        }

        _ = column.Kind switch
        {
            ColumnKind.Id => query.Bind(value.GetGuid().ToString()),
            ColumnKind.Text => query.Bind(value.GetString()),
            ColumnKind.Number => query.Bind(value.GetInt64()),
            ColumnKind.Flag => query.Bind(value.GetBoolean()),
            ColumnKind.Time => query.Bind(StoreLine.ParseTime(value.GetString()!)),
            ColumnKind.Json => query.Bind(value.GetRawText()),
            ColumnKind.Bytes => query.Bind(value.GetBytesFromBase64()),
            _ => throw new System.Diagnostics.UnreachableException($"column kind {column.Kind}"),
        };
    }
}
