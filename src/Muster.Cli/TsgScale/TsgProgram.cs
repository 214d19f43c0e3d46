using Muster.Cli.Executables;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core;
using Muster.Triton.Scaling;

namespace Muster.Cli.TsgScale;

/// <summary>The original's scale program, whose place Muster takes: the same flags, the same log, the same exit codes.</summary>
internal static class TsgProgram
{
    private const string ProgramName = "tsg-cli";

    /// <summary>
    /// Whether the program was called as <c>tsg-cli</c>, or as <c>muster scale</c> with a flag that only the original has.
    /// </summary>
    public static bool IsAsked(string[] args, string name) =>
        Path.GetFileName(name) == ProgramName
        || (args is ["scale", ..]
            && TsgFlags.Telling.Any(flag => args.Any(arg => arg == $"--{flag}" || arg.StartsWith($"--{flag}=", StringComparison.Ordinal))));

    /// <summary>Runs one command line.</summary>
    /// <returns>0, or 1 as the original has it for everything that fails.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken)
    {
        var log = new TsgLog(terminal.Error, terminal.Time);
        try
        {
            var flags = GoFlags.Parse(args, TsgFlags.All);
            switch (flags.Words)
            {
                case ["version"]:
                    terminal.Out.WriteLine($"{ProgramName} of muster {MusterVersion.Text}");
                    return 0;
                case [] or ["help"]:
                case ["scale"] when flags.Last(TsgFlags.Help) is not null:
                    terminal.Out.Write(TsgHelp.Text);
                    return 0;
                case ["scale"]:
                    return await TsgRun.RunAsync(TsgScaleRequest.Read(flags, terminal.Environment), terminal, log, cancellationToken)
                        ? 0
                        : 1;
                default:
                    throw new TsgScaleException(
                        $"unknown command \"{string.Join(' ', flags.Words)}\" for \"{ProgramName}\": scale, version or help");
            }
        }
        catch (InputException error)
        {
            log.Unable(new InputException([.. error.Errors.Select(wrong => wrong with { Field = TsgFlags.Typed(wrong.Field) })]).Message);
            return 1;
        }
        catch (Exception error) when (error is TsgScaleException || Failures.Understands(error))
        {
            log.Unable(error.Message);
            return 1;
        }
    }
}
