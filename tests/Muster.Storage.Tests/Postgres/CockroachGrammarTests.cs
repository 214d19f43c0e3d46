using Muster.Conformance.Storage;
using Muster.Postgres.Testing;
using Muster.Storage.Postgres;

namespace Muster.Storage.Tests.Postgres;

/// <summary>The look itself: it objects to what CockroachDB refuses. And what goes over the wire is what it looked at.</summary>
public sealed class CockroachGrammarTests
{
    private const char Mark = '\x01';

    [Theory]
    [InlineData(
        "WITH mark AS (INSERT INTO lanes (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = excluded.a) SELECT 1::bigint",
        "WITH mark: changes and has no RETURNING")]
    [InlineData("WITH t AS (UPDATE trails SET a = 1) SELECT 1::bigint", "WITH t: changes and has no RETURNING")]
    [InlineData(
        "WITH t AS (UPDATE trails SET a = (SELECT b FROM c) RETURNING a), u AS (UPDATE lanes SET a = 1) SELECT 1::bigint",
        "WITH u: changes and has no RETURNING")]
    [InlineData(
        "SELECT a FROM (INSERT INTO lanes (a) VALUES ($1) RETURNING a) AS x", "INSERT in brackets that are no WITH clause at the top")]
    [InlineData(
        "WITH t AS (UPDATE trails SET a = 1 RETURNING a) UPDATE trails SET a = 2",
        "trails is changed twice in one statement, which may corrupt its indices there and is refused")]
    [InlineData("SELECT pg_advisory_lock($1)", "pg_advisory_lock(): no function that is looked up")]
    [InlineData("LISTEN changes", "begins with LISTEN changes: no kind of statement that is looked up")]
    [InlineData(
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "begins with SET SESSION CHARACTERISTICS: no kind of statement that is looked up")]
    [InlineData("DISCARD ALL", "begins with DISCARD ALL: no kind of statement that is looked up")]
    [InlineData("SELECT a FROM b FOR SHARE", "FOR without UPDATE: shared locks are not there by default")]
    [InlineData("SELECT a FROM b TABLESAMPLE system (1)", "TABLESAMPLE: no keyword that is looked up")]
    [InlineData("select a from b", "begins with select a from: no kind of statement that is looked up")]
    [InlineData("SELECT a::xid8 FROM b", "::xid8: no type that is looked up")]
    [InlineData(
        "SELECT a FROM unnest($1::jsonb[]) AS u (a)", "::jsonb[]: arrays of JSON are not there (cockroachdb/cockroach issue 23468)")]
    [InlineData("SELECT 1::bigint; SELECT 2::bigint", "two statements in one: they cannot be prepared")]
    [InlineData(
        "BEGIN ISOLATION LEVEL SERIALIZABLE",
        "BEGIN ISOLATION LEVEL SERIALIZABLE: a way to begin or end a transaction that is not looked up")]
    public void What_CockroachDB_refuses_is_objected_to(string sql, string objection) =>
        Assert.Contains(objection, CockroachGrammar.Objections(sql));

    [Theory]
    [InlineData("SELECT a FROM b WHERE c = 'LISTEN; DELETE' -- LISTEN")]
    [InlineData("WITH t AS (SELECT a FROM b FOR UPDATE OF b) SELECT a FROM t")]
    [InlineData("WITH t AS (UPDATE b SET a = (SELECT max(c) FROM d) RETURNING a) SELECT a FROM t")]
    public void What_it_takes_is_not(string sql) => Assert.Empty(CockroachGrammar.Objections(sql));

    /// <summary>Also what nobody here wrote: what the driver sends when a connection is taken out of the pool and put back.</summary>
    [Fact]
    public async Task Nothing_else_goes_over_the_wire_once_a_connection_is_open()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var log = Path.GetTempFileName();
        await using var server = await PostgresServer.StartAsync(
            new()
            {
                LogPath = log,
                Settings = new Dictionary<string, string> { ["log_statement"] = "all", ["log_line_prefix"] = $"{Mark}%d{Mark}" },
            },
            cancellation);
        var database = await server.CreateDatabaseAsync(template: null, cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));
        await PostgresStore.MigrateAsync(options, TestDatabases.Random, TimeProvider.System, cancellation);
        await using (var store = await PostgresStore.OpenAsync(options, TestDatabases.Random, TimeProvider.System, cancellation))
        {
            var some = new Some();
            var account = await store.EnsureAccountAsync(some.Account(), cancellation);
            for (var i = 0; i < 5; i++)
            {
                // More than twice, so that they are prepared: the driver resets a connection with prepared statements in another way.
                await store.PingAsync(cancellation);
                await store.FindTemplateAsync(account.Id, "web", cancellation);
                await store.AddTemplateAsync(some.Template(account.Id), cancellation);
            }
        }

        await server.StopAsync(cancellation);

        var sent = Told(await File.ReadAllTextAsync(log, cancellation), database).ToList();
        File.Delete(log);
        Assert.Contains(sent, statement => statement.Contains("INSERT INTO templates", StringComparison.Ordinal));
        Assert.All(
            sent.Where(statement => !IsOfTheDriver(statement)),
            statement => Assert.Empty(CockroachGrammar.Objections(Dialect.ForCockroach(statement))));
    }

    // What Npgsql asks a new connection for: the database's version and its types. CockroachDB keeps that working
    // itself, by Npgsql's own tests.
    private static bool IsOfTheDriver(string statement) =>
        statement.StartsWith("SELECT version()", StringComparison.Ordinal) || statement.Contains("pg_type", StringComparison.Ordinal)
        || statement.Contains("pg_attribute", StringComparison.Ordinal) || statement.Contains("pg_enum", StringComparison.Ordinal);

    /// <summary>What was said about a database: its name, then what. Details of a statement are an entry of their own.</summary>
    private static IEnumerable<string> Told(string log, string database)
    {
        var parts = log.Split(Mark);
        for (var i = 1; i + 1 < parts.Length; i += 2)
        {
            var said = parts[i + 1].TrimEnd();
            if (parts[i] == database && (said.StartsWith("LOG:  statement: ", StringComparison.Ordinal)
                || said.StartsWith("LOG:  execute ", StringComparison.Ordinal)))
            {
                yield return said[(said.IndexOf(": ", "LOG:  ".Length, StringComparison.Ordinal) + 2)..];
            }
        }
    }
}
