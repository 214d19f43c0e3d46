namespace Muster.Core.Metrics;

/// <summary>A group's kept readings, as policies see them.</summary>
public interface IReadings
{
    /// <summary>The readings of the last hour as they came, by time; empty of a metric that was not read.</summary>
    ReadOnlySpan<Reading> Recent(string metric);

    /// <summary>The highest reading of each whole hour of the last five weeks, by time; empty of a metric that was not read.</summary>
    ReadOnlySpan<Reading> Hours(string metric);

    /// <summary>Why the last attempt to read a metric gave nothing, in a sentence; null where it gave something, or nobody knows.</summary>
    string? TroubleOf(string metric) => null;
}
