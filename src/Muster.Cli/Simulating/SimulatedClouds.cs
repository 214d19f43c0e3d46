using System.Collections.Immutable;

namespace Muster.Cli.Simulating;

/// <summary>The clouds that <c>muster dev</c> can pretend. A further one is one line here, and one in <see cref="Simulated"/>.</summary>
internal static class SimulatedClouds
{
    /// <summary>Starts one.</summary>
    /// <param name="data">The data directory; it keeps its files in a directory of its own there.</param>
    /// <param name="behaviour">How it behaves.</param>
    /// <param name="timeProvider">The clock.</param>
    public delegate Task<SimulatedCloud> Start(string data, SimulatedBehaviour behaviour, TimeProvider timeProvider);

    private static readonly ImmutableArray<(Simulated What, string Kind, Start Start)> All =
    [
        (Simulated.Azure, SimulatedAzure.Kind, SimulatedAzure.StartAsync),
        (Simulated.DigitalOcean, SimulatedDigitalOcean.Kind, SimulatedDigitalOcean.StartAsync),
        (Simulated.Ec2, SimulatedEc2.Kind, SimulatedEc2.StartAsync),
        (Simulated.Gce, SimulatedGce.Kind, SimulatedGce.StartAsync),
        (Simulated.Hetzner, SimulatedHetzner.Kind, SimulatedHetzner.StartAsync),
        (Simulated.Libvirt, SimulatedLibvirt.Kind, SimulatedLibvirt.StartAsync),
        (Simulated.OpenStack, SimulatedOpenStack.Kind, SimulatedOpenStack.StartAsync),
        (Simulated.Proxmox, SimulatedProxmox.Kind, SimulatedProxmox.StartAsync),
        (Simulated.Triton, SimulatedTriton.Kind, SimulatedTriton.StartAsync),
        (Simulated.Vsphere, SimulatedVsphere.Kind, SimulatedVsphere.StartAsync),
    ];

    /// <summary>What each is called.</summary>
    public static IEnumerable<(string Word, Simulated What)> Words => All.Select(one => (one.Kind, one.What));

    /// <summary>Starts a cloud and writes its configuration; null where what is simulated is no cloud.</summary>
    public static async Task<SimulatedCloud?> StartAsync(
        Simulated? what, string data, SimulatedBehaviour behaviour, TimeProvider timeProvider)
    {
        if (All.FirstOrDefault(one => one.What == what).Start is not { } start)
        {
            return null;
        }

        var cloud = await start(data, behaviour, timeProvider);
        try
        {
            await cloud.WriteConfigAsync();
            return cloud;
        }
        catch
        {
            await cloud.DisposeAsync();
            throw;
        }
    }
}
