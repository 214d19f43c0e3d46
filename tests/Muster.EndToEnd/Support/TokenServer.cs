namespace Muster.EndToEnd.Support;

/// <summary><c>muster server</c> with tokens, as a real process.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    private readonly string _data = DevServer.NewData();
    private readonly ServerProcess _process;

    private TokenServer() => _process = new(Ports.Next(), ["server", "--config", Config]);

    public string Address => _process.Address;

    /// <summary>A token that may do everything.</summary>
    public string Token { get; private set; } = "";

    private string Config => Path.Combine(_data, "muster.toml");

    public static async Task<TokenServer> StartAsync()
    {
        var server = new TokenServer();
        await File.WriteAllTextAsync(
            server.Config,
            $"data = \"{server._data}\"\n[server]\nlisten = \"127.0.0.1:{server._process.Port}\"\n[[cloud]]\n"
            + "name = \"local\"\nkind = \"local\"\n");
        server.Token = (await ProgramRun.OfAsync(
            MusterExe.Path, ["token", "create", "admin", "--role", "admin", "--config", server.Config])).Good().Output.Trim();
        await server._process.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
