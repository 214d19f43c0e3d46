using System.Reflection;
using System.Text.RegularExpressions;

using Muster.Storage.Postgres;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Postgres.Tables;
using Muster.Storage.Transfer;

namespace Muster.Storage.Tests.Postgres;

/// <summary>Every statement of the store is SQL that CockroachDB speaks too, and is found by an index.</summary>
public sealed partial class PostgresStatementTests(FilledDatabase database) : IClassFixture<FilledDatabase>
{
    private static readonly string[] Tiny = ["accounts", "meta", "schema_versions", "servers", "sweep_leases", "trails", "lanes"];

    // Which sweeps there are is read off a whole index, now and then; open launches are few, and have an index of their own. A move reads
    // everything, in the order of an index.
    private static readonly string[] Whole =
    [
        "SweepQueries.ListAll", "SweepQueries.LoadLaunches", "ContentsTable.DeriveTrails",
        .. StoreTable.All.Select(table => $"ContentsTable.Selects.{table.Name}"),
    ];

    // One has a test of its own, the other changes every row of a table: no index leads past that.
    private static readonly string[] Apart = ["LaneStatements.TakeTrail", "ContentsTable.DeriveLastActivity"];

    private static readonly Dictionary<string, Statement> ByName = typeof(PostgresStore).Assembly.GetTypes()
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(member => member.FieldType == typeof(Statement))
        .Select(member => (Name: $"{member.DeclaringType!.Name}.{member.Name}", Statement: (Statement)member.GetValue(null)!))
        .Concat(ContentsTable.OfTables.Select(each => ($"{nameof(ContentsTable)}.{each.Name}", each.Statement)))
        .ToDictionary(each => each.Item1, each => each.Item2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Statements => [.. ByName.Keys];

    /// <summary>Those that have a plan.</summary>
    public static TheoryData<string> Planned =>
        [.. ByName.Where(pair => !Control().IsMatch(pair.Value.Sql) && !Apart.Contains(pair.Key)).Select(pair => pair.Key)];

    [Fact]
    public void There_are_statements_to_ask_about() => Assert.InRange(Statements.Count, 40, 200);

    [Theory]
    [MemberData(nameof(Statements))]
    public void A_statement_uses_nothing_that_one_of_both_databases_lacks(string name)
    {
        var sql = ByName[name].Sql;

        Assert.DoesNotMatch(OneOnly(), sql);
        Assert.DoesNotMatch(Destroying(), sql);
        Assert.Empty(CockroachGrammar.Objections(sql));
    }

    [Fact]
    public void Every_kind_of_statement_stands_on_the_page_with_the_place_that_allows_it()
    {
        var page = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "docs", "cockroachdb.md"));

        Assert.All(
            ByName.Values.Concat(Schema.ReadAll(isCockroach: true)).Select(statement => CockroachGrammar.KindOf(statement.Sql)).Distinct(),
            kind => Assert.Contains(
                page,
                line => line.StartsWith($"| `{kind}", StringComparison.Ordinal) && line.Contains("https://", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_migration_may_run_again_and_is_made_of_statements_that_stand_alone()
    {
        foreach (var isCockroach in new[] { false, true })
        {
            var statements = Schema.ReadAll(isCockroach).ToList();

            Assert.InRange(statements.Count, 20, 500);
            Assert.All(statements, statement => Assert.Matches(Repeatable(), statement.Sql));
            Assert.All(
                statements, statement => Assert.DoesNotMatch(OneOnly(), isCockroach ? statement.Sql : Dialect.ForCockroach(statement.Sql)));
            Assert.All(statements, statement => Assert.Empty(CockroachGrammar.Objections(Dialect.ForCockroach(statement.Sql))));
        }
    }

    [Theory]
    [MemberData(nameof(Planned))]
    public async Task A_statement_finds_its_rows_by_an_index(string name)
    {
        var plan = await ExplainAsync(ByName[name].Sql);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', plan));
        Assert.DoesNotContain(plan, step => step.Contains("Seq Scan on", StringComparison.Ordinal)
            && !Tiny.Any(table => step.Contains($" {table}", StringComparison.Ordinal)));
        if (!Whole.Contains(name))
        {
            Assert.All(
                WithoutCondition(plan), step => Assert.Contains(Tiny, table => step.Contains($" {table}", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task The_trail_is_taken_before_any_other_row_is_looked_at()
    {
        var plan = await ExplainAsync(ByName["LaneStatements.TakeTrail"].Sql);

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', plan));

        // Each of the two that lock rows joins the trail first: no row is locked before its row is had.
        Assert.Equal(2, plan.Count(step => step.Contains("LockRows", StringComparison.Ordinal)));
        Assert.Empty(WithoutCondition(plan));
        Assert.DoesNotContain(plan, step => step.Contains("Seq Scan", StringComparison.Ordinal));
    }

    /// <summary>Steps that go through an index from end to end.</summary>
    private static IEnumerable<string> WithoutCondition(List<string> plan)
    {
        for (var i = 0; i < plan.Count; i++)
        {
            if (IndexScan().IsMatch(plan[i]) && !(i + 1 < plan.Count && plan[i + 1].Contains("Cond:", StringComparison.Ordinal)))
            {
                yield return plan[i];
            }
        }
    }

    /// <summary>
    /// The plan for any values at all. A sweep may well be most of a table, so whole tables are made dear: is there another way?
    /// </summary>
    private async Task<List<string>> ExplainAsync(string sql)
    {
        await using var connection = await database.ConnectAsync(Cancellation);
        await using var command = connection.CreateCommand();
        var count = Parameter().Matches(sql).Select(match => match.Value).Distinct().Count();
        var values = count == 0 ? "" : $"({string.Join(", ", Enumerable.Repeat("NULL", count))})";
        command.CommandText =
            $"SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; PREPARE asked AS {sql}; "
            + $"EXPLAIN (COSTS off) EXECUTE asked{values}";
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var plan = new List<string>();
        while (await reader.ReadAsync(Cancellation))
        {
            plan.Add(reader.GetString(0));
        }

        return plan;
    }

    [GeneratedRegex(@"^(BEGIN|COMMIT|ROLLBACK|CREATE|SHOW)\b")]
    private static partial Regex Control();

    [GeneratedRegex(
        @"\bSERIAL\b|\bLISTEN\b|\bNOTIFY\b|advisory|nextval|EXTENSION|LOCK TABLE|\bDO "
        + @"\$|\bMERGE\b|\bxmin\b|\bctid\b|COLLATE|fillfactor|\bFUNCTION\b|\bTRIGGER\b|\bTEMP\b"
        + @"|GENERATED|DEFERRABLE|REPEATABLE READ|READ COMMITTED|TABLESAMPLE|\bONLY\s+\w+\s+SET",
        RegexOptions.IgnoreCase)]
    private static partial Regex OneOnly();

    [GeneratedRegex(@"\bDELETE\b|\bTRUNCATE\b|\bDROP\b", RegexOptions.IgnoreCase)]
    private static partial Regex Destroying();

    [GeneratedRegex(
        @"^(CREATE (TABLE|INDEX|UNIQUE INDEX) IF NOT EXISTS |ALTER TABLE [a-z_]+ (ADD COLUMN IF NOT EXISTS |ALTER COLUMN [a-z_]+ SET NOT "
        + @"NULL$)|UPDATE [a-z_]+ SET |INSERT INTO [^;]*\sON CONFLICT \([a-z_, ]+\) DO NOTHING$)",
        RegexOptions.Singleline)]
    private static partial Regex Repeatable();

    [GeneratedRegex(@"Index( Only)? Scan (using|on|Backward using) ")]
    private static partial Regex IndexScan();

    [GeneratedRegex(@"\$[0-9]+")]
    private static partial Regex Parameter();
}
