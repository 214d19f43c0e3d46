using System.Collections.Immutable;

using Muster.Core.Metrics;

namespace Muster.Core.Storage;

/// <summary>The part of what Muster remembers that holds kept readings: bounded by their age, no part of an export.</summary>
public interface IReadingStore
{
    /// <summary>
    /// Keeps chunks, each in place of the one of the same group, metric, resolution and beginning, and of the one that ended when its
    /// resolution's time to be kept was over. Done twice, it comes to the same. Many may
    /// be kept in parts, of which a call that failed may have kept some. Chunks of groups that do not live, and those that are older
    /// than what stands in their place, are passed over.
    /// </summary>
    /// <exception cref="InputException">
    /// A chunk may not be kept, since it is not as <see cref="ReadingChunk"/> says; nothing was written.
    /// </exception>
    Task KeepReadingsAsync(ImmutableArray<ReadingChunk> chunks, CancellationToken cancellationToken);

    /// <summary>A group's chunks whose span ends after an instant, by metric, resolution and beginning.</summary>
    /// <param name="group">Whose.</param>
    /// <param name="metric">Of what; null for every metric.</param>
    /// <param name="resolution">How finely.</param>
    /// <param name="since">The instant.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ImmutableArray<ReadingChunk>> FindReadingsAsync(
        GroupId group, string? metric, Resolution resolution, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets the chunks of every group that ended longer ago than their resolution is kept for, and those that are yet to begin, since a
    /// clock was wrong. Those of a group that is archived are forgotten with that.
    /// </summary>
    /// <returns>How many.</returns>
    Task<int> ForgetReadingsAsync(DateTimeOffset now, CancellationToken cancellationToken);
}
