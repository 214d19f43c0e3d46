namespace Muster.Core.Steering;

/// <summary>What one policy brings to the meeting.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Mode">How far it is followed.</param>
/// <param name="Recommendation">What it says.</param>
public readonly record struct Voice(string Policy, PolicyMode Mode, Recommendation Recommendation)
{
    /// <summary>The voice of a policy. A forecast only ever grows, whatever its mode.</summary>
    public static Voice Of(Policy policy, Recommendation recommendation)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var mode = policy is { Mode: PolicyMode.On, Rule: PolicyRule.Predictive } ? PolicyMode.GrowOnly : policy.Mode;
        return new(policy.Name, mode, recommendation);
    }

    /// <summary>Whether what it says may move the group.</summary>
    public bool IsFollowed => Mode is PolicyMode.On or PolicyMode.GrowOnly;

    /// <summary>How many it wants; null where it is not followed, or asks for nothing.</summary>
    internal int? Wants => IsFollowed && Recommendation is Recommendation.Wants(var count) ? count : null;

    /// <summary>Whether it keeps the group from shrinking since it does not know how things are.</summary>
    internal bool IsBlind => IsFollowed && Recommendation is Recommendation.Blind;
}
