using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

namespace Muster.Metrics.Exec;

/// <summary>Runs the program once: a group goes in, numbers come out. Whatever happens, nothing of it is left running.</summary>
/// <param name="metric">What is read, told to the program.</param>
/// <param name="program">Its file.</param>
/// <param name="arguments">Its arguments.</param>
/// <param name="directory">Where it runs.</param>
/// <param name="path">Its <c>PATH</c>.</param>
/// <param name="environment">Variables of this process that it gets; no others.</param>
internal sealed class ExecRun(
    string metric, string program, ImmutableArray<string> arguments, string directory, string path, ImmutableArray<string> environment)
{
    /// <summary>A line for each of ten thousand instances.</summary>
    private const int OutputCharsMax = 1024 * 1024;

    /// <summary>What is kept of what it complains about.</summary>
    private const int ComplaintCharsMax = 4_000;

    /// <summary>Runs it.</summary>
    /// <exception cref="MetricException">It failed, or printed too much.</exception>
    public async Task<string> RunAsync(MetricScope group, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start();
        using var killing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // One that does not read its input, or ends before, is no error.
            var told = TellAsync(process, Question(group), killing.Token);
            var output = ReadAsync(process.StandardOutput, OutputCharsMax, isWhole: true, killing.Token);
            var complaint = ReadAsync(process.StandardError, ComplaintCharsMax, isWhole: false, killing.Token);
            var printed = await output;
            var complained = await complaint;
            await process.WaitForExitAsync(killing.Token);
            await told;
            if (process.ExitCode == 0)
            {
                return printed;
            }

            var why = complained.Trim().Length > 0 ? $": {Foreign.Words(complained)}" : "";
            throw new MetricException(string.Create(
                CultureInfo.InvariantCulture, $"{Path.GetFileName(program)} ended with {process.ExitCode}{why}"));
        }
        finally
        {
            await killing.CancelAsync();
            End(process);
        }
    }

    private Process Start()
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

        try
        {
            return Process.Start(start)!;
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            throw new MetricException($"{program} cannot be started: {Foreign.Words(error.Message)}", error);
        }
    }

    private string Question(MetricScope group)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("metric", metric);
            json.WriteString("group", group.Name);
            json.WriteString("group_id", group.Group.ToString());
            json.WriteString("account", group.Account.ToString());
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    private static async Task TellAsync(Process process, string question, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(question.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not want to know: whatever it prints is its answer all the same.
        }
    }

    private static async Task<string> ReadAsync(StreamReader from, int charsMax, bool isWhole, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var part = new char[4096];
        while (await from.ReadAsync(part, cancellationToken) is > 0 and var length)
        {
            if (text.Length + length > charsMax)
            {
                if (isWhole)
                {
                    throw new MetricException(
                        string.Create(CultureInfo.InvariantCulture, $"the program prints more than {charsMax} characters"));
                }

                continue;
            }

            text.Append(part, 0, length);
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
