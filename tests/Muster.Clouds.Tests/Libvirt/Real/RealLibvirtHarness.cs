using System.Collections.Immutable;

using Muster.Clouds.Conformance;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Libvirt.Real;

/// <summary>A cloud of real hosts; the first of them is the one that breaks.</summary>
/// <param name="hosts">The hosts.</param>
/// <param name="hasZones">Whether it is both, each a zone; else the first alone, over TLS.</param>
internal sealed class RealLibvirtHarness(LibvirtHosts hosts, bool hasZones) : CloudHarness
{
    private static readonly SystemRandomSource Ids = new();

    public override ICloud Cloud { get; } = hasZones
        ? LibvirtHosts.Open(("host.a", hosts.First.Uri), ("host.b", hosts.Second.Uri))
        : LibvirtHosts.Open(("uri", hosts.First.TlsUri(hosts.Certificates)));

    public override IRandomSource Random => Ids;

    /// <summary>A start of an emulated machine takes a second of a processor, and others may want that too.</summary>
    public override TimeSpan Patience => TimeSpan.FromSeconds(120);

    public override int Crowd => 12;

    public override Hand? Killing => (instance, _) =>
    {
        RealProcesses.Signal(HostOf(instance).PidOf(instance.Name), RealProcesses.Kill);
        return Task.CompletedTask;
    };

    public override Hand? Stopping => (instance, _) => HostOf(instance).RunAsync("destroy", instance.Id.Value);

    public override Hand? Freezing => (instance, _) => HostOf(instance).RunAsync("suspend", instance.Id.Value);

    public override Hand? Deleting => async (instance, _) =>
    {
        await HostOf(instance).RunAsync("destroy", instance.Id.Value);
        await HostOf(instance).RunAsync("undefine", instance.Id.Value);
        foreach (var volume in instance.Attributes["volumes"].Split(','))
        {
            await HostOf(instance).RunAsync("vol-delete", volume.Split('/')[1], "--pool", "default");
        }
    };

    public override Func<CancellationToken, Task>? CuttingOff => hasZones ? null : _ => hosts.First.KillAsync();

    public override Func<ICloud>? OpenWithWrongCredential =>
        () => LibvirtHosts.Open(("uri", hosts.First.TlsUri(hosts.StrangeCertificates)));

    public override Func<InstallationId, CancellationToken, Task<ImmutableArray<string>>>? LookingForLeftovers => async (_, _) =>
    [
        .. await hosts.First.DomainsAsync(), .. await hosts.First.VolumesAsync(),
        .. await hosts.Second.DomainsAsync(), .. await hosts.Second.VolumesAsync(),
    ];

    public override Template GoodTemplate() => Requests.Template(LibvirtDaemon.Image) with { Size = "16m", UserData = "#cloud-config\n" };

    public override Template BadImageTemplate() => GoodTemplate() with { Image = "no-such.img" };

    public override Task ComeBackAsync(CancellationToken cancellationToken) => hosts.First.StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        await hosts.First.DeleteAllAsync();
        await hosts.Second.DeleteAllAsync();
    }

    private LibvirtDaemon HostOf(Instance instance) => instance.Zone is "b" ? hosts.Second : hosts.First;
}
