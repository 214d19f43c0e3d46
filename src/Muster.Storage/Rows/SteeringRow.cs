using Muster.Core.Steering;
using Muster.Records;
using Muster.Storage.Rules;

namespace Muster.Storage.Rows;

/// <summary>What the last round concluded for a group, or nothing before the first; with what receivers were told since.</summary>
internal static class SteeringRow
{
    /// <summary>Of a steering_states table called <c>e</c>, which may have no row.</summary>
    public const string Columns = "e.evaluated_at, e.conclusion, e.boot_us, e.short_since, e.outcomes, e.words";

    public static SteeringState Read(Row row)
    {
        var (evaluatedAt, conclusion, boot, shortSince) = (row.TimeOrNull(), row.TextOrNull(), row.LongOrNull(), row.TimeOrNull());
        var (outcomes, words) = (row.TextOrNull(), row.TextOrNull());
        var state = evaluatedAt is null && conclusion is null && outcomes is null
            ? SteeringState.None
            : new()
            {
                EvaluatedAt = evaluatedAt,
                Conclusion = conclusion,
                Boots = boot is null && shortSince is null ? BootTimes.Unknown : new(Microseconds.ToSpan(boot), shortSince),
                Outcomes = StoreJson.ReadOutcomes(outcomes),
            };
        return ToldRule.Over(state, StoreJson.ReadOutcomes(words));
    }
}
