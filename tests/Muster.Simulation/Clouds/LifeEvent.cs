using Muster.Core.Instances;

namespace Muster.Simulation.Clouds;

/// <summary>One turn in an instance's life.</summary>
/// <param name="After">Since it was made.</param>
/// <param name="State">What it is from then on; null when it is gone for good.</param>
public readonly record struct LifeEvent(TimeSpan After, InstanceState? State)
{
    /// <summary>What the cloud says that it is, where that is not the truth; null where it is.</summary>
    public InstanceState? Shown { get; init; }

    /// <summary>Whether it is on its way to rest from then on, although it still runs.</summary>
    public bool IsStopping { get; init; }

    /// <summary>Whether its launch was cut short, and only the same launch goes on with it.</summary>
    public bool IsHalfMade { get; init; }

    /// <summary>Whether an order brought it there.</summary>
    public bool IsOrdered { get; init; }
}
