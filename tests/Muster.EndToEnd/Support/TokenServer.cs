namespace Muster.EndToEnd.Support;

/// <summary><c>muster server</c> with tokens, as a real process.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    private readonly string data = DevServer.NewData();
    private readonly ServerProcess process;

    private TokenServer() => process = new(ServerProcess.FreePort(), ["server", "--config", Config]);

    public string Address => process.Address;

    /// <summary>A token that may do everything.</summary>
    public string Token { get; private set; } = "";

    private string Config => Path.Combine(data, "muster.toml");

    public static async Task<TokenServer> StartAsync()
    {
        var server = new TokenServer();
        await File.WriteAllTextAsync(
            server.Config,
            $"data = \"{server.data}\"\n[server]\nlisten = \"127.0.0.1:{server.process.Port}\"\n[[cloud]]\nname = \"local\"\nkind = \"local\"\n");
        server.Token = (await ProgramRun.OfAsync(MusterExe.Path, ["token", "create", "admin", "--role", "admin", "--config", server.Config])).Good().Output.Trim();
        await server.process.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }
}
