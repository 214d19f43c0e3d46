using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

using Muster.Core;
using Muster.Core.Traffic;
using Muster.Traffic.Kit;

namespace Muster.Traffic.Exec;

/// <summary>Runs the program once. Whatever happens, nothing of it is left running.</summary>
/// <param name="program">Its file.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="directory">Where it runs.</param>
/// <param name="path">Its <c>PATH</c>.</param>
/// <param name="environment">Variables of this process that it gets; no others.</param>
/// <param name="timeout">How long it may take.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class ExecProgram(
    string program, ImmutableArray<string> arguments, string directory, string path, ImmutableArray<string> environment, TimeSpan timeout,
    TimeProvider timeProvider)
{
    /// <summary>What is kept of what it says.</summary>
    private const int WordsMax = 4_000;

    /// <summary>Its name, for sentences.</summary>
    public string Name => Path.GetFileName(program);

    /// <summary>Runs it.</summary>
    /// <param name="variables">What it is told in its environment.</param>
    /// <param name="input">What it is told on its standard input.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How it ended, and what it said: on standard error, or else on standard output.</returns>
    /// <exception cref="TrafficException">It could not be started, or took too long.</exception>
    public async Task<(int ExitCode, string Words)> RunAsync(
        IEnumerable<(string Name, string Value)> variables, string input, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(variables);
        using var late = new CancellationTokenSource(timeout, timeProvider);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var told = TellAsync(process, input, ending.Token);
            var output = ReadAsync(process.StandardOutput, ending.Token);
            var complaint = ReadAsync(process.StandardError, ending.Token);
            var (said, complained) = (await output, await complaint);
            await process.WaitForExitAsync(ending.Token);
            await told;
            return (process.ExitCode, Foreign.Words(complained.Trim().Length > 0 ? complained : said));
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TrafficException(
                TrafficErrorKind.Unavailable, $"{Name} did not end within {DurationText.Format(timeout)}, and was killed", error);
        }
        finally
        {
            await ending.CancelAsync();
            End(process);
        }
    }

    private Process Start(IEnumerable<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory,
            StandardOutputEncoding = new UTF8Encoding(false), StandardErrorEncoding = new UTF8Encoding(false),
        };
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        foreach (var name in environment.Add("LANG"))
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            throw new TrafficException(TrafficErrorKind.Refused, $"{program} cannot be started: {Foreign.Words(error.Message)}", error);
        }
    }

    private static async Task TellAsync(Process process, string input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not want to know: how it ends counts all the same.
        }
    }

    private static async Task<string> ReadAsync(StreamReader from, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var part = new char[4096];
        while (await from.ReadAsync(part, cancellationToken) is > 0 and var length)
        {
            // What is more is read, so that it can go on, and not kept.
            text.Append(part, 0, Math.Min(length, WordsMax - text.Length));
        }

        return text.ToString();
    }

    private static void End(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended between the look and the call.
            Debug.Assert(process.HasExited, error.Message);
        }
    }
}
