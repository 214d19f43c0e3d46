using System.Collections.Immutable;

using Muster.Core.Claims;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Records;

namespace Muster.Storage.Rules;

/// <summary>What a steering round concluded, as every store keeps it.</summary>
internal static class SteeringRule
{
    /// <summary>The records as they are kept: to the microsecond, reasons cut, without what no store can keep.</summary>
    /// <exception cref="ArgumentException">One speaks for another source or group, or a group has two.</exception>
    /// <exception cref="Core.InputException">A claim may not be kept.</exception>
    public static ImmutableArray<SteeringRecord> AsKept(ImmutableArray<SteeringRecord> records)
    {
        SteeringRecord.EnsureOfSteering(records);
        return [.. records.Select(record => record with
        {
            State = AsKept(record.State),
            Claim = AsKept(record.Claim),
            Basis = record.Basis is { } basis ? new(Microseconds.Kept(basis.EvaluatedAt)) : null,
        })];
    }

    /// <summary>Whether another round has concluded something since this one read the group.</summary>
    /// <param name="record">As it is kept.</param>
    /// <param name="standing">When what is there was concluded; null for nothing.</param>
    public static bool IsOvertaken(SteeringRecord record, DateTimeOffset? standing) =>
        record.Basis is { } basis && basis.EvaluatedAt != standing;

    /// <summary>What is wrong with a state as it is kept, in words; nothing when all is well.</summary>
    public static IEnumerable<string> Judge(ImmutableArray<PolicyOutcome> outcomes) => outcomes
        .CountBy(outcome => outcome.Policy)
        .Where(each => each.Value > 1)
        .Select(each => $"has two outcomes of the policy '{KeptText.Cut(each.Key, SteeringState.ReasonMax)}'");

    private static SteeringState AsKept(SteeringState state) => new()
    {
        EvaluatedAt = Microseconds.Kept(state.EvaluatedAt),
        Boots = state.Boots == BootTimes.Unknown
            ? BootTimes.Unknown
            : new(Microseconds.ToSpan(Microseconds.From(state.Boots.Typical)), Microseconds.Kept(state.Boots.ShortSince)),
        Conclusion = state.Conclusion is { } conclusion ? Kept(conclusion) : null,
        Outcomes = state.Outcomes.IsDefault ? [] : [.. state.Outcomes.Select(AsKept)],
    };

    private static PolicyOutcome AsKept(PolicyOutcome outcome) => OutcomeForm.Of(new PolicyOutcome(
        outcome.Policy,
        outcome.Recommendation is { } recommendation ? recommendation with { Reason = Kept(recommendation.Reason) } : null,
        outcome.Memory.Word is { } word
            ? outcome.Memory with { Word = word with { Reason = Kept(word.Reason) } }
            : outcome.Memory)).ToValue();

    // Reasons are the round's own words, and long ones must not keep ten thousand other groups from being steered.
    private static Claim? AsKept(Claim? claim)
    {
        if (claim is null)
        {
            return null;
        }

        var kept = claim with { Reason = Kept(claim.Reason) };
        ClaimRule.Ensure(kept);
        return kept;
    }

    private static string Kept(string text) => KeptText.Cut(text, SteeringState.ReasonMax);
}
