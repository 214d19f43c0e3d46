using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Proxmox.Settings;

/// <summary>What a simulated cluster of Proxmox VE is like; every member may be changed while it runs.</summary>
/// <remarks>
/// Where a machine is, its tags and its lock show at once. <see cref="SimulatorOptions.Lag"/> is how long its status and its name stay as
/// its node told them last. <see cref="SimulatorOptions.Provisioning"/> is how long a clone takes. Proxmox has no limit of calls.
/// </remarks>
public sealed class ProxmoxSimulatorOptions : SimulatorOptions
{
    /// <summary>What it proves itself with over TLS; null for plain HTTP.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The nodes that do not answer.</summary>
    public ImmutableHashSet<string> OfflineNodes { get; set; } = [];

    /// <summary>Whether the others have forgotten by now what an offline node told last, which takes them five minutes.</summary>
    public bool HasForgottenOffline { get; set; }

    /// <summary>Clones that one storage takes at once; those beyond time out on its lock.</summary>
    public int ClonesMax { get; set; } = 4;

    /// <summary>How long a start takes.</summary>
    public Delay Starting { get; set; } = new(TimeSpan.Zero);

    /// <summary>
    /// Looks at every request's parameters, by call (<c>POST /nodes/{node}/qemu/{vmid}/clone</c>) and name, those of its path included:
    /// tells what is wrong with each. Beside what the simulator itself knows.
    /// </summary>
    public Func<string, IReadOnlyDictionary<string, string>, IReadOnlyDictionary<string, string>>? Judge { get; set; }
}
