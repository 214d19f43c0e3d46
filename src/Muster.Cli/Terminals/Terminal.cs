using System.Text;

using Muster.Core;

namespace Muster.Cli.Terminals;

/// <summary>Everything a command has around it: where it writes, what it reads, which clock it looks at.</summary>
/// <remarks>Data goes to <see cref="Out"/>, everything else to <see cref="Error"/>.</remarks>
internal sealed class Terminal
{
    /// <summary>Columns of a terminal that does not say: what terminals have had since punched cards.</summary>
    public const int WidthDefault = 80;

    /// <summary>Data, and nothing but data.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors, progress, hints.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether a person reads <see cref="Out"/>: tables and colours only then.</summary>
    public required bool OutIsTerminal { get; init; }

    /// <summary>Whether a person reads <see cref="Error"/>: progress only then.</summary>
    public required bool ErrorIsTerminal { get; init; }

    /// <summary>Whether a person can be asked: both what is asked and the answer go through a terminal.</summary>
    public bool CanAsk => InIsTerminal && ErrorIsTerminal;

    /// <summary>Whether a person types standard input.</summary>
    public bool InIsTerminal { get; init; }

    /// <summary>Reads one line that a person types; null at the end.</summary>
    public Func<string?> ReadLine { get; init; } = () => null;

    /// <summary>Columns of <see cref="Out"/>, where it is a terminal.</summary>
    public int Width => WidthNow() is > 0 and var width ? width : WidthDefault;

    /// <summary>Asks the terminal for its columns; 0 where it does not say.</summary>
    public Func<int> WidthNow { get; init; } = () => WidthDefault;

    /// <summary>An environment variable's value; null when unset.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The name that the program was called by: a link may give it another.</summary>
    public string ProgramName { get; init; } = "muster";

    /// <summary>Standard output as bytes, for data that is no text to look at; not to be mixed with <see cref="Out"/>.</summary>
    public Func<Stream> OpenOut { get; init; } = Console.OpenStandardOutput;

    /// <summary>Standard input as bytes.</summary>
    public Func<Stream> OpenIn { get; init; } = Console.OpenStandardInput;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where ids and jitter come from.</summary>
    public IRandomSource Random { get; init; } = new SystemRandomSource();

    /// <summary>Whether the user wants colours at all: see no-color.org.</summary>
    public bool ColoursWanted => string.IsNullOrEmpty(Environment("NO_COLOR")) && Environment("TERM") != "dumb";

    /// <summary>Whether colours may be used on <see cref="Out"/>.</summary>
    public bool Colours => OutIsTerminal && ColoursWanted;

    /// <summary>The process's own.</summary>
    public static Terminal OfProcess() => new()
    {
        Out = Writer(Console.OpenStandardOutput()),
        Error = Writer(Console.OpenStandardError()),
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        InIsTerminal = !Console.IsInputRedirected,
        ReadLine = ReadTypedLine,
        WidthNow = ScreenWidth.OfOutput,
        Environment = System.Environment.GetEnvironmentVariable,
        ProgramName = System.Environment.GetCommandLineArgs() is [var name, ..] ? name : "muster",
    };

    // Straight from the terminal: Console.ReadLine would first switch the terminal's keys, and leave that in a recording of the screen.
    private static string? ReadTypedLine()
    {
        using var typed = new StreamReader(Console.OpenStandardInput());
        return typed.ReadLine();
    }

    // Console.Out would do the same after looking up terminal description and encoding, which costs a third of the start.
    private static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
    {
        AutoFlush = true,
    };
}
