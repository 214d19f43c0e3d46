namespace Muster.Cli.Simulating;

/// <summary>What <c>muster dev</c> can pretend.</summary>
internal enum Simulated
{
    /// <summary>A cloud: an Azure Resource Manager.</summary>
    Azure,

    /// <summary>A cloud: a CloudAPI.</summary>
    Triton,

    /// <summary>The pulse: a Nomad with one client, whose tasks are real processes.</summary>
    Nomad,
}
