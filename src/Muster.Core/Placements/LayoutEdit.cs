using System.Collections.Immutable;

namespace Muster.Core.Placements;

/// <summary>How somebody wants a group spread; what is null was left out.</summary>
public sealed record LayoutEdit
{
    /// <summary>What <see cref="SpillAfterSeconds"/> and <see cref="ReturnAfterSeconds"/> are for never.</summary>
    public const double Off = 0;

    /// <summary>What <see cref="OnDemandPercentAboveBase"/> is for none.</summary>
    public const int NoPercent = -1;

    /// <summary>Nothing.</summary>
    public static LayoutEdit None { get; } = new();

    /// <summary>All placements, in place of those there are.</summary>
    public ImmutableArray<NewPlacement>? Placements { get; init; }

    /// <summary>The short form of placements that share a template: one in each zone, with the zone's name.</summary>
    public ImmutableArray<string>? Zones { get; init; }

    /// <summary>How the level is shared, as a word; see <see cref="LayoutRules.DistributionWords"/>.</summary>
    public string? Distribution { get; init; }

    /// <summary><see cref="NoPercent"/> for none. See <see cref="Layout.OnDemandPercentAboveBase"/>.</summary>
    public int? OnDemandPercentAboveBase { get; init; }

    /// <summary>Seconds; <see cref="Off"/> for never. See <see cref="Layout.SpillAfter"/>.</summary>
    public double? SpillAfterSeconds { get; init; }

    /// <summary>Seconds; <see cref="Off"/> for never. See <see cref="Layout.ReturnAfter"/>.</summary>
    public double? ReturnAfterSeconds { get; init; }

    /// <summary>As it is written: <c>10%</c> or <c>3</c>. See <see cref="Layout.Surge"/>.</summary>
    public string? Surge { get; init; }

    /// <summary>The zones that a cloud knows, by the cloud's name; null for a cloud that has none.</summary>
    public Func<string, ImmutableArray<string>?> ZonesOf { get; init; } = _ => null;

    /// <summary>Whether a cloud, by its name, has interruptible instances.</summary>
    public Func<string, bool> HasInterruptible { get; init; } = _ => false;

    /// <summary>Whether placements are given, in one of the two forms.</summary>
    public bool HasPlacements => Placements is not null || Zones is not null;
}
