namespace Muster.Core.Groups;

/// <summary>One change of capacity, as a value: people, schedules and policies all come through this door.</summary>
public sealed record CapacityChange
{
    /// <summary>The level to keep; null leaves it.</summary>
    public int? Desired { get; init; }

    /// <summary>The lower bound; null leaves it.</summary>
    public int? Min { get; init; }

    /// <summary>The upper bound; null leaves it.</summary>
    public int? Max { get; init; }

    /// <summary>How long policies and schedules leave it as it is; null or zero gives it back to them.</summary>
    public TimeSpan? HoldFor { get; init; }

    /// <summary>Who, when and why.</summary>
    public required ChangeOrigin Origin { get; init; }
}
