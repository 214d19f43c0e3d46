using System.Xml.Linq;

using Muster.EndToEnd.Support;
using Muster.Storage.Sqlite;

namespace Muster.EndToEnd;

/// <summary>What is shipped is what was tested: one SQLite, the pinned one, in the executable and under the tests.</summary>
public sealed class EngineTests
{
    [Fact]
    public async Task The_executable_contains_the_SQLite_that_is_pinned_and_tested()
    {
        var run = (await ProgramRun.OfAsync(MusterExe.Path, ["version", "--verbose", "--json"])).Good();

        var sqlite = run.Json.GetProperty("sqlite");
        Assert.Equal(Pinned(), sqlite.GetProperty("version").GetString());
        // This process has the library of the same package: what the store's suites run on.
        Assert.Equal(SqliteEngine.Version, sqlite.GetProperty("version").GetString());
        Assert.Equal(SqliteEngine.SourceId, sqlite.GetProperty("source_id").GetString());
    }

    [Fact]
    public void No_other_SQLite_lies_beside_the_executable()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SQLite lies beside the program by nature where its package has no archive");
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(MusterExe.Path)!, "*sqlite*"));
    }

    private static string Pinned() =>
        XDocument.Load(Path.Combine(MusterExe.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Single(package => package.Attribute("Include")!.Value == "SQLitePCLRaw.lib.e_sqlite3")
            .Attribute("Version")!.Value;
}
