using System.Collections.Immutable;

namespace Muster.Core.Steering;

/// <summary>What the last round concluded for a group, kept so that every server can show it and no crash forgets it.</summary>
public sealed record SteeringState
{
    /// <summary>Longest reason that is kept, in characters: a sentence or two, read with its group at every round.</summary>
    public const int ReasonMax = 1000;

    /// <summary>Before the first round.</summary>
    public static readonly SteeringState None = new();

    /// <summary>What each policy came to, in the order of the policies.</summary>
    public ImmutableArray<PolicyOutcome> Outcomes { get; init; } = [];

    /// <summary>When the last round was.</summary>
    public DateTimeOffset? EvaluatedAt { get; init; }

    /// <summary>What the policies together came to, in a sentence; null before the first round.</summary>
    public string? Conclusion { get; init; }

    /// <summary>How long the group's instances take to come up, as the rounds have seen it.</summary>
    public BootTimes Boots { get; init; } = BootTimes.Unknown;

    /// <summary>The outcome of a policy; null where there is none yet.</summary>
    public PolicyOutcome? Of(string policy) => Outcomes.FirstOrDefault(outcome => outcome.Policy == policy);

    /// <summary>Whether each policy asks for the same as there, whatever it read.</summary>
    public bool SaysSameAs(SteeringState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Outcomes.Length == other.Outcomes.Length && Outcomes.Zip(other.Outcomes).All(pair => IsSame(pair.First, pair.Second));
    }

    private static bool IsSame(PolicyOutcome one, PolicyOutcome other) =>
        one.Policy == other.Policy
        && one.Memory == other.Memory
        && one.Recommendation?.GetType() == other.Recommendation?.GetType()
        && (one.Recommendation as Recommendation.Wants)?.Count == (other.Recommendation as Recommendation.Wants)?.Count;

    /// <summary>By content: record equality would compare the outcomes by reference.</summary>
    public bool Equals(SteeringState? other) =>
        other is not null && EvaluatedAt == other.EvaluatedAt && Conclusion == other.Conclusion && Boots == other.Boots
            && Outcomes.SequenceEqual(other.Outcomes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(EvaluatedAt, Outcomes.Length);
}

/// <summary>What one policy came to.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Recommendation">What it said; null before its first round.</param>
/// <param name="Memory">What is remembered of it.</param>
public sealed record PolicyOutcome(string Policy, Recommendation? Recommendation, PolicyMemory Memory);
