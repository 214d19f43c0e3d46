using System.Xml.Linq;

using Muster.Storage.Sqlite;

namespace Muster.Storage.Tests.Sqlite;

/// <summary>
/// The suites of this project run on the engine that is pinned. The end-to-end tests ask the executable for the same two words
/// (<c>EngineTests</c>), so that no other SQLite is shipped than the one that is tested.
/// </summary>
public class SqliteEngineTests
{
    [Fact]
    public void The_tests_run_on_the_SQLite_that_is_pinned()
    {
        Assert.Equal(Pinned(), SqliteEngine.Version);
        Assert.Matches("^20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9:]{8} [0-9a-f]{64}$", SqliteEngine.SourceId);
    }

    private static string Pinned() =>
        XDocument.Load(Path.Combine(RepositoryRoot.Path, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Single(package => package.Attribute("Include")!.Value == "SQLitePCLRaw.lib.e_sqlite3")
            .Attribute("Version")!.Value;
}
