using System.Collections.Frozen;
using System.Text.Json;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Transfer;

namespace Muster.Storage.Postgres.Tables;

/// <summary>Everything, table by table. Whole tables are read and written here on purpose.</summary>
/// <remarks>
/// An import goes in batches, each a transaction of its own: CockroachDB dislikes transactions of millions of rows. The mark says whose
/// import is under way, until what came of it is proven; each batch may be written again, so one that broke off goes
/// on when it is begun anew.
/// </remarks>
internal static class ContentsTable
{
    private const string Unfinished = "unfinished ";
    private const int RowsPerBatch = 1000;

    private static readonly Statement FindAccount = new("SELECT 1::bigint FROM accounts LIMIT 1");

    private static readonly Statement FindMark = new("SELECT value FROM meta WHERE key = 'import'");

    private static readonly Statement SetMark = new("INSERT INTO meta (key, value) VALUES ('import', $1) ON CONFLICT (key) DO NOTHING");

    private static readonly Statement EndMark = new("UPDATE meta SET value = $1 WHERE key = 'import'");

    private static readonly Statement SetInstallation = new("UPDATE meta SET value = $1 WHERE key = 'installation_id'");

    // Where each group's newest activity stands, which repeats melt into.
    private static readonly Statement DeriveLastActivity = new(
        "UPDATE group_states SET last_activity = (SELECT max(a.entry) FROM activities a WHERE a.group_id = group_states.group_id)");

    private static readonly Statement DeriveTrails = new(
        """
        INSERT INTO trails (account_id, position) SELECT account_id, max(position) FROM activities GROUP BY account_id
        ON CONFLICT (account_id) DO NOTHING
        """);

    private static readonly FrozenDictionary<StoreTable, Statement> Selects = StoreTable.All.ToFrozenDictionary(table => table, Select);

    private static readonly FrozenDictionary<StoreTable, Statement> Inserts = StoreTable.All.ToFrozenDictionary(table => table, Insert);

    /// <summary>The statements that are made from the tables' columns, by name, for those who look at every statement.</summary>
    public static IEnumerable<(string Name, Statement Statement)> OfTables => StoreTable.All.SelectMany<StoreTable, (string, Statement)>(
        table => [($"Selects.{table.Name}", Selects[table]), ($"Inserts.{table.Name}", Inserts[table])]);

    public static async Task<bool> IsEmptyAsync(Database database, CancellationToken cancellationToken) =>
        await FindUnfinishedAsync(database, cancellationToken) is not null
        || await database.ReadAsync(
            (session, token) => session.ReadAllAsync(FindAccount.Call(), row => row.Long(), token), cancellationToken) is [];

    /// <exception cref="StoreException"><see cref="StoreErrorKind.Unusable"/>: an import was begun and not finished.</exception>
    public static async Task EnsureWholeAsync(Database database, CancellationToken cancellationToken)
    {
        if (await FindUnfinishedAsync(database, cancellationToken) is not null)
        {
            throw new StoreException(
                StoreErrorKind.Unusable,
                $"{database.Where} holds a part of an import: run 'muster store import' with the same file again, which goes on with it, "
                + "or make the database anew");
        }
    }

    public static async Task ReadAsync(Database database, Action<StoreTable, Row> each, CancellationToken cancellationToken)
    {
        var hasBegun = false;
        await database.ReadAsync(ReadOnceAsync, cancellationToken);

        async Task<bool> ReadOnceAsync(Session session, CancellationToken token)
        {
            // Whoever listens has heard the beginning already, and a second reading might tell another story.
            if (hasBegun)
            {
                throw new StoreException(StoreErrorKind.Unavailable, $"{database.Where} broke off while everything was read: begin again");
            }

            return await session.ReadTogetherAsync(
                [.. StoreTable.All.Select(table => Selects[table].Call())],
                async results =>
                {
                    foreach (var table in StoreTable.All)
                    {
                        await results.EachAsync(
                            row =>
                            {
                                hasBegun = true;
                                each(table, row);
                            },
                            token);
                    }

                    return true;
                },
                token);
        }
    }

    public static async Task WriteAsync(
        Database database, InstallationId installation, string mark, IEnumerable<StoreRow> rows, CancellationToken cancellationToken)
    {
        await BeginAsync(database, mark, cancellationToken);
        foreach (var batch in Batches(rows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await database.WriteAsync(session => session.WriteAsync(Insert(batch)), cancellationToken);
        }

        await database.WriteAsync(
            async session =>
            {
                await session.WriteTogetherAsync(
                    [DeriveLastActivity.Call(), DeriveTrails.Call(), SetInstallation.Call().Bind(installation.ToString())]);
                return true;
            },
            cancellationToken);
    }

    public static Task FinishAsync(Database database, string mark, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.WriteAsync(EndMark.Call().Bind($"finished {mark}")), cancellationToken);

    private static async Task BeginAsync(Database database, string mark, CancellationToken cancellationToken)
    {
        await database.WriteAsync(session => session.WriteAsync(SetMark.Call().Bind(Unfinished + mark)), cancellationToken);
        if (await FindUnfinishedAsync(database, cancellationToken) != mark)
        {
            throw new StoreException(
                StoreErrorKind.Unusable,
                $"{database.Where} took another import before: finish that one with its own file, or make the database anew");
        }
    }

    private static async Task<string?> FindUnfinishedAsync(Database database, CancellationToken cancellationToken)
    {
        var mark = await database.ReadAsync(
            (session, token) => session.FirstAsync(FindMark.Call(), row => row.Text(), token), cancellationToken);
        return mark?.StartsWith(Unfinished, StringComparison.Ordinal) is true ? mark[Unfinished.Length..] : null;
    }

    /// <summary>Rows of one table at a time.</summary>
    private static IEnumerable<List<StoreRow>> Batches(IEnumerable<StoreRow> rows)
    {
        var batch = new List<StoreRow>(RowsPerBatch);
        foreach (var row in rows)
        {
            if (batch.Count == RowsPerBatch || (batch.Count > 0 && batch[0].Table != row.Table))
            {
                yield return batch;
                batch = new List<StoreRow>(RowsPerBatch);
            }

            batch.Add(row);
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private static Statement Select(StoreTable table) => new(
        "SELECT "
        + $"{string.Join(", ", table.Columns.Select(column => column.Kind is ColumnKind.Json ? $"{column.KeptAs}::text" : column.KeptAs))} "
        + $"FROM {table.Rows} ORDER BY {string.Join(", ", table.Key)}");

    private static Statement Insert(StoreTable table)
    {
        var arrays = table.Columns.Select((column, index) => $"${index + 1}::{ArrayOf(column.Kind)}[]");
        var names = string.Join(", ", table.Columns.Select(column => column.KeptAs));

        // Where an activity stands in its group: any growing number will do, and its position is one.
        var entry = table.Name == "activities" ? (Column: ", entry", Value: ", u.position") : (Column: "", Value: "");
        return new(
            $"INSERT INTO {table.Name} ({names}{entry.Column}) SELECT {string.Join(", ", table.Columns.Select(ValueOf))}{entry.Value} "
            + $"FROM unnest({string.Join(", ", arrays)}) AS u ({names}) ON CONFLICT DO NOTHING");
    }

    private static Call Insert(List<StoreRow> rows)
    {
        var table = rows[0].Table;
        var call = Inserts[table].Call();
        foreach (var column in table.Columns)
        {
            Bind(call, column, rows);
        }

        return call;
    }

    private static string ArrayOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Id => "uuid",
        ColumnKind.Number => "bigint",
        ColumnKind.Flag => "boolean",
        ColumnKind.Time => "timestamptz",
        _ => "text",
    };

    private static string ValueOf(Column column) => column.Kind switch
    {
        ColumnKind.Json => $"u.{column.KeptAs}::jsonb",
        ColumnKind.Bytes => $"decode(u.{column.KeptAs}, 'base64')",
        _ => $"u.{column.KeptAs}",
    };

    private static void Bind(Call call, Column column, List<StoreRow> rows)
    {
        _ = column.Kind switch
        {
            ColumnKind.Id => call.BindAll(rows, row => ValueOf(row, column) is { } value ? value.GetGuid() : (Guid?)null),
            ColumnKind.Number => call.BindAll(rows, row => ValueOf(row, column)?.GetInt64()),
            ColumnKind.Flag => call.BindAll(rows, row => ValueOf(row, column)?.GetBoolean()),
            ColumnKind.Time => call.BindAll(
                rows, row => ValueOf(row, column) is { } value ? StoreLine.ParseTime(value.GetString()!) : (DateTimeOffset?)null),
            ColumnKind.Json => call.BindAll(rows, row => ValueOf(row, column)?.GetRawText()),
            _ => call.BindAll(rows, row => ValueOf(row, column)?.GetString()),
        };
    }

    private static JsonElement? ValueOf(StoreRow row, Column column) =>
        row.Values.TryGetProperty(column.Name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;
}
