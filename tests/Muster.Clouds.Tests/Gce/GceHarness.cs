using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Simulated;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Gce;
using Muster.Simulators.Gce.Identity;
using Muster.Simulators.Gce.Machines;
using Muster.Simulators.Gce.Settings;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Gce;

/// <summary>A simulated Compute Engine, and a gce cloud that speaks as a service account of it.</summary>
internal sealed class GceHarness : SimulatedHarness
{
    public const string Region = "us-central1";

    private GceHarness(GceSimulator simulator, GceSimulatorOptions options, TimeProvider time)
        : base("gce", "east", simulator, options, time)
    {
        (Simulator, Options) = (simulator, options);
        Account = simulator.AddServiceAccount("muster");
        KeyFile = WriteKey("key.json", Account);
    }

    public GceSimulator Simulator { get; }

    public GceSimulatorOptions Options { get; }

    public SimulatedServiceAccount Account { get; }

    public string KeyFile { get; }

    public static async Task<GceHarness> StartAsync(
        Action<GceSimulatorOptions>? configure = null, TimeProvider? time = null, params (string Name, string Value)[] cloudOptions)
    {
        var options = new GceSimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        time ??= TimeProvider.System;
        var harness = new GceHarness(await GceSimulator.StartAsync(options, time), options, time);
        harness.Begin(cloudOptions);
        return harness;
    }

    public string WriteKey(string name, SimulatedServiceAccount account) =>
        Write(name, account.KeyFile(Options.Project, Simulator.TokenUrl));

    protected override IEnumerable<(string Name, string Value)> CloudOptions =>
    [
        ("region", Region), ("credentials_file", KeyFile), ("endpoint", Simulator.Endpoint.ToString()),
        ("resource_manager_endpoint", Simulator.Url.ToString()),
    ];

    public override Template GoodTemplate() => Local.Requests.Template(Catalogue.Image) with
    {
        Cloud = "east",
        Size = Catalogue.MachineType,
        Options = ImmutableSortedDictionary<string, string>.Empty.Add("image_project", Catalogue.ImageProject),
    };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "family/debian-0" };

    /// <summary>An instance's id at the simulator.</summary>
    public static string IdOf(InstanceId id) => id.Value.Replace('.', '/');

    public override string WithoutNotice => "the cloud has no notice of preemptions but inside of the instance";

    public override Hand? Killing => (instance, _) => SetAsync(instance, "TERMINATED");

    public override Hand? Stopping => async (instance, _) =>
    {
        await SetAsync(instance, "STOPPING");
        await SetAsync(instance, "TERMINATED");
    };

    public override Hand? Freezing => async (instance, _) =>
    {
        await SetAsync(instance, "SUSPENDING");
        await SetAsync(instance, "SUSPENDED");
    };

    public override Hand? Deleting => (instance, _) =>
    {
        Simulator.Machines.Delete(IdOf(instance.Id));
        return Task.CompletedTask;
    };

    public override Hand? Protecting => (instance, _) => ProtectAsync(instance, true);

    public override Hand? Unprotecting => (instance, _) => ProtectAsync(instance, false);

    /// <summary>With a good key that Google does not have any more.</summary>
    public override Func<ICloud>? OpenWithWrongCredential => () =>
    {
        var account = Simulator.AddServiceAccount("other");
        account.IsKeyDeleted = true;
        return Open(("credentials_file", WriteKey("other.json", account)));
    };

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Simulator.Machines.All
                .Where(machine => (string?)machine.Labels["muster_installation"] == installation.ToString())
                .Select(machine => machine.Name),
            .. Simulator.Machines.DiskNames.Where(disk => !disk.IsUsed).Select(disk => $"disk {disk.Name}"),
        ]);

    private Task ProtectAsync(Instance instance, bool isProtected)
    {
        Simulator.Machines.SetProtection(IdOf(instance.Id), isProtected);
        return Task.CompletedTask;
    }

    private Task SetAsync(Instance instance, string state)
    {
        Simulator.Machines.SetState(IdOf(instance.Id), state);
        return Task.CompletedTask;
    }
}
