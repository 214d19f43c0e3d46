using System.Collections.Immutable;

namespace Muster.Core.Traffic;

/// <summary>The sources of traffic that a group uses, in the user's order; compared by content.</summary>
/// <param name="All">Each source once for a purpose.</param>
public sealed record TrafficUses(ImmutableArray<TrafficUse> All)
{
    /// <summary>None, as of most groups.</summary>
    public static TrafficUses None { get; } = new([]);

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => All.IsEmpty;

    /// <inheritdoc/>
    public bool Equals(TrafficUses? other) => other is not null && All.SequenceEqual(other.All);

    /// <inheritdoc/>
    public override int GetHashCode() => All.Length;
}
