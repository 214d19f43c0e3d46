using Muster.Simulators.Triton;
using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Settings;

namespace Muster.Cli.Simulating;

/// <summary>A simulated CloudAPI with an account and its key. The key stays, so that clients which know it need not be told anew.</summary>
internal sealed class SimulatedTriton : SimulatedCloud
{
    /// <summary>The kind.</summary>
    public const string Kind = "triton";

    private const string Login = "demo";

    private readonly TritonSimulator _simulator;
    private readonly string _keyFile, _keyId;

    private SimulatedTriton(TritonSimulator simulator, string data, string keyFile, string keyId)
        : base(simulator, Kind, data) => (_simulator, _keyFile, _keyId) = (simulator, keyFile, keyId);

    /// <inheritdoc/>
    public override string Title => "Triton";

    /// <inheritdoc/>
    public override string Url => _simulator.Url.ToString().TrimEnd('/');

    /// <inheritdoc/>
    public override string Template => $"--image {Catalogue.Image} --size {Catalogue.Package}";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<(string Call, int Status), int> Calls => _simulator.Calls;

    /// <inheritdoc/>
    public override string OtherClient =>
        $"""
        Any other client of CloudAPI can see them too, such as the triton program (npm install -g triton):
          ssh-add '{_keyFile}'
          export TRITON_URL={Url} TRITON_ACCOUNT={Login} TRITON_KEY_ID={_keyId}
          triton instance list
        """;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Value)> Options =>
        [("url", Url), ("account", Login), ("key_file", _keyFile)];

    /// <summary>Starts it on any free port of this machine.</summary>
    public static async Task<SimulatedCloud> StartAsync(string data, SimulatedBehaviour behaviour, TimeProvider timeProvider)
    {
        var keyFile = Path.Combine(MakeDirectory(data, Kind), "id_rsa");
        var simulator = await TritonSimulator.StartAsync(behaviour.Of(new TritonSimulatorOptions()), timeProvider);
        try
        {
            var key = simulator.AddAccount(Login).AddKey(Key(keyFile).PublicLine, "muster");
            return new SimulatedTriton(simulator, data, keyFile, key.Fingerprint);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    private static ThrowAwayKey Key(string path)
    {
        if (File.Exists(path))
        {
            return ThrowAwayKey.Read(File.ReadAllText(path), "muster");
        }

        var key = ThrowAwayKey.Make("muster");
        WriteSecret(path, $"{key.PrivatePem}\n");
        File.WriteAllText($"{path}.pub", $"{key.PublicLine}\n");
        return key;
    }
}
