using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Conformance;
using Muster.Clouds.DigitalOcean;
using Muster.Clouds.Tests.Simulated;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.DigitalOcean;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.DigitalOcean;

/// <summary>A simulated DigitalOcean, and a cloud that has a token for it.</summary>
internal sealed class DigitalOceanHarness : SimulatedHarness
{
    public const string Token = "dop_v1_0123456789abcdef";

    private DigitalOceanHarness(DigitalOceanSimulator simulator, DigitalOceanSimulatorOptions options, TimeProvider timeProvider)
        : base("digitalocean", "sea", simulator, options, timeProvider)
    {
        (Simulator, Options) = (simulator, options);
        simulator.AddToken(Token);
    }

    public DigitalOceanSimulator Simulator { get; }

    public DigitalOceanSimulatorOptions Options { get; }

    /// <summary>Where the token is.</summary>
    public string TokenFile { get; private set; } = "";

    /// <summary>Where the cloud finds DigitalOcean; another place than the simulator's where something stands between.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The simulator's, which is known; of the real one nobody knows it.</summary>
    public override TimeSpan ListingLagMax => (Options.Lag + Options.TagLag) * 2;

    public static Task<DigitalOceanHarness> StartAsync(
        Action<DigitalOceanSimulatorOptions>? configure = null, params (string Name, string Value)[] cloudOptions) =>
        StartAsync(TimeProvider.System, configure, cloudOptions);

    public static async Task<DigitalOceanHarness> StartAsync(
        TimeProvider timeProvider,
        Action<DigitalOceanSimulatorOptions>? configure = null,
        params (string Name, string Value)[] cloudOptions)
    {
        var options = new DigitalOceanSimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        var simulator = await DigitalOceanSimulator.StartAsync(options, timeProvider);
        var harness = new DigitalOceanHarness(simulator, options, timeProvider) { Endpoint = simulator.Url.ToString() };
        harness.TokenFile = harness.WriteToken("token", Token);
        harness.Begin(cloudOptions);
        return harness;
    }

    /// <summary>Writes a file with a token.</summary>
    public string WriteToken(string name, string token) => Write(name, $"{token}\n");

    protected override IEnumerable<(string Name, string Value)> CloudOptions => [("endpoint", Endpoint), ("token_file", TokenFile)];

    public override Template GoodTemplate() => Local.Requests.Template(Catalogue.Image) with { Cloud = "sea", Size = Catalogue.Size };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "no-such-image-x64" };

    public override Hand? Killing => (instance, _) => SetAsync(instance, id => Simulator.Droplets.SetStatus(id, "off"));

    public override Hand? Stopping => Killing;

    public override Hand? Deleting => (instance, _) => SetAsync(instance, Simulator.Droplets.Delete);

    public override Func<ICloud>? OpenWithWrongCredential => () => Open(("token_file", WriteToken("wrong", "dop_v1_wrong")));

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Simulator.Droplets.Alive
                .Where(droplet => droplet.Tags.Contains(DropletTags.Of(MusterTags.Installation, installation.ToString())))
                .Select(droplet => droplet.Name),
        ]);

    public static long IdOf(Instance instance) => long.Parse(instance.Id.Value, CultureInfo.InvariantCulture);

    private static Task SetAsync(Instance instance, Action<long> set)
    {
        set(IdOf(instance));
        return Task.CompletedTask;
    }
}
