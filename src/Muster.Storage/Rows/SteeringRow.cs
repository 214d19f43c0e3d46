using Muster.Core.Steering;

namespace Muster.Storage.Rows;

/// <summary>What the last round concluded for a group, or nothing before the first.</summary>
internal static class SteeringRow
{
    /// <summary>Of a steering_states table called <c>e</c>, which may have no row.</summary>
    public const string Columns = "e.evaluated_at, e.conclusion, e.outcomes";

    public static SteeringState Read(Row row)
    {
        var (evaluatedAt, conclusion, outcomes) = (row.TimeOrNull(), row.TextOrNull(), row.TextOrNull());
        return evaluatedAt is null && conclusion is null && outcomes is null
            ? SteeringState.None
            : new() { EvaluatedAt = evaluatedAt, Conclusion = conclusion, Outcomes = StoreJson.ReadOutcomes(outcomes) };
    }
}
