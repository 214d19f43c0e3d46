using System.Diagnostics;

using Muster.Core.Steering;

namespace Muster.Records;

/// <summary>Which kind of <see cref="PolicyRule"/> a policy goes by, as a word.</summary>
public enum PolicyKind
{
    /// <summary><see cref="PolicyRule.Calendar"/>.</summary>
    Schedule,

    /// <summary><see cref="PolicyRule.Step"/>.</summary>
    Step,

    /// <summary><see cref="PolicyRule.Target"/>.</summary>
    Target,

    /// <summary><see cref="PolicyRule.Backlog"/>.</summary>
    Backlog,

    /// <summary><see cref="PolicyRule.Predictive"/>.</summary>
    Predictive,

    /// <summary><see cref="PolicyRule.Receiver"/>.</summary>
    Receiver,
}

/// <summary>The kind of a rule.</summary>
public static class PolicyKinds
{
    /// <summary>The kind of a rule.</summary>
    public static PolicyKind Of(PolicyRule rule) => rule switch
    {
        PolicyRule.Calendar => PolicyKind.Schedule,
        PolicyRule.Step => PolicyKind.Step,
        PolicyRule.Target => PolicyKind.Target,
        PolicyRule.Backlog => PolicyKind.Backlog,
        PolicyRule.Predictive => PolicyKind.Predictive,
        PolicyRule.Receiver => PolicyKind.Receiver,
        _ => throw new UnreachableException($"a rule of kind {rule?.GetType().Name}"),
    };
}
