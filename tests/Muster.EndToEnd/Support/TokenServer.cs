using System.Diagnostics;

namespace Muster.EndToEnd.Support;

/// <summary><c>muster server</c> with tokens, as a real process.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;

    private TokenServer(Process process, string folder, string address, string token)
    {
        this.process = process;
        this.folder = folder;
        Address = address;
        Token = token;
    }

    public string Address { get; }

    /// <summary>A token that may do everything.</summary>
    public string Token { get; }

    public static async Task<TokenServer> StartAsync()
    {
        var folder = DevServer.NewData();
        var address = $"127.0.0.1:{ServerProcess.FreePort()}";
        var config = Path.Combine(folder, "muster.toml");
        await File.WriteAllTextAsync(config, $"data = \"{folder}\"\n[server]\nlisten = \"{address}\"\n[[cloud]]\nname = \"local\"\nkind = \"local\"\n");
        var token = (await ProgramRun.OfAsync(MusterExe.Path, ["token", "create", "admin", "--role", "admin", "--config", config])).Good().Output.Trim();
        var process = Process.Start(new ProcessStartInfo(MusterExe.Path, ["server", "--config", config]) { RedirectStandardError = true })!;
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                listening.TrySetException(new InvalidOperationException("muster server ended before it listened"));
            }
            else if (line.Data.Contains("listening on", StringComparison.Ordinal))
            {
                listening.TrySetResult();
            }
        };
        process.BeginErrorReadLine();
        await listening.Task;
        return new(process, folder, $"http://{address}", token);
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
