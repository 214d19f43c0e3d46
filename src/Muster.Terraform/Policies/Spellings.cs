using System.Collections.Immutable;

using Muster.Api.Policies;
using Muster.Core;
using Muster.Core.Schedules;
using Muster.Core.Steering;
using Muster.Terraform.Values;

namespace Muster.Terraform.Policies;

/// <summary>Whether two values of a policy say the same, however they are spelled.</summary>
internal static class Spellings
{
    public static bool Time(Value one, Value other) => Texts(one, other) is var (first, second)
        && DurationText.TryParse(first, out var time) && DurationText.TryParse(second, out var same) && time == same;

    public static bool Mode(Value one, Value other) => Texts(one, other) is var (first, second)
        && PolicyWords.ModeOf(first) is { } mode && mode == PolicyWords.ModeOf(second);

    public static bool Portion(Value one, Value other) => Texts(one, other) is var (first, second)
        && Core.Placements.Portion.TryParse(first, out var portion) && Core.Placements.Portion.TryParse(second, out var same)
        && portion == same;

    public static bool Move(Value one, Value other) => Texts(one, other) is var (first, second)
        && Adjustment.TryParse(first, out var move) && Adjustment.TryParse(second, out var same) && move == same;

    /// <summary>Of what is added, which may be written with its sign.</summary>
    public static bool Addition(Value one, Value other) => Texts(one, other) is var (first, second)
        && first.TrimStart('+') == second.TrimStart('+');

    /// <summary>Of what is taken away, which may be written with its sign.</summary>
    public static bool Removal(Value one, Value other) => Texts(one, other) is var (first, second)
        && first.TrimStart('-') == second.TrimStart('-');

    /// <summary>A number that is no binary fraction comes from Terraform as a text.</summary>
    public static bool Number(Value one, Value other) =>
        Fields.RealOf(one) is { } number && Fields.RealOf(other) is { } same && number.Equals(same);

    /// <summary>Of windows: their order says something to nobody but the reader, and stays as it is written.</summary>
    public static bool Windows(Value one, Value other) =>
        WindowsOf(one) is { } windows && WindowsOf(other) is { } same && windows.SequenceEqual(same, StringComparer.Ordinal);

    public static bool Steps(Value one, Value other) =>
        StepsOf(one) is { } steps && StepsOf(other) is { } same && IsSameAction(steps, same);

    /// <summary>Of what holds in a schedule's windows, or outside: an object that says nothing is none.</summary>
    public static bool Frame(Value one, Value other) => PolicyFields.Frame(one) == PolicyFields.Frame(other);

    /// <summary>
    /// Whether two policies do the same where they speak up: one step without an end is what <c>add</c>, <c>remove</c> and <c>set</c> say,
    /// and the server tells it in their words.
    /// </summary>
    public static bool IsSameAction(PolicyInput one, PolicyInput other) =>
        ActionOf(one) is { } action && ActionOf(other) is { } same
        && (action.Add, action.Remove, action.Set) == (same.Add, same.Remove, same.Set)
        && (action.Steps.IsDefault ? same.Steps.IsDefault : !same.Steps.IsDefault && action.Steps.SequenceEqual(same.Steps));

    private static PolicyInput? StepsOf(Value value) =>
        TextsOf(value) is { } texts ? new PolicyInput { Steps = texts } : null;

    /// <summary>What is done, as the rules write it; null where they refuse it.</summary>
    private static PolicyDraft? ActionOf(PolicyInput input)
    {
        try
        {
            return PolicyDraft.Of(PolicyRules.Make(
                new()
                {
                    Name = "any",
                    Kind = "step",
                    Metric = "any",
                    Above = 0,
                    Add = input.Add,
                    Remove = input.Remove,
                    Set = input.Set,
                    Steps = input.Steps is { } steps ? [.. steps] : default,
                },
                DateTimeOffset.UnixEpoch));
        }
        catch (InputException)
        {
            // Whoever refuses it says so elsewhere: here it is only the same as nothing else.
            return null;
        }
    }

    private static ImmutableArray<string>? WindowsOf(Value value) => TextsOf(value) is { } texts
        ? [.. texts.Select(text => Window.TryParse(text, out var window, out _) ? window.Text : text).Distinct(StringComparer.Ordinal)]
        : null;

    private static ImmutableArray<string>? TextsOf(Value value) =>
        value is Value.Sequence list && list.Items.All(item => item is Value.Text)
            ? [.. list.Items.Cast<Value.Text>().Select(item => item.Content)]
            : null;

    private static (string First, string Second)? Texts(Value one, Value other) =>
        one is Value.Text first && other is Value.Text second ? (first.Content, second.Content) : null;
}
