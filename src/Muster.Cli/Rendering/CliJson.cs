using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Cli.Rendering;

/// <summary>What the CLI alone writes as JSON; everything else is the API's.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VersionView))]
[JsonSerializable(typeof(StoreCheckView))]
[JsonSerializable(typeof(Scaling.ScaleNotification))]
[JsonSerializable(typeof(CloudTesting.RuleOutcomeView))]
[JsonSerializable(typeof(TsgImport.ImportedGroupView))]
internal sealed partial class CliJson : JsonSerializerContext;

/// <summary><c>muster version --json</c></summary>
/// <param name="Version">As in <c>0.1.0</c>.</param>
/// <param name="Platform">As in <c>linux-x64</c>.</param>
/// <param name="Commit">Of the sources; null where they were built outside of a clone.</param>
/// <param name="Build"><c>native</c> or <c>managed</c>.</param>
/// <param name="Sqlite">Only with <c>--verbose</c>.</param>
internal sealed record VersionView(
    string Version, string Platform, string? Commit, string Build, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SqliteView? Sqlite);

/// <summary>The database engine inside.</summary>
/// <param name="Version">As in <c>3.53.3</c>.</param>
/// <param name="SourceId">The check-in that it was built from.</param>
internal sealed record SqliteView(string Version, string SourceId);

/// <summary><c>muster store check --json</c></summary>
/// <param name="InstallationId">Whose contents.</param>
/// <param name="Sound">Whether there are no findings.</param>
/// <param name="Rows">Of each table.</param>
/// <param name="Sha256">Of the contents; equal for equal contents in whatever store.</param>
/// <param name="Findings">What is wrong, in words.</param>
internal sealed record StoreCheckView(
    Guid InstallationId, bool Sound, IReadOnlyDictionary<string, long> Rows, string Sha256, IReadOnlyList<string> Findings);
