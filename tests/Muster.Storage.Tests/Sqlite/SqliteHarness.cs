using Muster.Conformance.Storage;
using Muster.Core.Storage;
using Muster.Storage.Sqlite;

namespace Muster.Storage.Tests.Sqlite;

/// <summary>A new store on a real file.</summary>
public sealed class SqliteHarness : IStoreHarness
{
    private readonly TemporaryDirectory _directory = new();

    public async Task<IStore> OpenAsync(CancellationToken cancellationToken) => await SqliteStore.OpenAsync(
        new SqliteStoreOptions { Path = _directory.Database }, TemporaryDirectory.Random, TimeProvider.System, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
