using System.Collections.Immutable;

using Muster.Core.Metrics;

namespace Muster.Core.Backtesting;

/// <summary>What one metric was, to be replayed.</summary>
/// <param name="Metric">Its name, as policies know it.</param>
/// <param name="Readings">
/// Finite, by time. A reading that covers instances is their mean: what is replayed is what all of them had to do, shared by those
/// that the replay has up. Others are replayed as they are.
/// </param>
public sealed record ReplayedLoad(string Metric, ImmutableArray<Reading> Readings)
{
    /// <summary>Most readings: five weeks of one every half a minute.</summary>
    public const int ReadingsMax = 100_000;

    /// <summary>Longest time that is replayed.</summary>
    public static readonly TimeSpan SpanMax = TimeSpan.FromDays(92);

    /// <summary>By content: record equality would compare the readings by reference.</summary>
    public bool Equals(ReplayedLoad? other) => other is not null && Metric == other.Metric && Readings.SequenceEqual(other.Readings);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Metric, Readings.Length);
}
