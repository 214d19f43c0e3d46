namespace Muster.Cli.Simulating;

/// <summary>What <c>muster dev</c> can pretend.</summary>
internal enum Simulated
{
    /// <summary>A cloud: Azure.</summary>
    Azure,

    /// <summary>A cloud: DigitalOcean.</summary>
    DigitalOcean,

    /// <summary>A cloud: EC2.</summary>
    Ec2,

    /// <summary>A cloud: Google Compute Engine.</summary>
    Gce,

    /// <summary>A cloud: Hetzner Cloud.</summary>
    Hetzner,

    /// <summary>A cloud: a host with libvirt.</summary>
    Libvirt,

    /// <summary>A cloud: OpenStack.</summary>
    OpenStack,

    /// <summary>A cloud: Proxmox VE.</summary>
    Proxmox,

    /// <summary>A cloud: a CloudAPI.</summary>
    Triton,

    /// <summary>A cloud: a vCenter.</summary>
    Vsphere,

    /// <summary>The pulse: a Nomad with one client, whose tasks are real processes.</summary>
    Nomad,
}
