using Muster.Simulators.Proxmox;
using Muster.Simulators.Proxmox.Machines;
using Muster.Simulators.Proxmox.Settings;

namespace Muster.Cli.Simulating;

/// <summary>
/// A simulated cluster of Proxmox VE with a token. The token stays, so that clients which know it need not be told anew.
/// </summary>
internal sealed class SimulatedProxmox : SimulatedCloud
{
    /// <summary>The kind.</summary>
    public const string Kind = "proxmox";

    private readonly ProxmoxSimulator _simulator;
    private readonly string _tokenFile;

    private SimulatedProxmox(ProxmoxSimulator simulator, string data, string tokenFile)
        : base(simulator, Kind, data) => (_simulator, _tokenFile) = (simulator, tokenFile);

    /// <inheritdoc/>
    public override string Title => "Proxmox VE";

    /// <inheritdoc/>
    public override string Url => _simulator.Url.ToString().TrimEnd('/');

    /// <inheritdoc/>
    public override IReadOnlyDictionary<(string Call, int Status), int> Calls => _simulator.Calls;

    /// <inheritdoc/>
    public override string Template => $"--image {Catalogue.Image} --size memory=1g,cpu=1";

    /// <inheritdoc/>
    public override string OtherClient =>
        $"""
        Any other client of Proxmox can see them too, such as curl:
          curl -H "Authorization: PVEAPIToken=$(cat '{_tokenFile}')" {Url}/api2/json/cluster/resources?type=vm
        """;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, string Value)> Options => [("endpoint", Url), ("token_file", _tokenFile)];

    /// <summary>Starts it on any free port of this machine.</summary>
    public static async Task<SimulatedCloud> StartAsync(string data, SimulatedBehaviour behaviour, TimeProvider timeProvider)
    {
        var tokenFile = Path.Combine(MakeDirectory(data, Kind), "token");
        var simulator = await ProxmoxSimulator.StartAsync(behaviour.Of(new ProxmoxSimulatorOptions()), timeProvider);
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

            return new SimulatedProxmox(simulator, data, tokenFile);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }
}
