using System.Collections.Immutable;

namespace Muster.Core.Metrics;

/// <summary>Where the readings of one metric come from. Configured by the operator; policies know only its name.</summary>
/// <remarks>
/// May be called from many threads. Throws <see cref="MetricException"/> where nothing could be read for anybody, and
/// <see cref="OperationCanceledException"/> when told to stop. Knows neither policies nor levels.
/// </remarks>
public interface IMetricSource : IAsyncDisposable
{
    /// <summary>Reads the metric for some groups, in as few calls as it can.</summary>
    /// <param name="groups">For which; each once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>An answer for each group, in any order; a group without one is as if it said that there is nothing.</returns>
    Task<ImmutableArray<MetricAnswer>> ReadAsync(ImmutableArray<MetricScope> groups, CancellationToken cancellationToken);
}

/// <summary>Which group a metric is read for.</summary>
/// <param name="Group">Its id.</param>
/// <param name="Account">Whose.</param>
/// <param name="Name">What people call it.</param>
public sealed record MetricScope(GroupId Group, AccountId Account, string Name)
{
    /// <summary>The clouds on which it may have instances, by name.</summary>
    public ImmutableArray<string> Clouds { get; init; } = [];
}

/// <summary>What a source answered for one group.</summary>
/// <param name="Group">Which.</param>
/// <param name="Samples">The values; a single one without an instance, or one for each instance.</param>
/// <param name="Failure">Why there are none, in a sentence for the group's operator; null where there are.</param>
public sealed record MetricAnswer(GroupId Group, ImmutableArray<MetricSample> Samples, string? Failure = null);

/// <summary>One value as a source told it; it may be anything, also no number.</summary>
/// <param name="Value">The value.</param>
/// <param name="Instance">
/// What the source calls the instance, its id, name or address with or without a port; null for one value for the whole group.
/// </param>
/// <param name="At">When it was so, if the source says; null for now.</param>
public readonly record struct MetricSample(double Value, string? Instance = null, DateTimeOffset? At = null);
