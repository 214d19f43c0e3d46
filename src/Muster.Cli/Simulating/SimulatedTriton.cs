using Muster.Cli.Configuration;
using Muster.Simulators.Triton;
using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Simulating;

/// <summary>A simulated CloudAPI in this process, with an account, its key, and a configuration that names both.</summary>
/// <remarks>The machines end with it. The key stays, so that clients which know it need not be told anew.</remarks>
internal sealed class SimulatedTriton : IAsyncDisposable
{
    /// <summary>The account, and the name of the cloud.</summary>
    public const string Login = "demo", CloudName = "triton";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TritonSimulator _simulator;

    private SimulatedTriton(TritonSimulator simulator, string directory, string keyId)
    {
        _simulator = simulator;
        KeyFile = Path.Combine(directory, "id_rsa");
        ConfigFile = Path.Combine(directory, "muster.toml");
        KeyId = keyId;
    }

    /// <summary>Where it is.</summary>
    public string Url => _simulator.Url.ToString().TrimEnd('/');

    /// <summary>The account's private key; its public one lies beside it.</summary>
    public string KeyFile { get; }

    /// <summary>The key's MD5 fingerprint.</summary>
    public string KeyId { get; }

    /// <summary>A <c>muster.toml</c> for commands that need no server.</summary>
    public string ConfigFile { get; }

    /// <summary>The cloud that speaks to it.</summary>
    public CloudConfig Cloud => new()
    {
        Name = CloudName,
        Kind = "triton",
        Options = { ["url"] = Url, ["account"] = Login, ["key_file"] = KeyFile },
    };

    /// <summary>Starts it on any free port of this machine.</summary>
    /// <param name="data">The data directory; it keeps its files in a directory of its own there.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="timeProvider">The clock.</param>
    public static async Task<SimulatedTriton> StartAsync(string data, TritonSimulatorOptions options, TimeProvider timeProvider)
    {
        var directory = Path.Combine(data, "simulated-triton");
        foreach (var path in (string[])[data, directory])
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }

        var simulator = await TritonSimulator.StartAsync(options, timeProvider);
        try
        {
            var key = simulator.AddAccount(Login).AddKey(Key(directory).PublicLine, "muster");
            var simulated = new SimulatedTriton(simulator, directory, key.Fingerprint);
            await File.WriteAllTextAsync(simulated.ConfigFile, simulated.Toml());
            return simulated;
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _simulator.DisposeAsync();

    private static ThrowAwayKey Key(string directory)
    {
        var path = Path.Combine(directory, "id_rsa");
        if (File.Exists(path))
        {
            return ThrowAwayKey.Read(File.ReadAllText(path), "muster");
        }

        var key = ThrowAwayKey.Make("muster");
        using (var file = new FileStream(
            path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        using (var writer = new StreamWriter(file))
        {
            writer.Write($"{key.PrivatePem}\n");
        }

        File.WriteAllText($"{path}.pub", $"{key.PublicLine}\n");
        return key;
    }

    private string Toml() =>
        $"""
        # Written by 'muster dev --simulate triton' at each start: the simulated cloud of that process.
        data = '{Path.GetDirectoryName(Path.GetDirectoryName(ConfigFile))}'

        [[cloud]]
        name = "{CloudName}"
        kind = "triton"

        [cloud.options]
        url = "{Url}"
        account = "{Login}"
        key_file = '{KeyFile}'

        """;
}
