using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Muster.Simulators.Nomad.Jobs;

/// <summary>What Nomad says at registration of a task's artifacts and templates. They are not carried out here.</summary>
internal static class TaskFiles
{
    private static readonly Dictionary<string, int> DigitsOf = new() { ["md5"] = 32, ["sha1"] = 40, ["sha256"] = 64, ["sha512"] = 128 };

    /// <summary>What is wrong, in Nomad's words.</summary>
    public static ImmutableArray<string> Check(JsonObject task) =>
    [
        .. task.Items("Artifacts").SelectMany((artifact, index) => Named("Artifact", index, Artifact(artifact))),
        .. task.Items("Templates").SelectMany((template, index) =>
            Named("Template", index, Escapes(template.Text("DestPath")) ? "destination escapes allocation directory" : null)),
    ];

    private static IEnumerable<string> Named(string kind, int index, string? wrong) => wrong is null
        ? []
        : [string.Create(CultureInfo.InvariantCulture, $"{kind} {index + 1} validation failed: {JobValidation.Listed([wrong])}")];

    private static string? Artifact(JsonObject artifact) =>
        artifact.Text("GetterSource").Length == 0 ? "source must be specified"
        : Escapes(artifact.Text("RelativeDest")) ? "destination escapes allocation directory"
        : artifact.Inner("GetterOptions")?.Text("checksum") is { Length: > 0 } checksum ? Checksum(checksum)
        : null;

    private static string? Checksum(string text)
    {
        var (kind, digits) = text.Split(':', 2) is [var first, var second] ? (first, second) : ("", text);
        return !DigitsOf.TryGetValue(kind, out var length) ? $"unsupported checksum type: {kind}"
            : digits.Length != length || !digits.All(char.IsAsciiHexDigit) ? $"invalid {kind} checksum: {digits}"
            : null;
    }

    /// <summary>Whether a path leads out of the directory of the run, in which the task's own is.</summary>
    private static bool Escapes(string path) =>
        Path.GetFullPath(Path.Combine("/run/task", path)) is var full
        && full != "/run"
        && !full.StartsWith("/run/", StringComparison.Ordinal);
}
