using Muster.Core;

namespace Muster.Health.Keeping;

/// <summary>What is probed of a group on one cloud. Guarded by the keeper's gate.</summary>
internal sealed class KeptPart
{
    /// <summary>When a whole look was last heard of.</summary>
    public TimeSpan SeenAt { get; set; }

    /// <summary>Its instances that run.</summary>
    public Dictionary<InstanceId, KeptInstance> Instances { get; } = [];
}
