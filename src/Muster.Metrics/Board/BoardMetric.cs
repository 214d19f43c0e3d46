using Muster.Core.Metrics;

namespace Muster.Metrics.Board;

/// <summary>A metric that is read.</summary>
/// <param name="Name">As policies call it.</param>
/// <param name="Source">Where its readings come from; disposed of with the board.</param>
public sealed record BoardMetric(string Name, IMetricSource Source)
{
    /// <summary>How long a read may take, unless it is said.</summary>
    public static readonly TimeSpan TimeoutDefault = TimeSpan.FromSeconds(10);

    /// <summary>Time between the beginnings of two reads.</summary>
    /// <value>15 s unless set, as often as policies are evaluated.</value>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a read may take.</summary>
    /// <value>10 s unless set.</value>
    public TimeSpan Timeout { get; init; } = TimeoutDefault;

    /// <summary>Whether values below zero are lies, as of a queue's length.</summary>
    public bool IsCount { get; init; }
}
