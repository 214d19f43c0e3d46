using Muster.Cli.Configuration;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Sqlite;

namespace Muster.Cli.Composition;

/// <summary>Opens the configured store.</summary>
internal static class StoreFactory
{
    /// <summary>Opens it; makes it when it is not there. A SQLite file is then this process's alone.</summary>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Unusable"/>: damaged, newer, not writable, or in use by another server; the message says what to do.
    /// </exception>
    public static async Task<IStore> OpenAsync(
        StoreConfig config, TimeProvider time, IRandomSource random, CancellationToken cancellationToken) =>
        await SqliteStore.OpenAsync(new() { Path = config.Path }, random, time, cancellationToken);

    /// <summary>Brings it to this version's schema and tells what it is then.</summary>
    /// <exception cref="StoreException">As <see cref="OpenAsync"/>.</exception>
    public static async Task<StoreFacts> MigrateAsync(
        StoreConfig config, TimeProvider time, IRandomSource random, CancellationToken cancellationToken)
    {
        await using var store = await OpenAsync(config, time, random, cancellationToken);
        return store.Facts;
    }
}
