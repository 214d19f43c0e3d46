namespace Muster.Cli.Toml;

/// <summary>One thing in a TOML file, with the place where it stands. Closed: table, array or scalar.</summary>
internal abstract record TomlNode
{
    private TomlNode()
    {
    }

    /// <summary>Line, from 1; 0 for the whole file.</summary>
    public required int Line { get; init; }

    /// <summary>Column, from 1.</summary>
    public required int Column { get; init; }

    /// <summary>A table; keys in the order of the file.</summary>
    public sealed record Table : TomlNode
    {
        /// <summary>What it holds.</summary>
        public OrderedDictionary<string, TomlNode> Items { get; } = new(StringComparer.Ordinal);

        /// <summary>Where each key stands.</summary>
        public Dictionary<string, (int Line, int Column)> KeyPlaces { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>An array, also one of tables.</summary>
    public sealed record Array : TomlNode
    {
        /// <summary>What it holds.</summary>
        public List<TomlNode> Items { get; } = [];
    }

    /// <summary>A string, long, double, bool, or a date as text.</summary>
    /// <param name="Value">Never null.</param>
    public sealed record Scalar(object Value) : TomlNode;
}
