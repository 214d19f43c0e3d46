using System.Globalization;

using Muster.Cli.Terminals;
using Muster.Cli.Toml;

namespace Muster.Cli.Configuration.Original;

/// <summary>The original's settings by their dotted key, from the environment before the file, as there.</summary>
/// <param name="file">Its file.</param>
/// <param name="terminal">The environment.</param>
/// <param name="errors">Where wrong settings are noted.</param>
internal sealed class OriginalFields(TomlNode.Table file, Terminal terminal, List<TomlError> errors)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>A setting's text, whatever its type in the file; null when it is nowhere.</summary>
    public string? Text(string key)
    {
        _known.Add(key);
        return terminal.Environment(VariableOf(key)) is { Length: > 0 } value ? value : InFile(key);
    }

    /// <summary>A setting that must be there.</summary>
    public string Required(string key, string allowed) => Text(key) is { Length: > 0 } text ? text : Refuse(key, "", allowed);

    /// <summary>A port.</summary>
    public int Port(string key, int unlessSet) => Text(key) switch
    {
        null => unlessSet,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 => port,
        _ => Refuse(key, unlessSet, "a port: 1 to 65535"),
    };

    /// <summary>True or false.</summary>
    public bool Flag(string key, bool unlessSet) => Text(key) switch
    {
        null => unlessSet,
        "true" or "True" or "TRUE" or "1" => true,
        "false" or "False" or "FALSE" or "0" => false,
        _ => Refuse(key, unlessSet, "true or false"),
    };

    /// <summary>Notes that a setting is wrong.</summary>
    public T Refuse<T>(string key, T instead, string allowed, bool isSecret = false)
    {
        var value = Text(key);
        errors.Add(new(LineOf(key), NameOf(key), value is null ? null : isSecret ? "set" : $"'{value}'", allowed));
        return instead;
    }

    /// <summary>Whether a setting is in the file itself, where others may read it.</summary>
    public bool IsInFile(string key) => NameOf(key) == key && InFile(key) is not null;

    /// <summary>Notes every setting of the file that nobody asked for. Call it last.</summary>
    public void RefuseOthers()
    {
        foreach (var (table, node) in file.Items)
        {
            var keys = node is TomlNode.Table inner ? inner.Items.Keys.Select(key => $"{table}.{key}") : [table];
            foreach (var key in keys.Where(key => !_known.Contains(key)))
            {
                errors.Add(new(LineOf(key), key, "unknown", "a setting of triton-sg; docs/tsg-config.md lists them"));
            }
        }
    }

    /// <summary>What the user calls it: the variable where that is what counts.</summary>
    public string NameOf(string key) => terminal.Environment(VariableOf(key)) is { Length: > 0 } ? VariableOf(key) : key;

    /// <summary>With an underscore for a hyphen too: the original looked for a name that no shell can set.</summary>
    private static string VariableOf(string key) => $"TSG_{key.Replace('.', '_').Replace('-', '_').ToUpperInvariant()}";

    private string? InFile(string key) => Node(key) switch
    {
        TomlNode.Scalar { Value: bool flag } => flag ? "true" : "false",
        TomlNode.Scalar scalar => Convert.ToString(scalar.Value, CultureInfo.InvariantCulture),
        _ => null,
    };

    private TomlNode? Node(string key)
    {
        var parts = key.Split('.', 2);
        return parts.Length == 2 && file.Items.TryGetValue(parts[0], out var node) && node is TomlNode.Table table
            && table.Items.TryGetValue(parts[1], out var value) ? value : null;
    }

    private int LineOf(string key) => NameOf(key) != key ? 0 : Node(key)?.Line
        ?? (file.KeyPlaces.TryGetValue(key.Split('.')[0], out var place) ? place.Line : 0);
}
