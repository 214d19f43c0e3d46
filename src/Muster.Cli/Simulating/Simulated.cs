namespace Muster.Cli.Simulating;

/// <summary>What <c>muster dev</c> can pretend.</summary>
internal enum Simulated
{
    /// <summary>A cloud: a CloudAPI.</summary>
    Triton,

    /// <summary>A cloud: a Compute Engine of Google's.</summary>
    Gce,

    /// <summary>The pulse: a Nomad with one client, whose tasks are real processes.</summary>
    Nomad,
}
