using System.Globalization;

using Muster.Conformance.Metrics;
using Muster.Core.Metrics;
using Muster.Metrics.Kit;
using Muster.Metrics.Tests.Support;
using Muster.Postgres.Testing;

namespace Muster.Metrics.Tests.Sql;

/// <summary>A real PostgreSQL with a table of jobs.</summary>
public sealed class JobsDatabase : IAsyncLifetime
{
    private PostgresServer? _server;

    internal PostgresServer Server => _server!;

    internal IReadOnlyDictionary<MetricScope, double> Groups { get; } =
        new Dictionary<MetricScope, double> { [Some.Group("web")] = 3, [Some.Group("it's")] = 1 };

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        _server = await PostgresServer.StartAsync(new PostgresServerOptions(), cancellationToken);
        await _server.ExecuteAsync("CREATE TABLE jobs (id serial, queue text, queue_id uuid)", cancellationToken);
        foreach (var (group, count) in Groups)
        {
            await _server.ExecuteAsync(
                $"INSERT INTO jobs (queue, queue_id) SELECT '{group.Name.Replace("'", "''", StringComparison.Ordinal)}', '{group.Group}' "
                + $"FROM generate_series(1, {count.ToString(CultureInfo.InvariantCulture)})",
                cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    internal static IMetricSource Open(int port, string passwordFile, string query, params (string Name, string Value)[] more) => Some.Open(
        "sql",
        [
            ("port", port.ToString(CultureInfo.InvariantCulture)), ("database", "postgres"), ("user", PostgresServer.SuperUser),
            ("password_file", passwordFile), ("query", query), .. more,
        ]);

    internal MetricSourceHarness Harness(string query)
    {
        var folder = new Folder();
        return new WebHarness(
            (port, secret) => Open(port, folder.Secret(secret!, secret!), query), Server.Port, Server.Password, Groups,
            new Disposing(folder));
    }
}

public sealed class SqlConformanceTests(JobsDatabase database) : MetricSourceConformance, IClassFixture<JobsDatabase>
{
    protected override Task<MetricSourceHarness> OpenAsync() =>
        Task.FromResult(database.Harness("SELECT count(*) FROM jobs WHERE queue = @group HAVING count(*) > 0"));
}

public sealed class SqlForAllConformanceTests(JobsDatabase database) : MetricSourceConformance, IClassFixture<JobsDatabase>
{
    protected override Task<MetricSourceHarness> OpenAsync() => Task.FromResult(database.Harness(
        "SELECT queue_id AS group_id, count(*) FROM jobs WHERE queue_id = ANY (@group_ids) GROUP BY queue_id"));
}

public sealed class SqlSourceTests(JobsDatabase database) : IClassFixture<JobsDatabase>, IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("SELECT 91", 91)]
    [InlineData("SELECT 9.5::real", 9.5)]
    [InlineData("SELECT 9.5::numeric", 9.5)]
    [InlineData("SELECT 2::smallint", 2)]
    [InlineData("SELECT sum(1) FROM jobs WHERE false", double.NaN)]
    [InlineData("SELECT 'NaN'::double precision", double.NaN)]
    [InlineData("SELECT repeat('9', 400)::numeric", double.PositiveInfinity)]
    public async Task One_row_is_one_number_of_any_type(string query, double value)
    {
        await using var source = Open(query);

        Assert.Equal([new MetricSample(value)], await Some.SamplesAsync(source));
    }

    [Fact]
    public async Task Rows_of_two_columns_are_instances()
    {
        await using var source = Open("SELECT 'i' || n, n * 10 FROM generate_series(1, 2) n");

        Assert.Equal([new(10, "i1"), new(20, "i2")], await Some.SamplesAsync(source));
    }

    [Fact]
    public async Task Groups_names_are_parameters()
    {
        await using var source = Open("SELECT count(*) FROM jobs WHERE queue = @group");

        Assert.Equal(0, Assert.Single(await Some.SamplesAsync(source, Some.Group("'; DROP TABLE jobs; --"))).Value);
    }

    [Theory]
    [InlineData("DELETE FROM jobs RETURNING 1", "the query writes, and is not let: cannot execute DELETE in a read-only transaction")]
    [InlineData("SELECT * FROM nowhere", "refuses the query: relation \"nowhere\" does not exist")]
    [InlineData("SELECT 'many'", "is of type text: a number is needed")]
    [InlineData("SELECT 1, 2, 3", "the query comes to 3 columns: one number, or an instance and a number")]
    [InlineData("SELECT NULL::text, 3", "the column text is null in a row")]
    [InlineData("SELECT 1, count(*) FROM jobs WHERE queue = ANY (@groups)", "a query for all groups has two or three columns")]
    public async Task What_the_server_refuses_and_what_is_no_number_is_told(string query, string why)
    {
        await using var source = Open(query);

        Assert.Contains(why, await Some.FailureAsync(source), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_itself_ends_a_query_that_takes_too_long()
    {
        await using var source = MetricKinds.Open(
            "sql", Setup("SELECT 1 FROM pg_sleep(1000)") with { Timeout = TimeSpan.FromMilliseconds(100) });

        Assert.Contains("did not finish the query in time", await Some.FailureAsync(source), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_option_is_told_at_once() => Assert.Equal(
        """
        metrics.load.connections is '17': 1 to 16
        metrics.load.database is missing: a database's name
        metrics.load.query is 'SELECT @group, @groups': either @group, @group_id and @account, or @groups and @group_ids
        metrics.load.tls is 'maybe': prefer, off, require or verify
        metrics.load.user is missing: a role's name
        """,
        Some.Refusals("sql", ("connections", "17"), ("query", "SELECT @group, @groups"), ("tls", "maybe")),
        ignoreLineEndingDifferences: true);

    private IMetricSource Open(string query) => MetricKinds.Open("sql", Setup(query));

    private MetricSetup Setup(string query) => Some.Setup(
        ("port", database.Server.Port.ToString(CultureInfo.InvariantCulture)), ("database", "postgres"), ("user", PostgresServer.SuperUser),
        ("password_file", _folder.Secret("password", database.Server.Password)), ("query", query));
}
