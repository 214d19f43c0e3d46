using System.Text.Json;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>The fields of the samples that a service's own developers publish. See Samples/README.md.</summary>
/// <param name="file">The file in Samples.</param>
/// <param name="open">Fields whose own fields are somebody's choice.</param>
internal sealed class PublishedFields(string file, params string[] open)
{
    private readonly Dictionary<(string Call, string Path), string[]> _known = File
        .ReadAllLines(RepositoryRoot.File($"tests/Muster.Clouds.Tests/OpenStack/Samples/{file}"))
        .Select(line => line.Split(' '))
        .ToDictionary(parts => (string.Join(' ', parts[..2]), string.Join(' ', parts[2..^1])), parts => parts[^1].Split('|'));

    /// <summary>Whether a sample has a field.</summary>
    public bool Has(string call, string path) => _known.ContainsKey((call, path));

    /// <summary>The fields of an answer that no sample has, or that are of another kind there.</summary>
    public IEnumerable<string> Strange(string call, JsonElement element, string path = "")
    {
        var kind = element.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : element.ValueKind.ToString();
        if (path.Length > 0 && !(_known.TryGetValue((call, path), out var kinds) && (kinds.Contains(kind) || kind is "Null")))
        {
            yield return $"{call}: {path} is {kind}";
        }

        var children = element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().Select(field => (
                Path: $"{path}{(path.Length == 0 ? "" : ".")}{(open.Contains(path.Split('.')[^1]) ? "*" : field.Name)}", field.Value)),
            JsonValueKind.Array => element.EnumerateArray().Select(one => (Path: $"{path}[]", Value: one)),
            _ => [],
        };
        foreach (var strange in children.SelectMany(child => Strange(call, child.Value, child.Path)))
        {
            yield return strange;
        }
    }
}
