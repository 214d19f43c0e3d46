using Muster.Cli.Configuration;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Sqlite;

namespace Muster.Cli.Composition;

/// <summary>Opens the configured store.</summary>
internal static class StoreFactory
{
    /// <summary>Opens it, for this process alone; makes it when it is not there.</summary>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Unusable"/>: damaged, newer, not writable, or in use by another server; the message says what to do.
    /// </exception>
    public static async Task<IStore> OpenAsync(
        StoreConfig config, TimeProvider time, IRandomSource random, CancellationToken cancellationToken) =>
        await SqliteStore.OpenAsync(new() { Path = config.Path }, random, time, cancellationToken);
}
