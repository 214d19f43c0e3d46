using System.Security.Cryptography.X509Certificates;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>How a vsphere cloud is set up.</summary>
internal sealed record VsphereCloudOptions
{
    /// <summary>What templates call it.</summary>
    public required string Cloud { get; init; }

    /// <summary>vCenter's SDK: <c>https://vcenter.example.com/sdk</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>Who logs in.</summary>
    public required string User { get; init; }

    /// <summary>With what.</summary>
    public required VspherePassword Password { get; init; }

    /// <summary>Authorities to believe in place of the system's; null for those.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The hash of the one certificate to believe, SHA-1 or SHA-256; empty to go by authorities.</summary>
    public ReadOnlyMemory<byte> Thumbprint { get; init; }

    /// <summary>The data centre's inventory path.</summary>
    public required string Datacenter { get; init; }

    /// <summary>The installation's folder, below the data centre's folder of virtual machines.</summary>
    public required string Folder { get; init; }

    /// <summary>How long a call may take.</summary>
    public required TimeSpan Timeout { get; init; }
}
