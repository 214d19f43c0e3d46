using System.Collections.Immutable;

using Muster.Core.Metrics;

namespace Muster.Metrics.Kit;

/// <summary>Asks for each group by itself, some at once: what fails for one fails for that one alone.</summary>
internal static class PerGroup
{
    /// <summary>Asks.</summary>
    /// <param name="groups">For which.</param>
    /// <param name="inFlightMax">At once.</param>
    /// <param name="readAsync">Reads one group's samples; throws <see cref="MetricException"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MetricException">It failed for every one; the message is the first one's.</exception>
    public static async Task<ImmutableArray<MetricAnswer>> ReadAsync(
        ImmutableArray<MetricScope> groups,
        int inFlightMax,
        Func<MetricScope, CancellationToken, Task<ImmutableArray<MetricSample>>> readAsync,
        CancellationToken cancellationToken)
    {
        var answers = new MetricAnswer[groups.Length];
        MetricException? failure = null;
        await Parallel.ForAsync(
            0,
            groups.Length,
            new ParallelOptions { MaxDegreeOfParallelism = inFlightMax, CancellationToken = cancellationToken },
            async (i, cancellation) =>
            {
                try
                {
                    answers[i] = new(groups[i].Group, await readAsync(groups[i], cancellation));
                }
                catch (MetricException error)
                {
                    answers[i] = new(groups[i].Group, [], error.Message);
                    Interlocked.CompareExchange(ref failure, error, null);
                }
            });
        return failure is not null && Array.TrueForAll(answers, answer => answer.Failure is not null)
            ? throw new MetricException(failure.Message, failure)
            : [.. answers];
    }

    /// <summary>The same samples for every group.</summary>
    public static ImmutableArray<MetricAnswer> Same(ImmutableArray<MetricScope> groups, ImmutableArray<MetricSample> samples) =>
        [.. groups.Select(group => new MetricAnswer(group.Group, samples))];
}
