using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Simulated;
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
internal sealed class HetznerHarness : SimulatedHarness
{
    private HetznerHarness(HetznerSimulator simulator, HetznerSimulatorOptions options)
        : base("hetzner", "falkenstein", simulator, options, TimeProvider.System)
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

    public static async Task<HetznerHarness> StartAsync(Action<HetznerSimulatorOptions>? configure = null)
    {
        var options = new HetznerSimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        var harness = new HetznerHarness(await HetznerSimulator.StartAsync(options, TimeProvider.System), options);
        harness.Begin();
        return harness;
    }

    /// <summary>Writes a file with a token.</summary>
    public string WriteToken(string name, string token) => Write(name, $"{token}\n");

    protected override IEnumerable<(string Name, string Value)> CloudOptions =>
        [("endpoint", Simulator.Url.ToString()), ("token_file", TokenFile)];

    public override Template GoodTemplate() =>
        Local.Requests.Template(Catalogue.Image) with { Cloud = "falkenstein", Size = Catalogue.ServerType };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "debian-99" };

    public LaunchRequest Request(Func<Template, Template> change) => Request(change(GoodTemplate()));

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
