using System.CommandLine;
using System.CommandLine.Invocation;

using Muster.Cli.Arguments;
using Muster.Cli.Completion;
using Muster.Cli.Exits;
using Muster.Cli.Help;
using Muster.Cli.Terminals;
using Muster.Cli.TsgScale;
using Muster.Terraform;

namespace Muster.Cli;

/// <summary>The program without its process: what <c>Program.cs</c> runs, and the tests.</summary>
internal static class MusterProgram
{
    /// <summary>Runs one command line to its end.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        // Terraform may start a provider five times a command: nothing of the command line is built for it.
        if (TerraformPlugin.IsAsked(args, terminal.Environment))
        {
            return await TerraformPlugin.RunAsync(
                new()
                {
                    Out = terminal.Out,
                    Error = terminal.Error,
                    Environment = terminal.Environment,
                    Time = terminal.Time,
                    Random = terminal.Random,
                },
                cancellationToken);
        }

        if (TsgProgram.IsAsked(args, terminal.ProgramName))
        {
            return await TsgProgram.RunAsync(args, terminal, cancellationToken);
        }

        var root = CommandTree.Build(terminal);
        if (Completer.IsAsked(args))
        {
            return (int)await Completer.RunAsync(args, root, terminal, cancellationToken);
        }

        ParseResult Parse() => root.Parse(LeadingOptions.Behind(args, root), new ParserConfiguration { ResponseFileTokenReplacer = null });
        var parse = Parse();
        if (parse.Action is ParseErrorAction)
        {
            return (int)UsageErrors.Print(parse, Parse, terminal);
        }

        return await parse.InvokeAsync(
            new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                // Commands that serve stop by their own signal handling, which finishes what is in flight.
                ProcessTerminationTimeout = null,
            },
            cancellationToken);
    }
}
