using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Server.Telling;

/// <summary>What is known of a group's instances on one cloud. Guarded by the keeper's gate.</summary>
internal sealed class HookPart
{
    /// <summary>As the last whole look showed them.</summary>
    public ImmutableArray<Instance> Instances { get; set; } = [];

    /// <summary>When that began.</summary>
    public DateTimeOffset LookedAt { get; set; }

    /// <summary>When it was heard of, on the keeper's clock.</summary>
    public TimeSpan HeardAt { get; set; }

    /// <summary>Those that wait, by id.</summary>
    public Dictionary<string, PendingCall> Calls { get; set; } = new(StringComparer.Ordinal);
}
