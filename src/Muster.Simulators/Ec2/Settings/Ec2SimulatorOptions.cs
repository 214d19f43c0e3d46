using System.Collections.Concurrent;

using Muster.Simulators.Kit;

namespace Muster.Simulators.Ec2.Settings;

/// <summary>What a simulated EC2 is like; every member may be changed while it runs.</summary>
/// <remarks>
/// Lists lag in all, a new instance included. Limits are the published ones: each action has a bucket of its own, launches and terminations
/// one for instances besides.
/// </remarks>
public sealed class Ec2SimulatorOptions : SimulatorOptions
{
    /// <summary>Zones without room: <c>eu-central-1a</c>.</summary>
    public ConcurrentDictionary<string, bool> FullZones { get; } = new(StringComparer.Ordinal);

    /// <summary>Actions that the credential may not take: <c>RunInstances</c>.</summary>
    public ConcurrentDictionary<string, bool> Denied { get; } = new(StringComparer.Ordinal);

    /// <summary>The target groups of load balancers, by name.</summary>
    public ConcurrentDictionary<string, SimulatedTargetGroup> TargetGroups { get; } = new(StringComparer.Ordinal);

    /// <summary>What a spot instance costs an hour, in dollars: who offers less gets none.</summary>
    public decimal SpotPrice { get; set; } = 0.01m;

    /// <summary>Whether the account is suspended.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>Adds a target group.</summary>
    /// <returns>It.</returns>
    public SimulatedTargetGroup Add(SimulatedTargetGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return TargetGroups[group.Name] = group;
    }
}
