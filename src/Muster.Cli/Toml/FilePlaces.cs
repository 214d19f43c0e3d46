using System.Globalization;
using System.Text.Json.Nodes;

namespace Muster.Cli.Toml;

/// <summary>
/// Where the fields of a file stand, by the names that the API has for them, so that what it refuses is told with its line.
/// </summary>
internal sealed class FilePlaces
{
    // A field of the API, and what the file may have said it by.
    private static readonly (string Field, string Written)[] Others =
        [(".attribute", ".port"), ("user_data", "user_data_file"), ("repair.surge", "surge")];

    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    // The API calls a hook by its name, and the file by its place in the list.
    private readonly Dictionary<string, string> _listed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _typed = new(StringComparer.Ordinal);

    /// <param name="path">The file, as it was typed.</param>
    /// <param name="table">All of it.</param>
    /// <param name="above">What was typed beside it, and comes before it.</param>
    /// <param name="typed">Other fields that were typed.</param>
    public FilePlaces(string path, TomlNode.Table table, JsonObject above, params ReadOnlySpan<string> typed)
    {
        Path = path;
        foreach (var field in typed)
        {
            _typed.Add(field);
        }

        AddTyped(above, "");
        Add(table, "");
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether a field was typed as an option, so that the file's is not what went by.</summary>
    public bool IsTyped(string field) => _typed.Any(typed => field == typed || IsBelow(field, typed));

    /// <summary>Where a field stands that the API names.</summary>
    /// <param name="field">As in <c>health.path</c>, <c>zones[1]</c> or <c>hooks.bake.timeout_s</c>.</param>
    /// <param name="canBeAbsent">Whether the place of the table in which the field is not will do.</param>
    /// <returns>The field as the file has it, and its line, from 1; null where it is not the file's.</returns>
    public (string Field, int Line)? Find(string field, bool canBeAbsent)
    {
        field = AsWritten(field);
        if (IsTyped(field))
        {
            return null;
        }

        // A capacity that is changed alone is all that there is, and has no table around it.
        IEnumerable<string> names =
        [
            field, $"capacity.{field}",
            .. Others.Where(other => field.EndsWith(other.Field, StringComparison.Ordinal))
                .Select(other => $"{field[..^other.Field.Length]}{other.Written}"),
        ];
        foreach (var name in names)
        {
            if (_lines.TryGetValue(name, out var line))
            {
                return (name, line);
            }
        }

        return canBeAbsent && TableOf(field) is { } table ? (field, table) : null;
    }

    private int? TableOf(string field)
    {
        for (var end = field.LastIndexOfAny(['.', '[']); end > 0; end = field[..end].LastIndexOfAny(['.', '[']))
        {
            if (_lines.TryGetValue(field[..end], out var line))
            {
                return line;
            }
        }

        return null;
    }

    /// <summary><c>hooks.bake.at</c> is <c>hooks[0].at</c>; the name may hold dots.</summary>
    private string AsWritten(string field)
    {
        foreach (var (named, listed) in _listed)
        {
            if (IsBelow(field, named))
            {
                return $"{listed}{field[named.Length..]}";
            }
        }

        return field;
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

    private static bool IsBelow(string field, string of) =>
        field.Length > of.Length && field.StartsWith(of, StringComparison.Ordinal) && field[of.Length] is '.' or '[';
}
