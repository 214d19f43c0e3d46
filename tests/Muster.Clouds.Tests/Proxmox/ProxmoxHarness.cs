using System.Collections.Immutable;
using System.Globalization;

using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Simulated;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Proxmox;
using Muster.Simulators.Proxmox.Machines;
using Muster.Simulators.Proxmox.Settings;

namespace Muster.Clouds.Tests.Proxmox;

/// <summary>
/// A simulated cluster of Proxmox VE with a token, and a proxmox cloud on it. Every request is held against Proxmox's own schemas.
/// </summary>
internal sealed class ProxmoxHarness : SimulatedHarness
{
    private ProxmoxHarness(ProxmoxSimulator simulator, ProxmoxSimulatorOptions options)
        : base("proxmox", "cellar", simulator, options, TimeProvider.System)
    {
        (Simulator, Options) = (simulator, options);
        options.Judge = Judge.Judge;
        Token = simulator.AddToken();
        TokenFile = WriteToken("token", Token);
    }

    public ProxmoxSimulator Simulator { get; }

    public ProxmoxSimulatorOptions Options { get; }

    public SchemaJudge Judge { get; } = new();

    /// <summary>A token that may do everything.</summary>
    public string Token { get; }

    public string TokenFile { get; }

    /// <summary>Each clone takes a look or two at its task, and two go on at once.</summary>
    public override int Crowd => 40;

    public static async Task<ProxmoxHarness> StartAsync(
        Action<ProxmoxSimulatorOptions>? configure = null, params (string Name, string Value)[] given)
    {
        var options = new ProxmoxSimulatorOptions();
        configure?.Invoke(options);
        var harness = new ProxmoxHarness(await ProxmoxSimulator.StartAsync(options, TimeProvider.System), options);
        harness.Begin(given);
        return harness;
    }

    /// <summary>Writes a file with a token.</summary>
    public string WriteToken(string name, string token) => Write(name, $"{token}\n");

    protected override IEnumerable<(string Name, string Value)> CloudOptions =>
        [("endpoint", Simulator.Url.ToString()), ("token_file", TokenFile)];

    public override Template GoodTemplate() => Local.Requests.Template(Catalogue.Image) with { Cloud = "cellar", Size = "memory=1g,cpu=1" };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "debian-99" };

    public LaunchRequest Request(Func<Template, Template> change) => Request(change(GoodTemplate()));

    /// <summary>A launch with these options of its template.</summary>
    public LaunchRequest Request(params (string Name, string Value)[] options) => Request(template => template with
    {
        Options = options.ToImmutableSortedDictionary(option => option.Name, option => option.Value, StringComparer.Ordinal),
    });

    public override Hand? Killing => (instance, _) => SetAsync(instance, "stopped");

    public override Hand? Stopping => (instance, _) => SetAsync(instance, "stopped");

    public override Hand? Deleting => (instance, _) =>
    {
        Simulator.Machines.Delete(VmidOf(instance));
        return Task.CompletedTask;
    };

    /// <summary>With a token that the cluster does not know.</summary>
    public override Func<ICloud>? OpenWithWrongCredential => () =>
        Open(("token_file", WriteToken("wrong", "muster@pve!test=00000000-0000-4000-8000-000000000000")));

    /// <summary>Everything that was cloned, with marks or without.</summary>
    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (_, _) =>
        Task.FromResult<ImmutableArray<string>>([.. Simulator.Machines.Clones.Select(machine => $"{machine.Id} {machine.Name}")]);

    public static int VmidOf(Instance instance) => int.Parse(instance.Id.Value.Split('-')[0], CultureInfo.InvariantCulture);

    /// <summary>The one machine that was cloned.</summary>
    public SimulatedMachine Only => Assert.Single(Simulator.Machines.Clones);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        // Each test is one: what was sent kept the schemas.
        Assert.Empty(Judge.Refused);
    }

    private Task SetAsync(Instance instance, string status)
    {
        Simulator.Machines.SetStatus(VmidOf(instance), status);
        return Task.CompletedTask;
    }
}
