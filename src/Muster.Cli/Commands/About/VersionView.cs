using System.Text.Json.Serialization;

namespace Muster.Cli.Commands.About;

/// <summary><c>muster version --json</c></summary>
/// <param name="Version">As in <c>0.1.0</c>.</param>
/// <param name="Platform">As in <c>linux-x64</c>.</param>
/// <param name="Commit">Of the sources; null where they were built outside of a clone.</param>
/// <param name="Build"><c>native</c> or <c>managed</c>.</param>
/// <param name="Sqlite">Only with <c>--verbose</c>.</param>
internal sealed record VersionView(
    string Version,
    string Platform,
    string? Commit,
    string Build,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SqliteView? Sqlite);

/// <summary>The database engine inside.</summary>
/// <param name="Version">As in <c>3.53.3</c>.</param>
/// <param name="SourceId">The check-in that it was built from.</param>
internal sealed record SqliteView(string Version, string SourceId);
