using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Tests.Running;

/// <summary>What one run of the program left behind.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Out">Its stdout.</param>
/// <param name="Error">Its stderr.</param>
internal sealed record CliRun(ExitCode Code, string Out, string Error)
{
    /// <summary>Runs the program in this process, with output that is no terminal.</summary>
    public static Task<CliRun> Of(params string[] args) => Of([], args);

    /// <summary>The same with something on its standard input.</summary>
    public static Task<CliRun> Of(Stream input, params string[] args) => RunAsync([], input, args);

    /// <summary>The same, stopped by a token as a signal would stop it.</summary>
    public static Task<CliRun> Of(CancellationToken stop, params string[] args) => RunAsync([], Stream.Null, args, stop);

    /// <summary>The same with environment variables of its own; it sees no others.</summary>
    public static Task<CliRun> Of(Dictionary<string, string> environment, params string[] args) => RunAsync(environment, Stream.Null, args);

    /// <summary>The same for a person at a terminal of so many columns, who types some lines.</summary>
    public static async Task<CliRun> AtTerminalAsync(
        Dictionary<string, string> environment, string[] args, int width = 80, params string[] typed)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var lines = new Queue<string>(typed);
        var terminal = new Terminal
        {
            Out = output,
            Error = error,
            OutIsTerminal = true,
            ErrorIsTerminal = true,
            InIsTerminal = true,
            WidthNow = () => width,
            ReadLine = () => lines.TryDequeue(out var line) ? line : null,
            Environment = environment.GetValueOrDefault,
        };
        var code = await MusterProgram.RunAsync(args, terminal, TestContext.Current.CancellationToken);
        return new((ExitCode)code, output.ToString(), error.ToString());
    }

    /// <summary>Stdout's lines.</summary>
    public string[] OutLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Stderr's lines.</summary>
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<CliRun> RunAsync(
        Dictionary<string, string> environment, Stream input, string[] args, CancellationToken stop = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal
        {
            Out = output,
            Error = error,
            OutIsTerminal = false,
            ErrorIsTerminal = false,
            Environment = environment.GetValueOrDefault,
            OpenIn = () => input,
        };
        var code = await MusterProgram.RunAsync(args, terminal, both.Token);
        return new((ExitCode)code, output.ToString(), error.ToString());
    }
}
