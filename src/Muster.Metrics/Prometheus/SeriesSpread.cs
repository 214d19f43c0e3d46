using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Metrics;

namespace Muster.Metrics.Prometheus;

/// <summary>Gives each group its series of one answer. Pure.</summary>
/// <param name="options">Which labels say what.</param>
internal sealed class SeriesSpread(PrometheusOptions options)
{
    /// <summary>An answer to a query for all groups: by their label, or the same for each.</summary>
    public ImmutableArray<MetricAnswer> Over(ImmutableArray<MetricScope> groups, ImmutableArray<PrometheusSeries> series)
    {
        if (options.GroupLabel is not { } label)
        {
            return [.. groups.Select(group => Answer(group, series))];
        }

        var byGroup = series.ToLookup(one => one.Labels.GetValueOrDefault(label, ""), StringComparer.Ordinal);
        var names = groups.CountBy(NameIn).ToDictionary();
        return [.. groups.Select(group => Of(group, byGroup, names[NameIn(group)]))];
    }

    /// <summary>An answer to a query for these groups, each by its number.</summary>
    public ImmutableArray<MetricAnswer> OverBatch(ImmutableArray<MetricScope> groups, ImmutableArray<PrometheusSeries> series)
    {
        var byNumber = series.ToLookup(one => one.Labels.GetValueOrDefault(QueryBatch.NumberLabel, ""), StringComparer.Ordinal);
        return [.. groups.Select((group, number) => Answer(group, byNumber[number.ToString(CultureInfo.InvariantCulture)]))];
    }

    private MetricAnswer Of(MetricScope group, ILookup<string, PrometheusSeries> byGroup, int namesakes)
    {
        var byId = byGroup[group.Group.ToString()].Where(one => IsOf(group, one)).ToArray();
        if (byId.Length > 0)
        {
            return Answer(group, byId);
        }

        var byName = byGroup[group.Name].Where(one => IsOf(group, one)).ToArray();
        return byName.Length > 0 && namesakes > 1
            ? new(group.Group, [], $"several accounts have a group {group.Name}: let {options.GroupLabel} be its id, or set account_label")
            : Answer(group, byName);
    }

    private (string Name, string Account) NameIn(MetricScope group) =>
        (group.Name, options.AccountLabel is null ? "" : group.Account.ToString());

    private bool IsOf(MetricScope group, PrometheusSeries series) =>
        options.AccountLabel is not { } label || series.Labels.GetValueOrDefault(label) == group.Account.ToString();

    private MetricAnswer Answer(MetricScope group, IEnumerable<PrometheusSeries> series)
    {
        var samples = series
            .Take(SampleRules.SamplesMax + 1)
            .Select(one => new MetricSample(one.Value, one.Labels.GetValueOrDefault(options.InstanceLabel)))
            .ToImmutableArray();
        return samples.IsEmpty
            ? new(group.Group, [], "the query comes to nothing for this group")
            : samples.Length > 1 && samples.Any(sample => sample.Instance is null)
                ? new MetricAnswer(group.Group, [], string.Create(
                    CultureInfo.InvariantCulture,
                    $"the query comes to {samples.Length} series for this group, some without the label {options.InstanceLabel}: "
                    + $"aggregate them"))
                : new(group.Group, samples);
    }
}
