using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Members;
using Muster.Terraform.Findings;
using Muster.Terraform.Planning;
using Muster.Terraform.Times;
using Muster.Terraform.Values;

namespace Muster.Terraform.Groups;

/// <summary>How old a group's instances become, as users of Terraform write it: a time, or <see cref="Durations.Off"/>.</summary>
internal static class Lifetimes
{
    public const string Name = "lifetime_max";

    /// <summary>What it may be.</summary>
    public static readonly string Rule =
        $"a time from `{DurationText.Format(Lifetime.Min)}` to `{DurationText.Format(Lifetime.Max)}`, such as `7d`, or `{Durations.Off}`";

    /// <summary>Of a new group; null where it is left to the server, so that one that knows of no lifetime is not asked for one.</summary>
    public static double? Input(Fields planned) => Durations.SecondsOrOff(planned.Text(Name)) is { } seconds and not 0 ? seconds : null;

    /// <summary>Of a changed one; null where nothing is different.</summary>
    public static double? Change(GroupView now, Fields planned) =>
        Durations.SecondsOrOff(planned.Text(Name)) is { } seconds && !IsSame(seconds, now.LifetimeMaxS ?? 0) ? seconds : null;

    /// <summary>As the server says, in the words that were there before where they say the same.</summary>
    public static Value Of(GroupView view, Fields? before)
    {
        var seconds = view.LifetimeMaxS ?? 0;
        return before?.Text(Name) is { } text && Durations.SecondsOrOff(text) is { } spelled && IsSame(spelled, seconds)
            ? Value.Of(text)
            : Value.Of(Durations.WriteOrOff(seconds));
    }

    /// <summary>The same time in other words is no change.</summary>
    public static void Refine(ChangeDraft draft)
    {
        if (draft.Prior?.Text(Name) is { } prior && Durations.IsSameOrOff(prior, new Fields(draft.Planned).Text(Name)))
        {
            draft.Set(Name, Value.Of(prior));
        }
    }

    public static void Check(Fields config, FindingList findings)
    {
        if (config.Text(Name) is { } text && text != Durations.Off
            && !(DurationText.TryParse(text, out var time) && time >= Lifetime.Min && time <= Lifetime.Max))
        {
            findings.Invalid(AttributePath.Of(Name), text, Rule.Replace("`", "\"", StringComparison.Ordinal));
        }
    }

    private static bool IsSame(double one, double other) => Math.Abs(one - other) < 0.0005;
}
