using System.Collections.Immutable;

using Muster.Core.Metrics;

namespace Muster.Metrics.Sql;

/// <summary>One row of an answer.</summary>
/// <param name="Group">Of which group, by name or id; null where the row does not say.</param>
/// <param name="Sample">The value.</param>
internal readonly record struct SqlRow(string? Group, MetricSample Sample)
{
    /// <summary>Gives each group its rows; rows that name no group are for each.</summary>
    public static ImmutableArray<MetricAnswer> Spread(ImmutableArray<MetricScope> groups, IReadOnlyList<SqlRow> rows)
    {
        if (rows.Count > 0 && rows[0].Group is null)
        {
            ImmutableArray<MetricSample> samples = [.. rows.Take(SampleRules.SamplesMax + 1).Select(row => row.Sample)];
            return [.. groups.Select(group => new MetricAnswer(group.Group, samples))];
        }

        var byGroup = rows.ToLookup(row => row.Group ?? "", row => row.Sample, StringComparer.OrdinalIgnoreCase);
        var names = groups.CountBy(group => group.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. groups.Select(group =>
            {
                ImmutableArray<MetricSample> byId = [.. byGroup[group.Group.ToString()]];
                ImmutableArray<MetricSample> byName = byId.IsEmpty ? [.. byGroup[group.Name]] : [];
                return !byId.IsEmpty ? new MetricAnswer(group.Group, byId)
                    : byName.IsEmpty ? new(group.Group, [], "the query comes to no row for this group")
                    : names[group.Name] > 1 ? new(group.Group, [], $"several accounts have a group {group.Name}: use group_id")
                    : new(group.Group, byName);
            }),
        ];
    }
}
