using Microsoft.Data.Sqlite;

using Muster.Core.Storage;

using SQLitePCL;

namespace Muster.Storage.Sqlite.Sessions;

/// <summary>What SQLite reports, in the words of the store port. See https://www.sqlite.org/rescode.html.</summary>
internal static class SqliteErrors
{
    /// <summary>The newest error of a connection.</summary>
    public static SqliteException Of(sqlite3 database, int code) => new(
        $"SQLite error {code}: {raw.sqlite3_errmsg(database).utf8_to_string()}",
        code & 0xff,
        raw.sqlite3_extended_errcode(database));

    /// <summary>For the caller of the port.</summary>
    /// <param name="error">As SQLite reported it.</param>
    /// <param name="path">The database, which the user must find.</param>
    public static StoreException Translate(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new(
            StoreErrorKind.Full, $"the disk of {path} is full: nothing was written; make room, and it goes on by itself", error),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => Damaged(path, error.Message, error),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => new(
            StoreErrorKind.Unusable,
            $"{path} cannot be written: {error.Message.TrimEnd('.')}; check who owns it and how it is mounted",
            error),
        _ => new(StoreErrorKind.Unavailable, $"{path} does not answer: {error.Message}", error),
    };

    public static StoreException Damaged(string path, string finding, Exception? error = null) => new(
        StoreErrorKind.Unusable,
        $"{path} is damaged or no database of Muster ({finding}). It was left as it is. Stop muster, keep a copy of the file with "
        + "its -wal and -shm, then put a backup in its place; without a backup, `sqlite3 FILE .recover` may save what is readable",
        error);

    /// <summary>Whether an error is a broken rule of the schema: a bug here, and none of the user's business.</summary>
    public static bool IsBug(SqliteException error) =>
        error.SqliteErrorCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_ERROR or raw.SQLITE_MISUSE or raw.SQLITE_RANGE or raw.SQLITE_MISMATCH;
}
