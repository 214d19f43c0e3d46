using System.Text;

using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Rendering;

/// <summary>One thing's fields, a line each.</summary>
internal sealed class Details
{
    private readonly List<(string Label, Cell Value)> _lines = [];

    /// <summary>Adds a line.</summary>
    public Details Add(string label, Cell value)
    {
        _lines.Add((VisibleText.OneLine(label), value with { Text = VisibleText.OneLine(value.Text) }));
        return this;
    }

    /// <summary>Adds a line for each pair, or one dash.</summary>
    public Details AddPairs(string label, IReadOnlyDictionary<string, string> pairs) =>
        Add(label, string.Join(", ", pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));

    /// <summary>Writes them in one piece.</summary>
    public void Write(Terminal terminal)
    {
        var width = _lines.Max(line => line.Label.Length) + 1;
        var text = new StringBuilder();
        foreach (var (label, value) in _lines)
        {
            text.Append(Styles.Coloured(new((label + ":").PadRight(width), Tone.Dim), terminal.Colours)).Append("  ")
                .AppendLine(Styles.Coloured(value, terminal.Colours));
        }

        terminal.Out.Write(text.ToString());
    }
}
