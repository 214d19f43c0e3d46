using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Rendering;

/// <summary>Values alone, one a line: a shell's loop takes each for the next command.</summary>
internal static class Names
{
    /// <summary>Writes them as they are into a pipe. A person's terminal, which would obey escapes, is shown them instead.</summary>
    public static void Write(Terminal terminal, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            // A value with a line break would pose as two.
            var isVisible = terminal.OutIsTerminal || name.AsSpan().ContainsAny('\n', '\r');
            terminal.Out.WriteLine(isVisible ? VisibleText.OneLine(name) : name);
        }
    }
}
