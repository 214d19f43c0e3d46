namespace Muster.Core.Placements;

/// <summary>Where a part of a group is to live, as a user says it.</summary>
public sealed record PlacementSpec
{
    /// <summary>Largest <see cref="Rank"/>.</summary>
    public const int RankMax = 1000;

    /// <summary>Largest <see cref="Weight"/>.</summary>
    public const int WeightMax = 1000;

    /// <summary>Unique in its group; by the rule of <see cref="EntityName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>What the next launch there is made from; it names the cloud.</summary>
    public required TemplateId Template { get; init; }

    /// <summary>The part of the cloud, in the cloud's own words; null leaves it to the cloud.</summary>
    public string? Zone { get; init; }

    /// <summary>
    /// Where the group is ordered: the lowest is filled first, and those of one rank are filled evenly. 0 to <see cref="RankMax"/>;
    /// null for its place in the list, counted from 0.
    /// </summary>
    public int? Rank { get; init; }

    /// <summary>Where the group is balanced: its part of the sum of all weights, 0 to <see cref="WeightMax"/>. Null for 1.</summary>
    public int? Weight { get; init; }

    /// <summary>No fewer than this while the group's level allows it.</summary>
    public int Min { get; init; }

    /// <summary>No more than this; null for no bound but the group's.</summary>
    public int? Max { get; init; }

    /// <summary>So many of the group's first instances are here, before any share is worked out.</summary>
    public int Base { get; init; }

    /// <summary>
    /// Whether its instances are interruptible: cheaper, and the cloud may take them back at any time. It can where
    /// <see cref="Clouds.CloudTraits.Interruptible"/>.
    /// </summary>
    public bool IsInterruptible { get; init; }
}
