using Muster.Core.Launches;
using Muster.Core.Reconciling;

namespace Muster.Core.Placements;

/// <summary>What is so with one placement of a group: brakes and back-off, which one place's trouble must not carry to another.</summary>
public sealed record PlacementState
{
    /// <summary>Which placement, by name.</summary>
    public string Name { get; init; } = Placement.Only;

    /// <summary>Places filled when last all was well: while replacing is suspended, dead instances leave these empty.</summary>
    public int EstablishedLevel { get; init; }

    /// <summary>Stops launching after failures in a row.</summary>
    public LaunchBreaker Breaker { get; init; } = LaunchBreaker.Closed;

    /// <summary>The mass-failure brake: true while dead instances are replaced in batches.</summary>
    public bool MassFailure { get; init; }

    /// <summary>
    /// Failed attempts to look or to act, in a row; the exponent of the back-off. What is about one instance does not count here.
    /// </summary>
    public int FailuresInRow { get; init; }
}
