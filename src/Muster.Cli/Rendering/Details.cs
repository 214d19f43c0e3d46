using System.Text;

using Muster.Cli.Terminals;

using Spectre.Console;

namespace Muster.Cli.Rendering;

/// <summary>One thing's fields, a line each.</summary>
internal sealed class Details
{
    private readonly List<(string Label, Cell Value)> lines = [];

    /// <summary>Adds a line.</summary>
    public Details Add(string label, Cell value)
    {
        lines.Add((label, value));
        return this;
    }

    /// <summary>Adds a line for each pair, or one dash.</summary>
    public Details AddPairs(string label, IReadOnlyDictionary<string, string> pairs) =>
        Add(label, string.Join(", ", pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));

    /// <summary>Writes them in one piece.</summary>
    public void Write(Terminal terminal)
    {
        var width = lines.Max(line => line.Label.Length) + 1;
        if (terminal.Colours)
        {
            var console = terminal.Console();
            foreach (var (label, value) in lines)
            {
                console.Write(new Text($"{(label + ":").PadRight(width)}  ", Styles.Of(Tone.Dim)));
                console.Write(new Text(value.Text + "\n", Styles.Of(value.Tone)));
            }

            return;
        }

        var text = new StringBuilder();
        foreach (var (label, value) in lines)
        {
            text.Append((label + ":").PadRight(width)).Append("  ").AppendLine(value.Text);
        }

        terminal.Out.Write(text.ToString());
    }
}
