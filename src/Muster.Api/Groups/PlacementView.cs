namespace Muster.Api.Groups;

/// <summary>Where a part of a group lives: what its owner wants, and what is so.</summary>
public sealed record PlacementView
{
    /// <summary>
    /// Unique in the group. <c>earlier@</c> and the name of a cloud: what is left there of earlier placements; nothing is launched there.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What the next launch there is made from; null where nothing is launched.</summary>
    public Guid? TemplateId { get; init; }

    /// <summary>That template's name.</summary>
    public string? TemplateName { get; init; }

    /// <summary>The cloud.</summary>
    public string? Cloud { get; init; }

    /// <summary>The zone; null where it is left to the cloud.</summary>
    public string? Zone { get; init; }

    /// <summary>In which order it is filled, where that was said.</summary>
    public int? Rank { get; init; }

    /// <summary>Its part of the sum of all weights, where that was said.</summary>
    public int? Weight { get; init; }

    /// <summary>No fewer than this while the group's level allows it.</summary>
    public required int Min { get; init; }

    /// <summary>No more than this; null for no bound but the group's.</summary>
    public int? Max { get; init; }

    /// <summary>So many of the group's first instances are here.</summary>
    public required int Base { get; init; }

    /// <summary>Whether its instances are interruptible: the cloud may take them back.</summary>
    public bool Interruptible { get; init; }

    /// <summary>How many the last check wanted here.</summary>
    public required int Wanted { get; init; }

    /// <summary>Instances that are up, as of the last whole look at its cloud.</summary>
    public required int Running { get; init; }

    /// <summary><c>healthy</c>, <c>scaling</c>, <c>degraded</c> or <c>suspended</c>.</summary>
    public required string Condition { get; init; }

    /// <summary>In a sentence: why so many, or what stands in the way.</summary>
    public required string Reason { get; init; }

    /// <summary>Since when a person wants it empty; null when nobody does.</summary>
    public DateTimeOffset? EvacuatedAt { get; init; }

    /// <summary>Whether what is in an evacuated placement counts as dead.</summary>
    public required bool IgnoresDead { get; init; }

    /// <summary>What an instance costs an hour here, in the group's currency; null without a price.</summary>
    public decimal? PricePerHour { get; init; }

    /// <summary>What the placement costs an hour: everything that it holds, as of the last check; null without a price.</summary>
    public decimal? CostPerHour { get; init; }
}
