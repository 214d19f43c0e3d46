using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Hetzner;
using Muster.Simulators.Hetzner.Servers;
using Muster.Simulators.Hetzner.Settings;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Hetzner;

/// <summary>A simulated Hetzner Cloud with one project, and a hetzner cloud with a token of it.</summary>
internal sealed class HetznerHarness : CloudHarness
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("muster-hetzner-");
    private ICloud? _cloud;

    private HetznerHarness(HetznerSimulator simulator, HetznerSimulatorOptions options)
    {
        (Simulator, Options) = (simulator, options);
        Token = simulator.AddToken();
        TokenFile = WriteToken("token", Token);
    }

    public HetznerSimulator Simulator { get; }

    public HetznerSimulatorOptions Options { get; }

    /// <summary>A token that may read and write.</summary>
    public string Token { get; }

    public string TokenFile { get; }

    public string Root => _directory.FullName;

    /// <summary>What the cloud has said.</summary>
    public List<string> Said { get; } = [];

    public override ICloud Cloud => _cloud!;

    public override IRandomSource Random { get; } = new SystemRandomSource();

    /// <summary>The simulator's, which is known.</summary>
    public override TimeSpan ListingLagMax => Options.Lag * 2;

    public static async Task<HetznerHarness> StartAsync(Action<HetznerSimulatorOptions>? configure = null)
    {
        var options = new HetznerSimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        var harness = new HetznerHarness(await HetznerSimulator.StartAsync(options, TimeProvider.System), options);
        harness._cloud = harness.Open();
        return harness;
    }

    /// <summary>Another connection to the same project; options given here win.</summary>
    public ICloud Open(params (string Name, string Value)[] options) => Opened.Now("hetzner", Setup(options));

    /// <summary>What a cloud is opened with; options given here win.</summary>
    public CloudSetup Setup(params (string Name, string Value)[] options)
    {
        var all = new Dictionary<string, string> { ["endpoint"] = Simulator.Url.ToString(), ["token_file"] = TokenFile };
        foreach (var (name, value) in options)
        {
            all[name] = value;
        }

        return new()
        {
            Name = "falkenstein",
            DataDirectory = _directory.FullName,
            Options = all.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Say = Said.Add,
            Time = TimeProvider.System,
            Random = Random,
        };
    }

    /// <summary>Writes a file with a token, for its owner alone.</summary>
    public string WriteToken(string name, string token)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, $"{token}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    public override Template GoodTemplate() =>
        Local.Requests.Template(Catalogue.Image) with { Cloud = "falkenstein", Size = Catalogue.ServerType };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "debian-99" };

    public LaunchRequest Request(Func<Template, Template>? change = null) =>
        Local.Requests.Make((change ?? (template => template))(GoodTemplate())) with { Name = $"web-{Random.NextId():N}" };

    public async Task<Instance[]> ListAsync()
    {
        var listed = new List<Instance>();
        await foreach (var page in Cloud.ListAsync(new(Local.Requests.Installation), TestContext.Current.CancellationToken))
        {
            listed.AddRange(page.Instances);
        }

        return [.. listed];
    }

    public override Hand? Killing => (instance, _) => SetAsync(instance, "off");

    public override Hand? Stopping => async (instance, _) =>
    {
        await SetAsync(instance, "stopping");
        await SetAsync(instance, "off");
    };

    public override Hand? Deleting => (instance, _) =>
    {
        Simulator.Servers.Delete(IdOf(instance));
        return Task.CompletedTask;
    };

    public override Hand? Protecting => (instance, _) => ProtectAsync(instance, true);

    public override Hand? Unprotecting => (instance, _) => ProtectAsync(instance, false);

    /// <summary>Half of what is asked from then on is carried out, and none of it answered.</summary>
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

    /// <summary>With a token that the project does not have.</summary>
    public override Func<ICloud>? OpenWithWrongCredential => () => Open(("token_file", WriteToken("wrong", new string('A', 64))));

    /// <summary>Servers, and addresses that were made with one.</summary>
    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Simulator.Servers.All
                .Where(server => server.Labels.GetValueOrDefault(MusterTags.Installation) == installation.ToString())
                .Select(server => server.Name),
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

    private Task ProtectAsync(Instance instance, bool isProtected)
    {
        Simulator.Servers.SetProtection(IdOf(instance), isProtected);
        return Task.CompletedTask;
    }

    private Task SetAsync(Instance instance, string status)
    {
        Simulator.Servers.SetStatus(IdOf(instance), status);
        return Task.CompletedTask;
    }
}
