namespace Muster.Storage.Sqlite;

/// <summary>Where a <see cref="SqliteStore"/> lives.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>
    /// The database file; made with its directory when missing. The directory is the store's own: the lock that keeps a second
    /// server away stands beside the file.
    /// </summary>
    public required string Path { get; set; }

    /// <summary>Whether opening reads the whole file for damage first: about a second for each few hundred MB.</summary>
    /// <value>True unless set.</value>
    public bool CheckOnOpen { get; set; } = true;

    /// <summary>How long to wait for somebody outside who has the file locked, such as a backup by the <c>sqlite3</c> shell.</summary>
    internal TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest size in pages of 4 KiB; null for no limit but the disk's. For tests of a full disk.</summary>
    internal long? PagesMax { get; set; }
}
