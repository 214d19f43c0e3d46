using System.CommandLine;

using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Cli.Wording;

namespace Muster.Cli.Commands;

/// <summary>A command that does something: its words, its examples, and one place where failures become words and exit codes.</summary>
internal abstract class MusterCommand : Command
{
    protected MusterCommand(Terminal terminal, string name, string description, params string[] examples)
        : base(name, description)
    {
        Terminal = terminal;
        Examples = examples;
        SetAction(InvokeAsync);
    }

    /// <summary>Command lines that work, for help.</summary>
    public IReadOnlyList<string> Examples { get; }

    protected Terminal Terminal { get; }

    /// <summary>What was typed for the API's fields.</summary>
    protected virtual FieldNames Fields(ParseResult parse) => FieldNames.None;

    /// <summary>Does it.</summary>
    protected abstract Task<ExitCode> RunAsync(ParseResult parse, CancellationToken cancellationToken);

    private async Task<int> InvokeAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        try
        {
            return (int)await RunAsync(parse, cancellationToken);
        }
        catch (Exception error) when (Failures.Understands(error))
        {
            return (int)Failures.Print(error, Terminal.Error, Fields(parse));
        }
    }
}
