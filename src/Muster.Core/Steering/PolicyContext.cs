using Muster.Core.Metrics;

namespace Muster.Core.Steering;

/// <summary>What a policy recommends from: the same in a round, in an explanation of an earlier one and in a backtest.</summary>
public sealed record PolicyContext
{
    /// <summary>The instant.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How many there are to be now, launches in flight among them: what is moved by steps is moved from here.</summary>
    public required int Desired { get; init; }

    /// <summary>How many are up, by the last look.</summary>
    public required int Running { get; init; }

    /// <summary>How long the group's instances take from their launch until they are up; null while nobody has measured it.</summary>
    public TimeSpan? BootTime { get; init; }

    /// <summary>What is remembered of the policy.</summary>
    public required PolicyMemory Memory { get; init; }

    /// <summary>What was read.</summary>
    public required IReadings Readings { get; init; }

    /// <summary>What forecasts have learned from the kept hours; null to learn it anew. It speeds up, and changes nothing.</summary>
    public ForecastMemory? Forecasts { get; init; }
}
