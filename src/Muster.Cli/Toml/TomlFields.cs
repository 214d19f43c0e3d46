using System.Globalization;

using Muster.Cli.Wording;
using Muster.Core;

namespace Muster.Cli.Toml;

/// <summary>Hands out a table's fields by name and type, noting every wrong one instead of stopping at the first.</summary>
/// <param name="table">The table; null when the file has none, which reads as empty.</param>
/// <param name="path">Its dotted path; empty for the root.</param>
/// <param name="errors">Where wrong fields are noted.</param>
internal sealed class TomlFields(TomlNode.Table? table, string path, List<TomlError> errors)
{
    private readonly List<string> _known = [];

    /// <summary>Whether the file has this table at all.</summary>
    public bool Exists => table is not null;

    /// <summary>The line where the table stands; 0 for the whole file.</summary>
    public int Line => table?.Line ?? 0;

    /// <summary>Whether the table has this field, right or wrong.</summary>
    public bool Has(string key) => table?.Items.ContainsKey(key) is true;

    /// <summary>A string; null when absent or wrong.</summary>
    public string? Text(string key) => Scalar(key) switch
    {
        null => null,
        { Value: string text } => text,
        var other => Wrong<string?>(key, other, "a string in quotes"),
    };

    /// <summary>A string that must be there.</summary>
    public string RequiredText(string key, string allowed)
    {
        var text = Text(key);
        if (!Has(key))
        {
            errors.Add(new TomlError(Line, Path(key), null, allowed));
        }

        return text ?? "";
    }

    /// <summary>One of a few words; <paramref name="fallback"/> when absent or wrong.</summary>
    public T Choice<T>(string key, T fallback, Choices<T> choices) where T : struct, Enum =>
        Text(key) is not { } text ? fallback
        : choices.TryParse(text, out var value) ? value
        : RefuseFor(key, fallback, choices.Allowed);

    /// <summary>A whole number within bounds; null when absent or wrong.</summary>
    public int? Number(string key, int min, int max) => Scalar(key) switch
    {
        null => null,
        { Value: long number } when number >= min && number <= max => (int)number,
        var other => Wrong<int?>(key, other, $"a whole number from {min} to {max}"),
    };

    /// <summary>A number within bounds, whole or not; null when absent or wrong.</summary>
    public double? Rate(string key, double min, double max)
    {
        var scalar = Scalar(key);
        var value = scalar?.Value switch
        {
            long number => number,
            double number => number,
            _ => double.NaN,
        };
        return scalar is null ? null
            : value >= min && value <= max ? value
            : Wrong<double?>(key, scalar, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"));
    }

    /// <summary>True or false; null when absent or wrong.</summary>
    public bool? Flag(string key) => Scalar(key) switch
    {
        null => null,
        { Value: bool flag } => flag,
        var other => Wrong<bool?>(key, other, "true or false, without quotes"),
    };

    /// <summary>A time such as <c>"30s"</c> within bounds; null when absent or wrong.</summary>
    public TimeSpan? Duration(string key, TimeSpan min, TimeSpan max) => Scalar(key) switch
    {
        null => null,
        { Value: string text } when DurationText.TryParse(text, out var value) && value >= min && value <= max => value,
        var other => Wrong<TimeSpan?>(
            key, other, $"a time from {DurationText.Format(min)} to {DurationText.Format(max)}, such as \"30s\", \"5m\" or \"1h\""),
    };

    /// <summary>Whether the field is a list, of whatever.</summary>
    public bool IsList(string key) => table is not null && table.Items.TryGetValue(key, out var node) && node is TomlNode.Array;

    /// <summary>A list of strings; empty when absent or wrong.</summary>
    public List<string> Texts(string key)
    {
        _known.Add(key);
        if (table is null || !table.Items.TryGetValue(key, out var node))
        {
            return [];
        }

        if (node is TomlNode.Array array && array.Items.All(item => item is TomlNode.Scalar { Value: string }))
        {
            return [.. array.Items.Cast<TomlNode.Scalar>().Select(item => (string)item.Value)];
        }

        return Wrong<List<string>>(key, node, "a list of strings, such as [\"a\", \"b\"]") ?? [];
    }

    /// <summary>A table of strings to strings; empty when absent or wrong. Numbers and booleans are taken as written.</summary>
    public Dictionary<string, string> Map(string key)
    {
        _known.Add(key);
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (table is null || !table.Items.TryGetValue(key, out var node))
        {
            return map;
        }

        if (node is not TomlNode.Table entries)
        {
            Wrong<string?>(key, node, "a table of strings");
            return map;
        }

        foreach (var (name, value) in entries.Items)
        {
            if (value is TomlNode.Scalar scalar)
            {
                map[name] = Show(scalar, quoted: false);
            }
            else
            {
                errors.Add(new TomlError(value.Line, $"{Path(key)}.{name}", Show(value), "a string"));
            }
        }

        return map;
    }

    /// <summary>A table inside this one; an empty one when absent or wrong.</summary>
    public TomlFields Table(string key)
    {
        _known.Add(key);
        if (table is null || !table.Items.TryGetValue(key, out var node))
        {
            return new TomlFields(null, Path(key), errors);
        }

        if (node is not TomlNode.Table inner)
        {
            Wrong<string?>(key, node, $"a table: [{Path(key)}]");
            inner = new TomlNode.Table { Line = node.Line, Column = node.Column };
        }

        return new TomlFields(inner, Path(key), errors);
    }

    /// <summary>An array of tables; empty when absent or wrong.</summary>
    public List<TomlFields> Tables(string key)
    {
        _known.Add(key);
        if (table is null || !table.Items.TryGetValue(key, out var node))
        {
            return [];
        }

        if (node is TomlNode.Array array && array.Items.All(item => item is TomlNode.Table))
        {
            return [.. array.Items.Select((item, index) => new TomlFields((TomlNode.Table)item, $"{Path(key)}[{index}]", errors))];
        }

        return Wrong<List<TomlFields>>(key, node, $"tables: [[{Path(key)}]]") ?? [];
    }

    /// <summary>Notes a field that has the right type and is wrong all the same.</summary>
    public void Refuse(string key, string allowed)
    {
        TomlNode? node = null;
        table?.Items.TryGetValue(key, out node);
        errors.Add(node is null
            ? new TomlError(Line, Path(key), null, allowed)
            : new TomlError(KeyLine(key), Path(key), Show(node), allowed));
    }

    /// <summary>Notes a field that has no place here, if it is there.</summary>
    public void Forbid(string key, string allowed)
    {
        _known.Add(key);
        if (Has(key))
        {
            Refuse(key, allowed);
        }
    }

    /// <summary>
    /// Notes what somebody else found wrong with a field, in their words: what was given may hold what must not be shown.
    /// </summary>
    public void Refuse(string key, InputException refused) =>
        errors.AddRange(refused.Errors.Select(
            error => new TomlError(KeyLine(key), error.Field, error.Value is { } value ? $"'{value}'" : null, error.Allowed)));

    /// <summary>Notes what is wrong with a field, or with what stands in for it where it is left out.</summary>
    /// <param name="key">The field, where its line is known by it.</param>
    /// <param name="field">What it is called, below this table.</param>
    /// <param name="value">What is wrong; null for what is missing.</param>
    /// <param name="allowed">What is allowed.</param>
    public void Note(string key, string field, string? value, string allowed) =>
        errors.Add(new TomlError(KeyLine(key), Path(field), value is null ? null : $"'{value}'", allowed));

    /// <summary>Notes every field that nobody asked for. Call it last.</summary>
    public void RefuseOthers()
    {
        foreach (var key in table?.Items.Keys.Except(_known) ?? [])
        {
            errors.Add(TomlError.Unknown(KeyLine(key), Path(key), key, _known));
        }
    }

    private TomlNode.Scalar? Scalar(string key)
    {
        _known.Add(key);
        if (table is null || !table.Items.TryGetValue(key, out var node))
        {
            return null;
        }

        // Something that is no scalar gets a value that fits no type, so that each reader words its own complaint.
        return node as TomlNode.Scalar ?? new TomlNode.Scalar(node) { Line = node.Line, Column = node.Column };
    }

    private T? Wrong<T>(string key, TomlNode node, string allowed)
    {
        errors.Add(new TomlError(KeyLine(key), Path(key), Show(node), allowed));
        return default;
    }

    private T RefuseFor<T>(string key, T fallback, string allowed)
    {
        Refuse(key, allowed);
        return fallback;
    }

    private int KeyLine(string key) => table is not null && table.KeyPlaces.TryGetValue(key, out var place) ? place.Line : Line;

    private string Path(string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>A value as an error shows it.</summary>
    public static string Show(TomlNode node, bool quoted = true) => node switch
    {
        TomlNode.Table or TomlNode.Scalar { Value: TomlNode.Table } => "a table",
        TomlNode.Array or TomlNode.Scalar { Value: TomlNode.Array } => "a list",
        TomlNode.Scalar { Value: string text } => quoted ? $"'{text}'" : text,
        TomlNode.Scalar { Value: bool flag } => flag ? "true" : "false",
        TomlNode.Scalar scalar => Convert.ToString(scalar.Value, CultureInfo.InvariantCulture) ?? "",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
