using Muster.Cli.Configuration;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Postgres;
using Muster.Storage.Sqlite;

namespace Muster.Cli.Composition.Stores;

/// <summary>Opens the configured store.</summary>
internal static class StoreFactory
{
    /// <summary>Opens it; makes it when it is not there. A SQLite file is then this process's alone.</summary>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Unusable"/>: damaged, newer, not writable, or in use by another server; the message says what to do.
    /// </exception>
    public static async Task<IStore> OpenAsync(
        StoreConfig config, TimeProvider timeProvider, IRandomSource random, CancellationToken cancellationToken) =>
        config.Url is { } url
            ? await PostgresStore.OpenAsync(Options(config, url), random, timeProvider, cancellationToken)
            : await SqliteStore.OpenAsync(new() { Path = config.Path }, random, timeProvider, cancellationToken);

    /// <summary>Whether it could be opened; changes nothing. Of a SQLite file the configuration's reader has said it.</summary>
    /// <exception cref="StoreException">As <see cref="OpenAsync"/>.</exception>
    public static async Task ProbeAsync(
        StoreConfig config, TimeProvider timeProvider, IRandomSource random, CancellationToken cancellationToken)
    {
        if (config.Url is { } url)
        {
            await PostgresStore.ProbeAsync(Options(config, url), random, timeProvider, cancellationToken);
        }
    }

    /// <summary>Opens it to take an import: it may hold a part of one that was broken off.</summary>
    /// <exception cref="StoreException">As <see cref="OpenAsync"/>.</exception>
    public static async Task<IStore> OpenForImportAsync(
        StoreConfig config, TimeProvider timeProvider, IRandomSource random, CancellationToken cancellationToken)
    {
        if (config.Url is not { } url)
        {
            return await OpenAsync(config, timeProvider, random, cancellationToken);
        }

        var options = Options(config, url);
        options.ForImport = true;
        return await PostgresStore.OpenAsync(options, random, timeProvider, cancellationToken);
    }

    /// <summary>Brings it to this version's schema and tells what it is then.</summary>
    /// <exception cref="StoreException">As <see cref="OpenAsync"/>.</exception>
    public static async Task<StoreFacts> MigrateAsync(
        StoreConfig config, TimeProvider timeProvider, IRandomSource random, CancellationToken cancellationToken)
    {
        if (config.Url is { } url)
        {
            await PostgresStore.MigrateAsync(Options(config, url), random, timeProvider, cancellationToken);
        }

        await using var store = await OpenAsync(config, timeProvider, random, cancellationToken);
        return store.Facts;
    }

    private static PostgresStoreOptions Options(StoreConfig config, PostgresUrl url)
    {
        var options = new PostgresStoreOptions { Url = url, Password = config.Password, Migrate = config.Migrate };
        options.PoolMax = config.ConnectionsMax ?? options.PoolMax;
        options.StatementTimeout = config.StatementTimeout ?? options.StatementTimeout;
        return options;
    }
}
