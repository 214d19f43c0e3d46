using System.Globalization;

namespace Muster.Postgres.Testing;

/// <summary>PostgreSQL's own programs, wherever the distribution put them.</summary>
internal static class PostgresProgram
{
    /// <summary>Where <c>initdb</c> and <c>postgres</c> are: the newest of the distribution's, else what the path has.</summary>
    public static string Directory { get; } = Find();

    private static string Find()
    {
        var versions = System.IO.Directory.Exists("/usr/lib/postgresql")
            ? System.IO.Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(Version)
                .Select(version => Path.Combine(version, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return versions
            .Concat(path)
            .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "postgres")))
            ?? throw new InvalidOperationException(
                "PostgreSQL is not installed: no initdb and postgres in /usr/lib/postgresql/*/bin or the path");
    }

    private static int Version(string directory) =>
        int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
}
