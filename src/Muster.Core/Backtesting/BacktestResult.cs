using System.Collections.Immutable;

namespace Muster.Core.Backtesting;

/// <summary>What a replay came to.</summary>
public sealed record BacktestResult
{
    /// <summary>Every round, by time.</summary>
    public required ImmutableArray<BacktestStep> Steps { get; init; }

    /// <summary>How long a round stands for.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Hours of instances, from their launch on.</summary>
    public required double InstanceHours { get; init; }

    /// <summary>How long fewer instances were up than the load needed; null where nobody knows what one carries.</summary>
    public required TimeSpan? TooFewFor { get; init; }

    /// <summary>For how long there was nothing to read.</summary>
    public required TimeSpan Unread { get; init; }

    /// <summary>How often the level moved.</summary>
    public required int Changes { get; init; }

    /// <summary>How often it moved the other way than before.</summary>
    public required int Reversals { get; init; }

    /// <summary>Most instances that were up at once.</summary>
    public required int Highest { get; init; }
}
