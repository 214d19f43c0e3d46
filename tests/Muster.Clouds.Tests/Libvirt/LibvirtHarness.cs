using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Simulated;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;
using Muster.Simulators.Libvirt;
using Muster.Simulators.Libvirt.Settings;

namespace Muster.Clouds.Tests.Libvirt;

/// <summary>A simulated host, or two, and a libvirt cloud that speaks to it through libvirt's own library.</summary>
internal sealed class LibvirtHarness : SimulatedHarness
{
    private readonly DirectoryInfo _sockets;
    private readonly LibvirtSimulator? _second;

    private LibvirtHarness(LibvirtSimulator simulator, LibvirtSimulator? second, LibvirtSimulatorOptions options, DirectoryInfo sockets)
        : base("libvirt", "rack", simulator, options, TimeProvider.System) =>
        (Simulator, _second, Options, _sockets) = (simulator, second, options, sockets);

    public LibvirtSimulator Simulator { get; }

    /// <summary>The other host, where there are zones.</summary>
    public LibvirtSimulator Second => _second!;

    public LibvirtSimulatorOptions Options { get; }

    /// <summary>Starts it; skips the test where libvirt's library is not there.</summary>
    /// <param name="hasZones">Whether there are two hosts, <c>a</c> and <c>b</c>.</param>
    /// <param name="options">Options of the cloud.</param>
    public static LibvirtHarness Start(bool hasZones = false, params (string Name, string Value)[] options)
    {
        Assert.SkipUnless(
            Tool.Exists("virsh"), "libvirt.so.0 and virsh are not on this machine (apt-get install libvirt0 libvirt-clients)");
        var sockets = Directory.CreateTempSubdirectory("muster-lv-");
        var settings = new LibvirtSimulatorOptions();
        LibvirtSimulator At(string name) =>
            LibvirtSimulator.Start(sockets.CreateSubdirectory(name).FullName, settings, TimeProvider.System);
        var harness = new LibvirtHarness(At("a"), hasZones ? At("b") : null, settings, sockets);
        harness.Begin(options);
        return harness;
    }

    protected override IEnumerable<(string Name, string Value)> CloudOptions =>
        _second is null ? [("uri", Simulator.Uri)] : [("host.a", Simulator.Uri), ("host.b", Second.Uri)];

    public override Hand? Killing => (instance, _) =>
    {
        HostOf(instance).Host.Kill(Guid.Parse(instance.Id.Value));
        return Task.CompletedTask;
    };

    public override Hand? Stopping => (instance, _) => VirshAsync(instance, "shutdown");

    public override Hand? Freezing => (instance, _) => VirshAsync(instance, "suspend");

    public override Hand? Deleting => (instance, _) =>
    {
        HostOf(instance).Host.Remove(Guid.Parse(instance.Id.Value));
        return Task.CompletedTask;
    };

    public override Func<ICloud>? OpenWithWrongCredential => () => _second is null
        ? Open(("uri", Simulator.StrangersUri))
        : Open(("host.a", Simulator.StrangersUri), ("host.b", Second.StrangersUri));

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => (installation, _) =>
        Task.FromResult<ImmutableArray<string>>(
        [
            .. Hosts.SelectMany(host => host.Host.Domains).Where(one => one.Xml.Contains(installation.ToString(), StringComparison.Ordinal))
                .Select(one => one.Name),
            .. Hosts.SelectMany(host => host.Host.Volumes())
                .Where(one => one.Name.Contains(installation.Value.ToString("N"), StringComparison.Ordinal)).Select(one => one.Name),
        ]);

    private IEnumerable<LibvirtSimulator> Hosts => _second is null ? [Simulator] : [Simulator, _second];

    public override Template GoodTemplate() =>
        Local.Requests.Template(Catalogue.Image) with { Cloud = "rack", UserData = "#cloud-config\n" };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "no-such.qcow2" };

    public LaunchRequest Request(Func<Template, Template> change) => Request(change(GoodTemplate()));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_second is not null)
        {
            await _second.DisposeAsync();
        }

        _sockets.Delete(recursive: true);
    }

    private Task<string> VirshAsync(Instance instance, string command) =>
        Tool.RunAsync("virsh", ["--connect", HostOf(instance).Uri, command, instance.Id.Value]);

    private LibvirtSimulator HostOf(Instance instance) => instance.Zone is "b" ? Second : Simulator;
}
