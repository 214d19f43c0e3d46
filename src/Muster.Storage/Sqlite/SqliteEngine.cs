using SQLitePCL;

namespace Muster.Storage.Sqlite;

/// <summary>Which SQLite this process has: the library or archive of the package that <c>Directory.Packages.props</c> pins.</summary>
public static class SqliteEngine
{
    /// <summary>As in <c>3.53.3</c>.</summary>
    public static string Version => Asked(raw.sqlite3_libversion().utf8_to_string());

    /// <summary>
    /// The check-in that it was built from: its time and its hash. Two engines of one version with different sources differ here.
    /// </summary>
    public static string SourceId => Asked(raw.sqlite3_sourceid().utf8_to_string());

    // Nothing else of SQLite may have been used yet: the first use says where its functions are.
    static SqliteEngine() => Batteries_V2.Init();

    private static string Asked(string answer) =>
        answer.Length > 0 ? answer : throw new InvalidOperationException("SQLite does not say which it is");
}
