using Muster.Conformance.Storage;
using Muster.Core.Storage;

namespace Muster.Storage.Tests.Postgres;

/// <summary>A new store in a database of its own.</summary>
public sealed class PostgresHarness : IStoreHarness
{
    private string? _database;

    public async Task<IStore> OpenAsync(CancellationToken cancellationToken)
    {
        _database = await TestDatabases.CreateAsync(cancellationToken);
        return await TestDatabases.OpenAsync(_database, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await (await TestDatabases.ServerAsync()).ExecuteAsync($"DROP DATABASE {_database} WITH (FORCE)", CancellationToken.None);
        }
    }
}
