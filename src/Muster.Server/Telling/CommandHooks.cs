using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

using Muster.Core.Life;
using Muster.Outbound;

namespace Muster.Server.Telling;

/// <summary>
/// Tells hooks by running commands of the server's configuration: what is told goes in, and an end with 0 means that it was heard.
/// </summary>
/// <param name="commands">Those that there are.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class CommandHooks(ImmutableArray<HookCommand> commands, TimeProvider timeProvider) : IHookVoice
{
    /// <summary>What is kept of what it complains about.</summary>
    private const int ComplaintCharsMax = 1_000;

    // Of this process' own variables no others: secrets may be among them.
    private static readonly ImmutableArray<string> Passed = ["PATH", "HOME", "LANG"];

    /// <inheritdoc/>
    public async Task TellAsync(HookCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        var name = call.Whom[HookRules.Exec.Length..];
        if (commands.FirstOrDefault(command => command.Name == name) is not { } command)
        {
            throw new HookException($"this server's configuration has no [[hook_command]] named {name}");
        }

        using var process = Start(command);
        try
        {
            // One that does not read its input is no error.
            var told = WriteAsync(process, HookBody.Write(call, timeProvider.GetUtcNow()), cancellationToken);
            var complaint = ReadAsync(process.StandardError, ComplaintCharsMax, cancellationToken);
            await ReadAsync(process.StandardOutput, charsMax: 0, cancellationToken);
            var complained = (await complaint).Trim();
            await process.WaitForExitAsync(cancellationToken);
            await told;
            if (process.ExitCode != 0)
            {
                var why = complained.Length > 0 ? $": {ForeignText.Shown(complained)}" : "";
                throw new HookException(string.Create(CultureInfo.InvariantCulture, $"command {name} ended with {process.ExitCode}{why}"));
            }
        }
        finally
        {
            End(process);
        }
    }

    private static Process Start(HookCommand command)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(false), StandardErrorEncoding = new UTF8Encoding(false),
        };
        start.Environment.Clear();
        foreach (var name in Passed)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            throw new HookException($"command {command.Name} cannot be started: {ForeignText.Shown(error.Message)}", error);
        }
    }

    private static async Task WriteAsync(Process process, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(body, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not want to know: what its end says counts.
        }
    }

    /// <summary>The beginning of what it prints; the rest is read and dropped, so that it is not kept waiting.</summary>
    private static async Task<string> ReadAsync(StreamReader from, int charsMax, CancellationToken cancellationToken)
    {
        var (text, part) = (new StringBuilder(), new char[1024]);
        while (await from.ReadAsync(part, cancellationToken) is > 0 and var length)
        {
            text.Append(part, 0, Math.Min(length, charsMax - text.Length));
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
