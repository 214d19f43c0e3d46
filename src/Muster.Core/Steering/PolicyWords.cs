using System.Diagnostics;

namespace Muster.Core.Steering;

/// <summary>How kinds and modes of policies are written.</summary>
public static class PolicyWords
{
    /// <summary>The kinds.</summary>
    public const string Kinds = "schedule, step, target, backlog, predictive or receiver";

    /// <summary>The modes.</summary>
    public const string Modes = "on, grow-only, recommend or off";

    /// <summary>The word of a rule's kind.</summary>
    public static string Kind(PolicyRule rule) => rule switch
    {
        PolicyRule.Calendar => "schedule",
        PolicyRule.Step => "step",
        PolicyRule.Target => "target",
        PolicyRule.Backlog => "backlog",
        PolicyRule.Predictive => "predictive",
        PolicyRule.Receiver => "receiver",
        _ => throw new UnreachableException($"a rule {rule}"),
    };

    /// <summary>The word of a mode.</summary>
    public static string Mode(PolicyMode mode) => mode switch
    {
        PolicyMode.On => "on",
        PolicyMode.GrowOnly => "grow-only",
        PolicyMode.Recommend => "recommend",
        PolicyMode.Off => "off",
        _ => throw new UnreachableException($"a mode {mode}"),
    };

    /// <summary>The mode of a word, also with a line instead of a dash; null where it is none.</summary>
    public static PolicyMode? ModeOf(string word) => word switch
    {
        "on" => PolicyMode.On,
        "grow-only" or "grow_only" => PolicyMode.GrowOnly,
        "recommend" => PolicyMode.Recommend,
        "off" => PolicyMode.Off,
        _ => null,
    };
}
