using Muster.Simulators.DigitalOcean;

namespace Muster.Cli.Simulating;

/// <summary>
/// A simulated DigitalOcean with an account and its token. The token stays, so that clients which know it need not be told anew.
/// </summary>
internal sealed class SimulatedDigitalOcean : SimulatedCloud
{
    /// <summary>The kind.</summary>
    public const string Kind = "digitalocean";

    /// <summary>No secret: it opens nothing but what is simulated.</summary>
    private const string Token = "dop_v1_simulated";

    private readonly DigitalOceanSimulator _simulator;
    private readonly string _tokenFile;

    private SimulatedDigitalOcean(DigitalOceanSimulator simulator, string data, string tokenFile)
        : base(simulator, Kind, data) => (_simulator, _tokenFile) = (simulator, tokenFile);

    /// <inheritdoc/>
    public override string Title => "DigitalOcean";

    /// <inheritdoc/>
    public override string Url => _simulator.Url.ToString().TrimEnd('/');

    /// <inheritdoc/>
    public override IReadOnlyDictionary<(string Call, int Status), int> Calls => _simulator.Calls;

    /// <inheritdoc/>
    public override string Template => $"--image {Catalogue.Image} --size {Catalogue.Size}";

    /// <inheritdoc/>
    public override string OtherClient =>
        $"""
        Any other client of DigitalOcean can see them too, such as doctl:
          doctl --api-url {Url} --access-token {Token} compute droplet list
        """;

    /// <inheritdoc/>
    /// <remarks>This one shows everything at once. The real one is given a minute, which whoever tries it here would wait out.</remarks>
    protected override IEnumerable<(string Name, string Value)> Options =>
        [("endpoint", Url), ("token_file", _tokenFile), ("listing_lag", "5s")];

    /// <summary>Starts it on any free port of this machine.</summary>
    public static async Task<SimulatedCloud> StartAsync(string data, SimulatedBehaviour behaviour, TimeProvider timeProvider)
    {
        var tokenFile = Path.Combine(MakeDirectory(data, Kind), "token");
        WriteSecret(tokenFile, $"{Token}\n");
        var simulator = await DigitalOceanSimulator.StartAsync(behaviour.Of(new DigitalOceanSimulatorOptions()), timeProvider);
        simulator.AddToken(Token);
        return new SimulatedDigitalOcean(simulator, data, tokenFile);
    }
}
