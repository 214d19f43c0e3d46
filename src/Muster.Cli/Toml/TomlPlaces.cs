using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Cli.Wording;

namespace Muster.Cli.Toml;

/// <summary>Finds out where the fields of a file stand.</summary>
internal sealed class TomlPlaces
{
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _listed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _typed = new(StringComparer.Ordinal);

    private TomlPlaces()
    {
    }

    /// <summary>The places in one file.</summary>
    /// <param name="path">The file, as it was typed.</param>
    /// <param name="table">All of it.</param>
    /// <param name="above">What was typed beside it, and comes before it.</param>
    /// <param name="typed">Other fields that were typed.</param>
    public static FilePlaces Of(string path, TomlNode.Table table, JsonObject above, params ReadOnlySpan<string> typed)
    {
        var places = new TomlPlaces();
        foreach (var field in typed)
        {
            places._typed.Add(field);
        }

        places.AddTyped(above, "");
        places.Add(table, "");
        return new(path, places._lines, places._listed, places._typed);
    }

    private void Add(TomlNode node, string path)
    {
        if (node is TomlNode.Table table)
        {
            foreach (var (key, value) in table.Items)
            {
                var field = path.Length == 0 ? key : $"{path}.{key}";
                _lines.TryAdd(field, table.KeyPlaces[key].Line);
                Add(value, field);
            }
        }
        else if (node is TomlNode.Array array)
        {
            foreach (var (index, item) in array.Items.Index())
            {
                var place = index.ToString(CultureInfo.InvariantCulture);
                var field = $"{path}[{place}]";
                _lines.TryAdd(field, item.Line);
                if (item is TomlNode.Table one)
                {
                    // Who has no good name is called by the place.
                    var name = one.Items.TryGetValue("name", out var given) ? (given as TomlNode.Scalar)?.Value as string : null;
                    _listed.TryAdd($"{path}.{name ?? place}", field);
                    _listed.TryAdd($"{path}.{place}", field);
                }

                Add(item, field);
            }
        }
    }

    private void AddTyped(JsonObject above, string path)
    {
        foreach (var (key, value) in above)
        {
            if (value is JsonObject inner)
            {
                AddTyped(inner, $"{path}{key}.");
            }
            else if (value is not null)
            {
                _typed.Add($"{path}{key}");
            }
        }
    }
}
