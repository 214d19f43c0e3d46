using System.Text;

using Muster.Core;

namespace Muster.Cli.Terminals;

/// <summary>Everything a command has around it: where it writes, what it reads, which clock it looks at.</summary>
/// <remarks>Data goes to <see cref="Out"/>, everything else to <see cref="Error"/>.</remarks>
internal sealed class Terminal
{
    /// <summary>Data, and nothing but data.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors, progress, hints.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether a person reads <see cref="Out"/>: tables and colours only then.</summary>
    public required bool OutIsTerminal { get; init; }

    /// <summary>Whether a person reads <see cref="Error"/>: progress only then.</summary>
    public required bool ErrorIsTerminal { get; init; }

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
        Environment = System.Environment.GetEnvironmentVariable,
        ProgramName = System.Environment.GetCommandLineArgs() is [var name, ..] ? name : "muster",
    };

    // Console.Out would do the same after looking up terminal description and encoding, which costs a third of the start.
    private static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
    {
        AutoFlush = true,
    };
}
