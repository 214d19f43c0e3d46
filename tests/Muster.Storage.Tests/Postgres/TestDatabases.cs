using Muster.Core;
using Muster.Postgres.Testing;
using Muster.Storage.Postgres;

namespace Muster.Storage.Tests.Postgres;

/// <summary>The server that most tests share, and databases on it: copies of one that was migrated once.</summary>
internal static class TestDatabases
{
    private static readonly SemaphoreSlim Copying = new(1);
    private static readonly Lazy<Task<PostgresServer>> Shared = new(StartAsync);

    public static SystemRandomSource Random { get; } = new();

    /// <summary>The server; it ends with this process.</summary>
    public static Task<PostgresServer> ServerAsync() => Shared.Value;

    /// <summary>A new database with the newest schema and nothing in it.</summary>
    public static async Task<string> CreateAsync(CancellationToken cancellationToken)
    {
        var server = await ServerAsync();

        // A template must have no visitors, and one who copies it is one.
        await Copying.WaitAsync(cancellationToken);
        try
        {
            return await server.CreateDatabaseAsync("migrated", cancellationToken);
        }
        finally
        {
            Copying.Release();
        }
    }

    /// <summary>How the tests reach a database, unless they try another way.</summary>
    public static PostgresStoreOptions Options(string url) => new() { Url = PostgresUrl.Parse(url) };

    /// <summary>Opens a store on a database of the shared server.</summary>
    public static async Task<PostgresStore> OpenAsync(
        string database, CancellationToken cancellationToken) => await PostgresStore.OpenAsync(
            Options((await ServerAsync()).SocketUrl(database)), Random, TimeProvider.System, cancellationToken);

    private static async Task<PostgresServer> StartAsync()
    {
        var server = await PostgresServer.StartAsync(
            new() { Settings = new Dictionary<string, string> { ["max_connections"] = "400" } }, CancellationToken.None);
        await server.ExecuteAsync("CREATE DATABASE migrated TEMPLATE template0", CancellationToken.None);
        await PostgresStore.MigrateAsync(Options(server.SocketUrl("migrated")), Random, TimeProvider.System, CancellationToken.None);
        return server;
    }
}
