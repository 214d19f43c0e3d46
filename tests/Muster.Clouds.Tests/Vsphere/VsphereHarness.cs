using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Simulated;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Kit;
using Muster.Simulators.Vsphere;
using Muster.Simulators.Vsphere.Machines;
using Muster.Simulators.Vsphere.Settings;

namespace Muster.Clouds.Tests.Vsphere;

/// <summary>A simulated vCenter with one user, and a vsphere cloud that logs in as it.</summary>
internal sealed class VsphereHarness : SimulatedHarness
{
    public const string User = "muster@vsphere.local", Password = "correct horse battery";

    private VsphereHarness(VsphereSimulator simulator, VsphereSimulatorOptions options)
        : base("vsphere", "cellar", simulator, options, TimeProvider.System)
    {
        (Simulator, Options) = (simulator, options);
        simulator.AddUser(User, Password);
        PasswordFile = Write("password", $"{Password}\n");
    }

    public VsphereSimulator Simulator { get; }

    public VsphereSimulatorOptions Options { get; }

    public string PasswordFile { get; }

    public static async Task<VsphereHarness> StartAsync(
        Action<VsphereSimulatorOptions>? configure = null, params (string Name, string Value)[] cloudOptions)
    {
        var options = new VsphereSimulatorOptions { PerSecond = 0 };
        configure?.Invoke(options);
        var harness = new VsphereHarness(await VsphereSimulator.StartAsync(options, TimeProvider.System), options);
        harness.Begin(cloudOptions);
        return harness;
    }

    protected override IEnumerable<(string Name, string Value)> CloudOptions =>
    [
        ("url", Simulator.Url.ToString()), ("user", User), ("password_file", PasswordFile), ("datacenter", VsphereCatalogue.Datacenter),
        ("folder", VsphereCatalogue.Folder),
    ];

    /// <summary>The simulated machines that are no templates.</summary>
    public IEnumerable<SimulatedVm> Machines => Simulator.Machines.All.Where(vm => !vm.IsTemplate);

    public override Template GoodTemplate() => Local.Requests.Template(VsphereCatalogue.ImagePath) with { Cloud = "cellar" };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "Templates/debian-99" };

    public LaunchRequest Request(Func<Template, Template> change) => Request(change(GoodTemplate()));

    /// <summary>The machine of an instance, as the simulator has it.</summary>
    public SimulatedVm Of(Instance instance) => Machines.Single(vm => vm.InstanceUuid == instance.Id.Value);

    /// <summary>How often a method was called.</summary>
    public int Count(string method) => Simulator.Calls.Where(call => call.Key.Call == method).Sum(call => call.Value);

    public override Hand? Killing => (instance, _) => SetAsync(instance, "poweredOff");

    public override Hand? Stopping => (instance, _) => SetAsync(instance, "poweredOff");

    public override Hand? Freezing => (instance, _) => SetAsync(instance, "suspended");

    public override Hand? Deleting => (instance, _) =>
    {
        Simulator.Machines.Delete(instance.Id.Value);
        return Task.CompletedTask;
    };

    public override Func<ICloud>? OpenWithWrongCredential => () => Open(("password_file", Write("wrong", "wrong\n")));

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Machines.Where(vm => vm.Extra.GetValueOrDefault("muster.tags") is { } tags
                    && tags.Contains(installation.ToString(), StringComparison.Ordinal))
                .Select(vm => vm.Name),
        ]);

    private Task SetAsync(Instance instance, string power)
    {
        Simulator.Machines.SetPower(instance.Id.Value, power);
        return Task.CompletedTask;
    }
}
