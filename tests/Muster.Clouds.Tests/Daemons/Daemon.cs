using System.Diagnostics;

using Muster.Clouds.Tests.Local;

namespace Muster.Clouds.Tests.Daemons;

/// <summary>A daemon of the machine's own package, in the foreground, with its output in a file.</summary>
internal sealed class Daemon(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string log)
    : IDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private Process? _process;

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync(Func<Task<bool>> answers)
    {
        // A shell between redirects what would otherwise have to be read, and becomes the daemon.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", log, program, .. arguments]);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        await Wait.UntilAsync($"{program} answers", async () =>
            _process.HasExited
                ? throw new InvalidOperationException($"{program} ended with {_process.ExitCode}: {Tail()}")
                : await answers());
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        RealProcesses.Signal(_process!.Id, RealProcesses.Kill);
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends it in its own orderly way.</summary>
    public async Task StopAsync()
    {
        if (_process is null or { HasExited: true })
        {
            return;
        }

        RealProcesses.Signal(_process.Id, RealProcesses.Term);
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
            throw new InvalidOperationException($"{program} did not stop: {Tail()}");
        }
    }

    public void Dispose() => _process?.Dispose();

    private string Tail() => string.Join('\n', File.ReadLines(log).TakeLast(20));
}
