using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Muster.Testing;

/// <summary>A server of the distribution's, run for tests; gone when the process that started it is.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    // The server ends with the shell that has it, and the shell with its standard input.
    private const string Run = "\"$@\" & pid=$!; read -r word; kill $pid 2>/dev/null; sleep 0.1; kill -KILL $pid 2>/dev/null; wait $pid";

    private readonly Process _shell;
    private readonly StringBuilder _said = new();
    private bool _isOver;

    private Daemon(Process shell) => _shell = shell;

    /// <summary>Starts it.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables that it gets too.</param>
    public static Daemon Start(string[] command, params IEnumerable<(string Name, string Value)> environment)
    {
        string[] setsid = ["setsid", "/bin/sh", "-c", Run, "sh"];
        var start = new ProcessStartInfo(setsid[0], [.. setsid[1..], .. command])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var daemon = new Daemon(Process.Start(start)!);
        daemon._shell.OutputDataReceived += (_, line) => daemon.Hear(line.Data);
        daemon._shell.ErrorDataReceived += (_, line) => daemon.Hear(line.Data);
        daemon._shell.BeginOutputReadLine();
        daemon._shell.BeginErrorReadLine();
        return daemon;
    }

    /// <summary>Waits until it takes connections.</summary>
    public Task UntilListeningAsync(int port) => UntilAsync(
        async () =>
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        $"somebody listens at port {port}");

    /// <summary>Waits until something is so, and tells what the server said when it never is.</summary>
    public Task UntilAsync(Func<Task<bool>> condition, string what) => Patiently.UntilAsync(
        condition, what, TimeSpan.FromMinutes(3), TimeSpan.FromMilliseconds(100), () => Task.FromResult(Said()));

    /// <summary>Ends it; once is enough.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    private string Said()
    {
        lock (_said)
        {
            return _said.ToString();
        }
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }
}
