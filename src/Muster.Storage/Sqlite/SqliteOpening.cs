using System.Globalization;
using System.Text.Json;

using Microsoft.Data.Sqlite;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Sqlite.Sessions;
using Muster.Storage.Sqlite.Tables;

namespace Muster.Storage.Sqlite;

/// <summary>
/// How a store is opened: directory, lock, file, a look for damage, whose it is, schema, id. Nothing is written to a file that is not
/// Muster's, is damaged, or is a newer Muster's.
/// </summary>
internal sealed class SqliteOpening(SqliteStoreOptions options, IRandomSource random, TimeProvider timeProvider)
{
    /// <summary>The log is cut back to this after a checkpoint; a big sweep must not leave its size behind for ever.</summary>
    private const int LogBytesMax = 64 * 1024 * 1024;

    private readonly string _path = Path.GetFullPath(options.Path);

    private string BusyTimeout => string.Create(
        CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(long)options.BusyTimeout.TotalMilliseconds}");

    public SqliteStore Open()
    {
        var directory = Path.GetDirectoryName(_path) ?? throw DataDirectory.NotWritable(_path, new IOException("it is a root directory"));
        DataDirectory.Ensure(directory);
        var directoryLock = DirectoryLock.Take(directory);
        SqliteSession? session = null;
        try
        {
            DataDirectory.EnsureFile(_path);
            session = OpenWriter(out var installation);
            var readers = new SqliteReaders(OpenReader, Translate);
            return new SqliteStore(installation, new SqliteWriter(session, Translate), readers, directoryLock, timeProvider);
        }
        catch (Exception error)
        {
            session?.Dispose();
            directoryLock.Dispose();
            if (Translate(error) is var translated && translated != error)
            {
                throw translated;
            }

            throw;
        }
    }

    /// <summary>What callers of the port get for what SQLite says; anything else as it is.</summary>
    private Exception Translate(Exception error) => error switch
    {
        SqliteException bug when SqliteErrors.IsBug(bug) =>
            new InvalidOperationException($"the store refused a statement: {bug.Message}", bug),
        SqliteException sqlite => SqliteErrors.Translate(sqlite, _path),
        InvalidDataException or JsonException or OverflowException => SqliteErrors.Damaged(_path, error.Message, error),
        _ => error,
    };

    private SqliteSession OpenWriter(out InstallationId installation)
    {
        var connection = Connect(SqliteOpenMode.ReadWrite);
        SqliteSession? session = null;
        try
        {
            EnsureSound(connection);
            Schema.EnsureOwn(connection, _path);
            SetUp(connection);
            Schema.Migrate(connection);
            session = new SqliteSession(connection);
            var file = new InstallationFile(Path.GetDirectoryName(_path)!);
            installation = MetaTable.EnsureInstallation(
                session, () => file.Read() ?? new InstallationId(random.NextId()), timeProvider.GetUtcNow());
            file.Keep(installation);

            // Every holder of a lease is gone: this process has the directory's lock. Groups need not wait for a lease to run out, and a
            // task elsewhere that read a group before must not write what it read.
            Run(
                connection,
                "UPDATE group_states SET lease_holder = NULL, lease_ends_at = NULL, fence = fence + 1 WHERE lease_ends_at IS NOT NULL");
            Run(connection, "UPDATE sweep_leases SET holder = NULL, ends_at = NULL WHERE ends_at IS NOT NULL");
            Run(connection, "UPDATE servers SET ends_at = seen_at WHERE ends_at > seen_at");
            session.LastPosition = ActivityTable.LastPosition(session);
            return session;
        }
        catch
        {
            session?.Dispose();
            connection.Dispose();
            throw;
        }
    }

    private SqliteSession OpenReader()
    {
        var connection = Connect(SqliteOpenMode.ReadOnly);
        try
        {
            Run(connection, BusyTimeout);
            return new SqliteSession(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private SqliteConnection Connect(SqliteOpenMode mode)
    {
        // No pool: connections are held as long as the store, and a closed store must let go of its file.
        // The timeout is for the few commands of opening, which ADO.NET repeats by itself while the file is locked.
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = _path,
                Mode = mode,
                Pooling = false,
                ForeignKeys = true,
                DefaultTimeout = (int)Math.Ceiling(options.BusyTimeout.TotalSeconds),
            }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void EnsureSound(SqliteConnection connection)
    {
        if (options.CheckOnOpen && Run(connection, "PRAGMA quick_check(1)") is var finding && finding != "ok")
        {
            throw SqliteErrors.Damaged(_path, finding);
        }
    }

    private void SetUp(SqliteConnection connection)
    {
        var mode = Run(connection, "PRAGMA journal_mode = WAL");
        if (mode != "wal")
        {
            throw new StoreException(
                StoreErrorKind.Unusable, $"the file system of {_path} cannot hold a write-ahead log; choose a local disk");
        }

        // An acknowledged ledger entry must outlive a loss of power; on macOS only fullfsync reaches the platter.
        Run(connection, "PRAGMA synchronous = FULL");
        Run(connection, "PRAGMA fullfsync = ON");
        Run(connection, "PRAGMA checkpoint_fullfsync = ON");
        Run(connection, BusyTimeout);
        Run(connection, $"PRAGMA journal_size_limit = {LogBytesMax}");
        Run(connection, "PRAGMA temp_store = MEMORY");
        if (options.PagesMax is { } pages)
        {
            Run(connection, $"PRAGMA max_page_count = {pages}");
        }
    }

    private static string Run(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        return command.ExecuteScalar()?.ToString() ?? "";
    }
}
