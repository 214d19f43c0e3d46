using Muster.Simulators.Hetzner;
using Muster.Simulators.Hetzner.Servers;
using Muster.Simulators.Hetzner.Settings;

namespace Muster.Cli.Simulating;

/// <summary>
/// A simulated project of Hetzner Cloud with a token. The token stays, so that clients which know it need not be told anew.
/// </summary>
internal sealed class SimulatedHetzner : SimulatedCloud
{
    /// <summary>The kind.</summary>
    public const string Kind = "hetzner";

    private readonly HetznerSimulator _simulator;
    private readonly string _tokenFile;

    private SimulatedHetzner(HetznerSimulator simulator, string data, string tokenFile)
        : base(simulator, Kind, data) => (_simulator, _tokenFile) = (simulator, tokenFile);

    /// <inheritdoc/>
    public override string Title => "Hetzner Cloud";

    /// <inheritdoc/>
    public override string Url => _simulator.Url.ToString();

    /// <inheritdoc/>
    public override IReadOnlyDictionary<(string Call, int Status), int> Calls => _simulator.Calls;

    /// <inheritdoc/>
    public override string Template => $"--image {Catalogue.Image} --size {Catalogue.ServerType}";

    /// <inheritdoc/>
    public override string OtherClient =>
        $"""
        Any other client of Hetzner Cloud can see them too, such as the hcloud program (apt-get install hcloud-cli):
          export HCLOUD_ENDPOINT={Url} HCLOUD_TOKEN=$(cat '{_tokenFile}')
          hcloud server list
        """;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Value)> Options => [("endpoint", Url), ("token_file", _tokenFile)];

    /// <summary>Starts it on any free port of this machine.</summary>
    public static async Task<SimulatedCloud> StartAsync(string data, SimulatedBehaviour behaviour, TimeProvider timeProvider)
    {
        var tokenFile = Path.Combine(MakeDirectory(data, Kind), "token");
        var simulator = await HetznerSimulator.StartAsync(behaviour.Of(new HetznerSimulatorOptions()), timeProvider);
        try
        {
            if (File.Exists(tokenFile))
            {
                simulator.AddToken((await File.ReadAllTextAsync(tokenFile)).Trim());
            }
            else
            {
                WriteSecret(tokenFile, $"{simulator.AddToken()}\n");
            }

            return new SimulatedHetzner(simulator, data, tokenFile);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }
}
