using System.Security.Cryptography.X509Certificates;

using Muster.Clouds.Proxmox.Marks;

namespace Muster.Clouds.Proxmox;

/// <summary>How a connection to a cluster is set up. <c>ProxmoxDescription</c> has what holds unless set.</summary>
internal sealed record ProxmoxOptions
{
    /// <summary>What templates call the cloud, for messages.</summary>
    public required string Cloud { get; init; }

    /// <summary>The API of one node, its path included. HTTPS, or HTTP on this machine only.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>What every call proves itself with.</summary>
    public required ProxmoxToken Token { get; init; }

    /// <summary>The authorities that are believed; null for the system's.</summary>
    public required X509Certificate2Collection? Authorities { get; init; }

    /// <summary>SHA-256 of the one certificate that is believed, 64 hexadecimal digits; null where authorities say.</summary>
    public required string? Fingerprint { get; init; }

    /// <summary>The ids that are Muster's own.</summary>
    public required VmidRange Vmids { get; init; }

    /// <summary>Clones of one template or onto one storage at the same moment.</summary>
    public required int ClonesMax { get; init; }

    /// <summary>How long a call may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long a launch may take, its clone included.</summary>
    public required TimeSpan LaunchTimeout { get; init; }
}
