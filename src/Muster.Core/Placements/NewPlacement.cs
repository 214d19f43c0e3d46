using Muster.Core.Templates;

namespace Muster.Core.Placements;

/// <summary>A placement as somebody asks for it; what is null was left out. The ranges are those of <see cref="PlacementSpec"/>.</summary>
public sealed record NewPlacement
{
    /// <summary>Required.</summary>
    public string? Name { get; init; }

    /// <summary>The living template; null when it could not be found, which is among the errors then.</summary>
    public Template? Template { get; init; }

    /// <inheritdoc cref="PlacementSpec.Zone"/>
    public string? Zone { get; init; }

    /// <inheritdoc cref="PlacementSpec.Rank"/>
    public int? Rank { get; init; }

    /// <inheritdoc cref="PlacementSpec.Weight"/>
    public int? Weight { get; init; }

    /// <inheritdoc cref="PlacementSpec.Min"/>
    public int? Min { get; init; }

    /// <inheritdoc cref="PlacementSpec.Max"/>
    public int? Max { get; init; }

    /// <inheritdoc cref="PlacementSpec.Base"/>
    public int? Base { get; init; }

    /// <inheritdoc cref="PlacementSpec.IsInterruptible"/>
    public bool? IsInterruptible { get; init; }
}
