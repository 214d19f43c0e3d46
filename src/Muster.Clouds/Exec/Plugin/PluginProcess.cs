using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

using Muster.Clouds.Exec.Wire;
using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Kit.Streams;
using Muster.Core.Clouds;

namespace Muster.Clouds.Exec.Plugin;

/// <summary>Starts the executable: one process a call, ended when the call is given up.</summary>
/// <param name="options">How it is set up.</param>
/// <param name="timeProvider">The clock of time-outs.</param>
/// <param name="say">Gets what it says on standard error, masked.</param>
internal sealed class PluginProcess(ExecCloudOptions options, TimeProvider timeProvider, Action<string> say)
{
    /// <summary>
    /// How long to read on after its end, where something that it left behind still holds its output. What it wrote itself lies in the
    /// pipe by then, and is read at once; on a machine with too much to do, that may take some of this. A plugin that leaves such a child
    /// at every call pays it at every listing.
    /// </summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="CloudException">It could not be started, took too long or wrote too much.</exception>
    /// <exception cref="OperationCanceledException">Told to stop; it was ended.</exception>
    public async Task<PluginAnswer> RunAsync(PluginCall call, CancellationToken cancellationToken)
    {
        using var process = Start(call);
        using var timeout = new CancellationTokenSource(call.Timeout, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var errors = new PluginErrors(process.StandardError.BaseStream, call.Mask, line => say($"{options.Cloud}: {line}"));
        var output = new PluginOutput(process.StandardOutput.BaseStream, options.OutputMaxMib);
        var reading = Task.WhenAll(output.ReadAsync(), errors.ReadAsync());
        // Beside the waiting: one that does not read its input must not hold the call up.
        var writing = WriteAsync(process, call);
        try
        {
            var exit = process.WaitForExitAsync(both.Token);
            if (await Task.WhenAny(exit, output.Overflowed) != exit)
            {
                throw new CloudException(
                    call.Doubt, $"{What(call)} wrote more than {options.OutputMaxMib} MiB and was killed (output_max_mib)");
            }

            await exit;
            await Task.WhenAny(reading, Task.Delay(DrainTime, timeProvider, both.Token));
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new CloudException(
                call.Doubt, $"{What(call)} did not end within {call.Timeout.TotalSeconds} s and was killed{errors.Suffix}");
        }
        finally
        {
            Kill(process);
            await writing;
        }

        return new PluginAnswer(process.ExitCode, output.Text, errors.Last);
    }

    /// <summary>Runs it for as long as somebody listens, a line at a time.</summary>
    /// <exception cref="CloudException">It ended, which is always an error: its own word for it where it has one.</exception>
    public async IAsyncEnumerable<string> StreamAsync(
        PluginCall call, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var process = Start(call);
        var errors = new PluginErrors(process.StandardError.BaseStream, call.Mask, line => say($"{options.Cloud}: {line}"));
        var reading = errors.ReadAsync();
        var last = "";
        try
        {
            // Its standard input stays open: its end tells a well-behaved executable that nobody listens any more.
            await TryWriteRequestAsync(process, call);
            // Ended with the interest in it, which also ends a read that waits.
            await using var ending = cancellationToken.Register(() => Kill(process));
            using var lines = new BoundedLines(process.StandardOutput.BaseStream, BoundedLines.UsualBytesMax);
            while (await lines.ReadAsync(cancellationToken) is { } line)
            {
                if (line.IsCut)
                {
                    throw new CloudException(
                        CloudErrorKind.Unavailable,
                        $"{What(call)} wrote a line of more than {BoundedLines.UsualBytesMax} bytes and was killed");
                }

                if (line.Text.Length > 0)
                {
                    last = line.Text;
                    yield return line.Text;
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            var end = Task.WhenAll(reading, process.WaitForExitAsync(cancellationToken));
            await Task.WhenAny(end, Task.Delay(DrainTime, timeProvider, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (process.HasExited && process.ExitCode != 0)
            {
                throw PluginFailure.Of(call, new PluginAnswer(process.ExitCode, last, errors.Last));
            }
        }
        finally
        {
            Kill(process);
        }

        throw new CloudException(CloudErrorKind.Unavailable, $"{What(call)} ended{errors.Suffix}");
    }

    private string What(PluginCall call) => $"'{options.Command[0]} {call.Request.Operation}'";

    private Process Start(PluginCall call)
    {
        var start = new ProcessStartInfo(options.Command[0], [.. options.Command.Skip(1), call.Request.Operation])
        {
            WorkingDirectory = options.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
            StandardOutputEncoding = Utf8,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = options.SearchPath;
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["MUSTER_CLOUD"] = options.Cloud;
        foreach (var (name, value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            Directory.CreateDirectory(options.Directory);
            var process = Process.Start(start) ?? throw new InvalidOperationException("a process that was started is none");
            OpenFiles.GiveBack(process.Id);
            return process;
        }
        catch (Exception error) when (error is Win32Exception or IOException or UnauthorizedAccessException)
        {
            throw new CloudException(CloudErrorKind.Unavailable, $"{What(call)} cannot be started: {error.Message}", innerException: error);
        }
    }

    private static async Task WriteAsync(Process process, PluginCall call)
    {
        if (await TryWriteRequestAsync(process, call))
        {
            process.StandardInput.Close();
        }
    }

    /// <returns>False when it ended, or closed its input, without reading: allowed, and its exit code tells the rest.</returns>
    private static async Task<bool> TryWriteRequestAsync(Process process, PluginCall call)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(call.Request, ExecJson.Default.ExecRequest));
            await process.StandardInput.FlushAsync();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
