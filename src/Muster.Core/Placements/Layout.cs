using System.Collections.Immutable;

namespace Muster.Core.Placements;

/// <summary>How a group's level is shared among its placements.</summary>
public enum DistributionKind
{
    /// <summary>The first is filled up to its <see cref="PlacementSpec.Max"/>, then the next.</summary>
    Ordered,

    /// <summary>By weight, the largest remainder first: with equal weights never more than one apart.</summary>
    Balanced,

    /// <summary>
    /// The one with the lowest price is filled up to its <see cref="PlacementSpec.Max"/>, then the next; of equal ones the first. One
    /// without a price is the last.
    /// </summary>
    Cheapest,
}

/// <summary>How a group is spread over several placements.</summary>
public sealed record Layout
{
    /// <summary>Most placements of a group.</summary>
    public const int PlacementsMax = 32;

    /// <summary>How long a cloud may be away or refuse its credential before what is missing there is launched elsewhere.</summary>
    public static readonly TimeSpan SpillAfterDefault = TimeSpan.FromMinutes(2);

    /// <summary>How long a placement must have been available again before members move back.</summary>
    public static readonly TimeSpan ReturnAfterDefault = TimeSpan.FromMinutes(10);

    /// <summary>Members that move at once.</summary>
    public static readonly Portion SurgeDefault = new(10, IsPercent: true);

    /// <summary>How the level is shared.</summary>
    public DistributionKind Distribution { get; init; }

    /// <summary>The placements, in the user's order; at least one.</summary>
    public required ImmutableArray<PlacementSpec> Placements { get; init; }

    /// <summary>
    /// Of the instances beyond the placements' bases, so many percent belong on placements that are not interruptible, and the others on
    /// those that are; 0 to 100. Null where the distribution alone says. What finds no room on one kind goes to the other.
    /// </summary>
    public int? OnDemandPercentAboveBase { get; init; }

    /// <summary>
    /// How long a cloud may be away, or refuse its credential, before its placements count as lost; null for ever, so that what cannot be
    /// seen keeps its places.
    /// </summary>
    public TimeSpan? SpillAfter { get; init; } = SpillAfterDefault;

    /// <summary>How long a placement must have been available before members move back there; null when they stay where they are.</summary>
    public TimeSpan? ReturnAfter { get; init; } = ReturnAfterDefault;

    /// <summary>Members that move at once: so many are launched at their new place before as many end at the old.</summary>
    public Portion Surge { get; init; } = SurgeDefault;

    /// <summary>
    /// The cloud where the group lived before it had placements; null where it always had. What was not seen since is there.
    /// </summary>
    public string? From { get; init; }

    /// <summary>By content: record equality would compare the list by reference.</summary>
    public bool Equals(Layout? other) =>
        other is not null && Distribution == other.Distribution && Placements.SequenceEqual(other.Placements)
        && OnDemandPercentAboveBase == other.OnDemandPercentAboveBase
        && SpillAfter == other.SpillAfter && ReturnAfter == other.ReturnAfter && Surge == other.Surge && From == other.From;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Distribution, Placements.Length, SpillAfter, ReturnAfter, Surge);
}
