using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Simulators.Hetzner.Requests;

/// <summary>Labels as they come and go.</summary>
internal static partial class Labels
{
    /// <summary>The labels of a request.</summary>
    /// <exception cref="HetznerRefusal">One of them cannot be.</exception>
    public static SortedDictionary<string, string> Read(JsonNode? node)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (node is null)
        {
            return labels;
        }

        foreach (var (key, value) in node as JsonObject ?? throw HetznerRefusal.Input("labels", "must be an object"))
        {
            var text = value?.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;
            labels[key] = Key().IsMatch(key) && !key.StartsWith("hetzner.cloud/", StringComparison.Ordinal) && text is not null
                && Value().IsMatch(text)
                ? text
                : throw HetznerRefusal.Input("labels", $"label '{key}' is not correctly formatted");
        }

        return labels;
    }

    /// <summary>Them as JSON.</summary>
    public static JsonObject Write(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var json = new JsonObject();
        foreach (var (key, value) in labels)
        {
            json[key] = value;
        }

        return json;
    }

    // hetznercloud/hcloud-go, hcloud/labels.go.
    [GeneratedRegex(@"\A([A-Za-z0-9]([A-Za-z0-9._-]{0,253}[A-Za-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Key();

    [GeneratedRegex(@"\A([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?\z")]
    private static partial Regex Value();
}
