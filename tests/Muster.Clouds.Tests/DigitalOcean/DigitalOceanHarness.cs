using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Conformance;
using Muster.Clouds.DigitalOcean;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.DigitalOcean;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.DigitalOcean;

/// <summary>A simulated DigitalOcean, and a cloud that has a token for it.</summary>
internal sealed class DigitalOceanHarness : CloudHarness
{
    public const string Token = "dop_v1_0123456789abcdef";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-digitalocean-");
    private readonly TimeProvider _timeProvider;
    private ICloud? _cloud;

    private DigitalOceanHarness(DigitalOceanSimulator simulator, DigitalOceanSimulatorOptions options, TimeProvider timeProvider)
    {
        (Simulator, Options, _timeProvider) = (simulator, options, timeProvider);
        simulator.AddToken(Token);
    }

    public DigitalOceanSimulator Simulator { get; }

    public DigitalOceanSimulatorOptions Options { get; }

    /// <summary>A directory of its own.</summary>
    public string Root => _directory.FullName;

    /// <summary>Where the token is.</summary>
    public string TokenFile { get; private set; } = "";

    /// <summary>Where the cloud finds DigitalOcean; another place than the simulator's where something stands between.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>What the cloud says for the log.</summary>
    public List<string> Said { get; } = [];

    public override ICloud Cloud => _cloud!;

    public override IRandomSource Random { get; } = new SystemRandomSource();

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
        harness._cloud = harness.Open(cloudOptions);
        return harness;
    }

    /// <summary>Writes a file with a token, for its owner alone; its path.</summary>
    public string WriteToken(string name, string token)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, $"{token}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>Another connection to the same DigitalOcean; options given here win.</summary>
    public ICloud Open(params (string Name, string Value)[] options)
    {
        var all = new Dictionary<string, string> { ["endpoint"] = Endpoint, ["token_file"] = TokenFile };
        foreach (var (name, value) in options)
        {
            all[name] = value;
        }

        return Opened.Now("digitalocean", new()
        {
            Name = "sea",
            DataDirectory = _directory.FullName,
            Options = all.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Say = line =>
            {
                lock (Said)
                {
                    Said.Add(line);
                }
            },
            Time = _timeProvider,
            Random = Random,
        });
    }

    public override Template GoodTemplate() => Local.Requests.Template(Catalogue.Image) with { Cloud = "sea", Size = Catalogue.Size };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "no-such-image-x64" };

    public LaunchRequest Request() => Request(GoodTemplate());

    public static LaunchRequest Request(Template template)
    {
        var request = Local.Requests.Make(template);
        return request with { Name = $"web-{request.Launch.Value.ToString("N")[..12]}" };
    }

    public Task<Instance[]> ListAsync() => ListAsync(Cloud, new(Local.Requests.Installation));

    public static async Task<Instance[]> ListAsync(ICloud cloud, InstanceFilter filter)
    {
        var listed = new List<Instance>();
        await foreach (var page in cloud.ListAsync(filter, TestContext.Current.CancellationToken))
        {
            listed.AddRange(page.Instances);
        }

        return [.. listed];
    }

    public override Hand? Killing => (instance, _) => SetAsync(instance, id => Simulator.Droplets.SetStatus(id, "off"));

    public override Hand? Stopping => Killing;

    public override Hand? Deleting => (instance, _) => SetAsync(instance, Simulator.Droplets.Delete);

    public override Func<CancellationToken, Task>? CuttingOff => _ =>
    {
        Options.Faults = request => request.Number % 2 == 0 ? new Fault.LostAnswer() : new Fault.Reset();
        return Task.CompletedTask;
    };

    public override Task ComeBackAsync(CancellationToken cancellationToken)
    {
        Options.Faults = _ => null;
        return Task.CompletedTask;
    }

    public override Func<ICloud>? OpenWithWrongCredential => () => Open(("token_file", WriteToken("wrong", "dop_v1_wrong")));

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Simulator.Droplets.Alive
                .Where(droplet => droplet.Tags.Contains(DropletTags.Of(MusterTags.Installation, installation.ToString())))
                .Select(droplet => droplet.Name),
        ]);

    public override async ValueTask DisposeAsync()
    {
        if (_cloud is not null)
        {
            await _cloud.DisposeAsync();
        }

        await Simulator.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    public static long IdOf(Instance instance) => long.Parse(instance.Id.Value, CultureInfo.InvariantCulture);

    private static Task SetAsync(Instance instance, Action<long> set)
    {
        set(IdOf(instance));
        return Task.CompletedTask;
    }
}
