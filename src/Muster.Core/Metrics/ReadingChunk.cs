using System.Collections.Immutable;

namespace Muster.Core.Metrics;

/// <summary>How finely readings are kept.</summary>
public enum Resolution
{
    /// <summary>As they came; for an hour.</summary>
    Raw,

    /// <summary>The highest of each minute; for a day.</summary>
    Minute,

    /// <summary>The highest of each hour; for five weeks.</summary>
    Hour,
}

/// <summary>Readings of one metric of one group that follow each other, as a store keeps them: one row.</summary>
/// <param name="Group">Whose.</param>
/// <param name="Metric">Of what.</param>
/// <param name="Resolution">How finely.</param>
/// <param name="StartsAt">Where its span begins: a whole multiple of the span since 1970.</param>
/// <param name="Readings">By time.</param>
public sealed record ReadingChunk(
    GroupId Group, string Metric, Resolution Resolution, DateTimeOffset StartsAt, ImmutableArray<Reading> Readings)
{
    /// <summary>Most readings of a chunk: seven a second in the shortest span. Who has more keeps the highest of each second.</summary>
    public const int ReadingsMax = 4096;

    /// <summary>Longest name of a metric, in characters.</summary>
    public const int MetricMax = 200;

    /// <summary>How much time a chunk spans: few rows for each metric, and few readings in a row that is written again.</summary>
    public static TimeSpan SpanOf(Resolution resolution) => resolution switch
    {
        Resolution.Raw => TimeSpan.FromMinutes(10),
        Resolution.Minute => TimeSpan.FromHours(4),
        _ => TimeSpan.FromDays(7),
    };

    /// <summary>How long readings are kept.</summary>
    public static TimeSpan KeptFor(Resolution resolution) => resolution switch
    {
        Resolution.Raw => TimeSpan.FromHours(1),
        Resolution.Minute => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(35),
    };

    /// <summary>
    /// How many chunks of a metric are kept: those that are not older than they are kept for, and the one that grows. Each has a place, in
    /// which it follows the one that has just become too old; so no metric ever has more.
    /// </summary>
    public static int PlacesOf(Resolution resolution) => (int)(KeptFor(resolution) / SpanOf(resolution)) + 1;

    /// <summary>In which of these places it is.</summary>
    public int Place => (int)(((StartsAt.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / SpanOf(Resolution).Ticks) % PlacesOf(Resolution));

    /// <summary>When its span ends.</summary>
    public DateTimeOffset EndsAt => StartsAt + SpanOf(Resolution);

    /// <summary>By content: record equality would compare the readings by reference.</summary>
    public bool Equals(ReadingChunk? other) =>
        other is not null && Group == other.Group && Metric == other.Metric && Resolution == other.Resolution
        && StartsAt == other.StartsAt && Readings.SequenceEqual(other.Readings);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Group, Metric, Resolution, StartsAt, Readings.Length);

    /// <summary>Where the span begins in which an instant is.</summary>
    public static DateTimeOffset StartOf(Resolution resolution, DateTimeOffset at)
    {
        var span = SpanOf(resolution).Ticks;
        var since = at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return new(at.UtcTicks - (((since % span) + span) % span), TimeSpan.Zero);
    }
}
