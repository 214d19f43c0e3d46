using System.Text;
using System.Text.RegularExpressions;

using Muster.Cli.Exits;
using Muster.Cli.Terminals;

namespace Muster.Cli.Tests.Running;

/// <summary>The program in this process, serving until it is told to stop.</summary>
internal static partial class ServingProgram
{
    /// <summary>Returns once it has said where it listens.</summary>
    public static async Task<(string Address, Task<ExitCode> Running)> StartAsync(string[] args, CancellationToken stop)
    {
        var (address, running, _) = await StartHeardAsync(args, stop);
        return (address, running);
    }

    /// <summary>The same, with what it said until then.</summary>
    public static async Task<(string Address, Task<ExitCode> Running, string Said)> StartHeardAsync(string[] args, CancellationToken stop)
    {
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var output = new Listener(listening);
        var terminal = new Terminal
        {
            Out = output,
            Error = output,
            OutIsTerminal = false,
            ErrorIsTerminal = false,
            Environment = _ => null,
        };
        var running = RunAsync(args, terminal, stop);
        await Task.WhenAny(listening.Task, running);
        Assert.True(listening.Task.IsCompleted, $"muster {string.Join(' ', args)} ended before it listened:\n{output}");
        return (await listening.Task, running, output.ToString());
    }

    private static async Task<ExitCode> RunAsync(string[] args, Terminal terminal, CancellationToken stop) =>
        (ExitCode)await MusterProgram.RunAsync(args, terminal, stop);

    [GeneratedRegex(@"listening on (http://[0-9.:]+)")]
    private static partial Regex ListeningOn();

    /// <summary>Hears the address.</summary>
    private sealed class Listener(TaskCompletionSource<string> listening) : TextWriter
    {
        private readonly StringBuilder _heard = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_heard)
            {
                _heard.Append(value);
                if (value == '\n' && ListeningOn().Match(_heard.ToString()) is { Success: true } match)
                {
                    listening.TrySetResult(match.Groups[1].Value);
                }
            }
        }

        public override string ToString()
        {
            lock (_heard)
            {
                return _heard.ToString();
            }
        }
    }
}
