namespace Muster.Cli.Simulating;

/// <summary>What <c>muster dev</c> can pretend.</summary>
internal enum Simulated
{
    /// <summary>A cloud: DigitalOcean.</summary>
    DigitalOcean,
    /// <summary>A cloud: an Azure Resource Manager.</summary>
    Azure,

    /// <summary>A cloud: a CloudAPI.</summary>
    Triton,

    /// <summary>A cloud: a Hetzner Cloud.</summary>
    Hetzner,
    /// <summary>A cloud: EC2.</summary>
    Ec2,

    /// <summary>The pulse: a Nomad with one client, whose tasks are real processes.</summary>
    Nomad,
}
