using Muster.Cli.Terminals;

namespace Muster.Cli.Rendering;

/// <summary>Names alone, one a line, as they are: a shell's loop takes each for the next command.</summary>
internal static class Names
{
    public static void Write(Terminal terminal, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            terminal.Out.WriteLine(name);
        }
    }
}
