using Muster.Simulators.Kit;

namespace Muster.Simulators.Libvirt.Settings;

/// <summary>What a simulated host is like; every member may be changed while it runs.</summary>
/// <remarks>
/// libvirt has no limits of calls, and its lists do not lag: of the common options it has latency, how long a domain takes to start, the
/// share that does not, the most domains, no room, and faults.
/// </remarks>
public sealed class LibvirtSimulatorOptions : SimulatorOptions
{
    /// <summary>The version that it says it is, as <c>major * 1,000,000 + minor * 1,000 + release</c>.</summary>
    public long Version { get; set; } = 9_000_000;

    /// <summary>Whether it says that it has KVM.</summary>
    public bool HasKvm { get; set; } = true;
}
