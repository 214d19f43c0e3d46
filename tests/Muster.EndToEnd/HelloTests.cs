using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

using Muster.EndToEnd.Support;

namespace Muster.EndToEnd;

/// <summary>The image of the first minutes, at a limit of its machine.</summary>
public sealed class HelloTests
{
    // Nobody's: the limit is on all that one user runs.
    private const string User = "54321";
    private const int ThreadsMax = 25, Connections = 64;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_the_machine_allows_no_more_threads_it_answers_one_after_the_other()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may run what is another user's");
        var directory = Directory.CreateTempSubdirectory("muster-e2e-hello-");
        try
        {
            using var hello = Start(directory.FullName, Ports.Next());
            try
            {
                var said = await hello.StandardOutput.ReadLineAsync(Cancellation);
                Assert.StartsWith("listening on ", said, StringComparison.Ordinal);
                var address = new Uri(said!["listening on ".Length..]);

                List<TcpClient> silent = [];
                for (var i = 0; i < Connections; i++)
                {
                    silent.Add(new());
                    await silent[i].ConnectAsync(IPAddress.Loopback, address.Port, Cancellation);
                }

                await Patiently.UntilAsync(() => hello.HasExited || ThreadsOf(hello) == ThreadsMax, "it has all the threads that it may");
                silent.ForEach(client => client.Dispose());
                using var http = new HttpClient();
                Assert.Equal("ok\n", await http.GetStringAsync(new Uri(address, "/healthz"), Cancellation));
                Assert.False(hello.HasExited);
            }
            finally
            {
                hello.Kill();
                await hello.WaitForExitAsync(CancellationToken.None);
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static int ThreadsOf(Process process)
    {
        process.Refresh();
        return process.Threads.Count;
    }

    private static Process Start(string directory, int port)
    {
        // Where that user can read it.
        var exe = Path.Combine(directory, "muster");
        File.Copy(MusterExe.Path, exe);
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(exe, (UnixFileMode)0b111_101_101);
        var threads = ThreadsMax.ToString(CultureInfo.InvariantCulture);
        return Process.Start(new ProcessStartInfo(
            "setpriv",
            [
                $"--reuid={User}", $"--regid={User}", "--clear-groups", "prlimit", $"--nproc={threads}:{threads}", exe, "hello",
                "--port", port.ToString(CultureInfo.InvariantCulture),
            ]) { RedirectStandardOutput = true })!;
    }
}
