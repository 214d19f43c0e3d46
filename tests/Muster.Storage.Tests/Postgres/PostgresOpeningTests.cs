using System.Net;

using Muster.Core.Storage;
using Muster.Postgres.Testing;
using Muster.Storage.Postgres;

namespace Muster.Storage.Tests.Postgres;

/// <summary>Who gets in, who does not, and what those are told.</summary>
public sealed class PostgresOpeningTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_password_opens_the_way_over_tcp()
    {
        var server = await TestDatabases.ServerAsync();
        var options = TestDatabases.Options(server.TcpUrl(await TestDatabases.CreateAsync(Cancellation)));
        options.Password = server.Password;

        await using var store = await OpenAsync(options);

        await store.PingAsync(Cancellation);
        Assert.Equal(new StoreFacts("postgres", "0016_pool"), store.Facts);
    }

    [Theory]
    [InlineData("wrong-horse", "check the user, the password")]
    [InlineData(null, "asks for a password and none was given")]
    public async Task A_wrong_password_or_none_is_told_and_not_shown(string? password, string told)
    {
        var server = await TestDatabases.ServerAsync();
        var options = TestDatabases.Options(server.TcpUrl("migrated"));
        options.Password = password;

        var error = await RefusedAsync(StoreErrorKind.Unusable, options);

        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.Contains($"PostgreSQL at 127.0.0.1:{server.Port}, database migrated", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-horse", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_told()
    {
        var server = await TestDatabases.ServerAsync();

        var error = await RefusedAsync(StoreErrorKind.Unusable, TestDatabases.Options(server.SocketUrl("nowhere")));

        Assert.Contains("database \"nowhere\" does not exist", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told()
    {
        var server = await TestDatabases.ServerAsync();
        await using var proxy = new TcpProxy(server.Port);
        proxy.Start();
        proxy.Refuse();

        var error = await Assert.ThrowsAsync<StoreException>(() => PostgresStore.OpenAsync(
            TestDatabases.Options(proxy.Url("migrated")), TestDatabases.Random, new HastyTime(factor: 50), Cancellation));

        Assert.Equal(StoreErrorKind.Unavailable, error.Kind);
        Assert.Contains($"127.0.0.1:{proxy.Port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_is_spoken_when_the_certificate_is_right_and_refused_when_it_is_not()
    {
        var certificate = ServerCertificate.Make("localhost", IPAddress.Loopback, TimeProvider.System);
        await using var server = await PostgresServer.StartAsync(new() { Certificate = certificate }, Cancellation);
        var database = await server.CreateDatabaseAsync(template: null, Cancellation);
        using var directory = new Sqlite.TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("ca.crt"), certificate.Authority, Cancellation);
        var other = ServerCertificate.Make("localhost", IPAddress.Loopback, TimeProvider.System);
        await File.WriteAllTextAsync(directory.File("other.crt"), other.Authority, Cancellation);
        PostgresStoreOptions Options(string parameters) => new()
        {
            Url = PostgresUrl.Parse($"{server.TcpUrl(database)}?{parameters}"),
            Password = server.Password,
        };

        await using (var store = await OpenAsync(Options($"sslmode=verify-full&sslrootcert={directory.File("ca.crt")}")))
        {
            await store.PingAsync(Cancellation);
        }

        var stranger = await RefusedAsync(
            StoreErrorKind.Unusable, Options($"sslmode=verify-full&sslrootcert={directory.File("other.crt")}"));
        Assert.Contains("TLS", stranger.Message, StringComparison.Ordinal);

        var machines = await RefusedAsync(StoreErrorKind.Unusable, Options("sslmode=verify-full"));
        Assert.Contains("sslrootcert", machines.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_host_is_refused()
    {
        var certificate = ServerCertificate.Make("elsewhere.example", IPAddress.Parse("192.0.2.1"), TimeProvider.System);
        await using var server = await PostgresServer.StartAsync(new() { Certificate = certificate }, Cancellation);
        using var directory = new Sqlite.TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("ca.crt"), certificate.Authority, Cancellation);
        var options = TestDatabases.Options($"{server.TcpUrl("postgres")}?sslmode=verify-full&sslrootcert={directory.File("ca.crt")}");
        options.Password = server.Password;

        var error = await RefusedAsync(StoreErrorKind.Unusable, options);

        Assert.Contains("not to be trusted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_tls_is_refused_by_who_demands_it()
    {
        var server = await TestDatabases.ServerAsync();

        var error = await RefusedAsync(
            StoreErrorKind.Unusable, TestDatabases.Options($"{server.TcpUrl("migrated")}?sslmode=verify-full"));

        Assert.Contains("speaks no TLS", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_waits_for_a_connection_in_vain_hears_of_the_pool()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));
        (options.PoolMax, options.ConnectTimeout) = (1, TimeSpan.FromSeconds(1));
        await using var store = await PostgresStore.OpenAsync(options, TestDatabases.Random, new HastyTime(factor: 50), Cancellation);
        await using var blocker = new Npgsql.NpgsqlConnection(server.ConnectionString(database));
        await blocker.OpenAsync(Cancellation);
        await using var transaction = await blocker.BeginTransactionAsync(Cancellation);
        await using (var command = new Npgsql.NpgsqlCommand("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE", blocker, transaction))
        {
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        var waiting = store.FindAccountAsync("default", Cancellation);
        var error = await Assert.ThrowsAsync<StoreException>(() => store.ReadTimeAsync(Cancellation));
        await transaction.RollbackAsync(Cancellation);

        Assert.Null(await waiting);
        Assert.Equal(StoreErrorKind.Unavailable, error.Kind);
        Assert.Contains("every connection of the pool is in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_ended()
    {
        var server = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        var options = TestDatabases.Options(server.SocketUrl(database));
        options.StatementTimeout = TimeSpan.FromSeconds(1);
        await using var store = await OpenAsync(options);
        await using var blocker = new Npgsql.NpgsqlConnection(server.ConnectionString(database));
        await blocker.OpenAsync(Cancellation);
        await using var transaction = await blocker.BeginTransactionAsync(Cancellation);
        await using var command = new Npgsql.NpgsqlCommand("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE", blocker, transaction);
        await command.ExecuteNonQueryAsync(Cancellation);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.FindAccountAsync("default", Cancellation));

        Assert.Equal(StoreErrorKind.Unavailable, error.Kind);
        Assert.Contains("took too long", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_plan_is_kept_that_was_made_while_a_table_was_small()
    {
        var server = await TestDatabases.ServerAsync();
        var options = TestDatabases.Options(server.SocketUrl(await TestDatabases.CreateAsync(Cancellation)));
        await using var source = Connections.Open(options, options.StatementTimeout);
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        for (var i = 0; i < 20; i++)
        {
            await using var command = new Npgsql.NpgsqlCommand("SELECT id FROM groups WHERE id = ANY($1)", connection);
            command.Parameters.Add(new Npgsql.NpgsqlParameter<Guid[]> { TypedValue = [Guid.Empty] });
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        await using var ask = new Npgsql.NpgsqlCommand(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE '%FROM groups%'", connection);
        await using var answer = await ask.ExecuteReaderAsync(Cancellation);
        Assert.True(await answer.ReadAsync(Cancellation));
        Assert.Equal(0, answer.GetInt64(0));
        Assert.InRange(answer.GetInt64(1), 10, 20);
    }

    [Fact]
    public async Task Of_several_servers_the_one_that_writes_is_used_also_after_they_changed_places()
    {
        var second = await TestDatabases.ServerAsync();
        var database = await TestDatabases.CreateAsync(Cancellation);
        await using var first = await PostgresServer.StartAsync(new() { Password = second.Password }, Cancellation);
        await first.ExecuteAsync($"CREATE DATABASE {database}", Cancellation);
        var options = TestDatabases.Options(
            $"postgres://postgres@127.0.0.1:{first.Port},127.0.0.1:{second.Port}/{database}?sslmode=disable");
        options.Password = second.Password;
        await using var store = await OpenAsync(options);
        var some = new Conformance.Storage.Some();
        await store.EnsureAccountAsync(some.Account("before"), Cancellation);

        // As a primary that became a standby answers. Its sessions hear of it one after the other: what is written until
        // then is the first one's.
        await first.ExecuteAsync("ALTER SYSTEM SET default_transaction_read_only = on", Cancellation);
        await first.ExecuteAsync("SELECT pg_reload_conf()", Cancellation);
        await using var other = await TestDatabases.OpenAsync(database, Cancellation);
        Assert.Null(await other.FindAccountAsync("before", Cancellation));
        for (var turn = 0; await other.FindAccountAsync($"after-{turn}", Cancellation) is null; turn++)
        {
            Assert.True(turn < 1000, "what is written never goes to the server that writes");
            await store.EnsureAccountAsync(some.Account($"after-{turn + 1}"), Cancellation);
        }
    }

    [Fact]
    public async Task The_stores_clock_is_the_databases()
    {
        await using var store = await TestDatabases.OpenAsync(await TestDatabases.CreateAsync(Cancellation), Cancellation);
        var before = TimeProvider.System.GetUtcNow();

        var read = await store.ReadTimeAsync(Cancellation);

        Assert.InRange(read, before.AddMilliseconds(-1), TimeProvider.System.GetUtcNow().AddMilliseconds(1));
        Assert.Equal(TimeSpan.Zero, read.Offset);
        Assert.True(await store.ReadTimeAsync(Cancellation) > read);
    }

    private static Task<PostgresStore> OpenAsync(PostgresStoreOptions options) =>
        PostgresStore.OpenAsync(options, TestDatabases.Random, TimeProvider.System, Cancellation);

    private static async Task<StoreException> RefusedAsync(StoreErrorKind kind, PostgresStoreOptions options)
    {
        var error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync(options));
        Assert.Equal(kind, error.Kind);
        return error;
    }
}
