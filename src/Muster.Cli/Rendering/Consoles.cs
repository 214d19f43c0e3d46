using Muster.Cli.Terminals;

using Spectre.Console;

namespace Muster.Cli.Rendering;

/// <summary>Spectre's console over the terminal's writers; made only where something is drawn, since it costs a few milliseconds.</summary>
internal static class Consoles
{
    /// <summary>Draws on stdout.</summary>
    public static IAnsiConsole Console(this Terminal terminal) => Make(terminal.Out, terminal.OutIsTerminal, terminal.Colours);

    /// <summary>Draws on stderr.</summary>
    public static IAnsiConsole ErrorConsole(this Terminal terminal) =>
        Make(terminal.Error, terminal.ErrorIsTerminal, terminal.ErrorIsTerminal && terminal.ColoursWanted);

    private static IAnsiConsole Make(TextWriter writer, bool isTerminal, bool colours) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
    });
}
