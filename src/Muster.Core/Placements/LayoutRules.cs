using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Templates;

namespace Muster.Core.Placements;

/// <summary>What a group's placements must be. Each rule adds what is wrong, all at once, and says what is in force.</summary>
public static class LayoutRules
{
    /// <summary>The distributions as they are written.</summary>
    public const string DistributionWords = "ordered, balanced or cheapest";

    /// <summary>Most that <see cref="Layout.OnDemandPercentAboveBase"/> may be.</summary>
    public const int PercentMax = 100;

    /// <summary>Shortest time for <see cref="Layout.SpillAfter"/> and <see cref="Layout.ReturnAfter"/>.</summary>
    public static readonly TimeSpan AfterMin = TimeSpan.FromSeconds(1);

    /// <summary>Longest time for <see cref="Layout.SpillAfter"/> and <see cref="Layout.ReturnAfter"/>.</summary>
    public static readonly TimeSpan AfterMax = TimeSpan.FromDays(1);

    private const int ZoneLengthMax = 128;

    // More would push the sentence off a screen.
    private const int ZonesShownMax = 12;

    private const string AnotherName = "another name: this one is of the one place of a group with a template alone";

    /// <summary>How a distribution is written.</summary>
    public static string Word(DistributionKind distribution) => distribution switch
    {
        DistributionKind.Ordered => "ordered",
        DistributionKind.Balanced => "balanced",
        DistributionKind.Cheapest => "cheapest",
        _ => throw new ArgumentOutOfRangeException(nameof(distribution), distribution, null),
    };

    /// <summary>How a group is spread after a change.</summary>
    /// <param name="edit">What is asked.</param>
    /// <param name="template">The template that is named beside it; null when none is, or when it could not be found.</param>
    /// <param name="isTemplateGiven">Whether one is named, found or not.</param>
    /// <param name="current">How it is spread now; null for a new group, and for one with a template and no list.</param>
    /// <param name="home">Its template now; null for a new group.</param>
    /// <param name="errors">Gets what is wrong.</param>
    /// <returns>Null for a group with a template and no list.</returns>
    internal static Layout? Resolve(
        LayoutEdit edit,
        Template? template,
        bool isTemplateGiven,
        Layout? current,
        Template? home,
        ImmutableArray<InputError>.Builder errors)
    {
        if (edit is { Placements: not null, Zones: not null })
        {
            errors.Add(new("zones", Listed(edit.Zones.Value), "placements or zones, not both: zones are placements of one template"));
            return current;
        }

        if (edit.Placements is not null && isTemplateGiven)
        {
            errors.Add(new(
                "template", template?.Name ?? "", "a template or placements, not both: each placement names a template of its own"));
        }

        if (edit.Zones is not null && !isTemplateGiven && home is null)
        {
            errors.Add(new("template", null, "the id or name of a template, for instances in these zones"));
        }

        if (!edit.HasPlacements && (isTemplateGiven || current is null))
        {
            RefuseWithoutPlacements(edit, errors);
            return null;
        }

        var before = errors.Count;
        var specs = edit.Placements is { } placements ? FromPlacements(placements, edit, errors)
            : edit.Zones is { } zones ? FromZones(zones, template ?? home, edit, errors)
            : current!.Placements;
        var layout = new Layout
        {
            Distribution = Distribution(
                edit.Distribution, edit.Zones is not null ? DistributionKind.Balanced : current?.Distribution ?? default, errors),
            Placements = specs,
            OnDemandPercentAboveBase = Percent(edit.OnDemandPercentAboveBase, current?.OnDemandPercentAboveBase, errors),
            SpillAfter = After(
                "spill_after_s", edit.SpillAfterSeconds, current is null ? Layout.SpillAfterDefault : current.SpillAfter, errors),
            ReturnAfter = After(
                "return_after_s", edit.ReturnAfterSeconds, current is null ? Layout.ReturnAfterDefault : current.ReturnAfter,
                errors),
            Surge = Surge(edit.Surge, current?.Surge ?? Layout.SurgeDefault, errors),
        };

        // Of a list that is wrong in itself, nothing more can be said with certainty.
        if (errors.Count == before)
        {
            CheckSharing(layout, errors);
        }

        return layout;
    }

    /// <summary>Whether the placements' bounds leave room for the group's.</summary>
    /// <param name="layout">How the group is spread.</param>
    /// <param name="min">The group's lower bound.</param>
    /// <param name="max">The group's upper bound.</param>
    /// <param name="errors">Gets what is wrong, as <c>placements</c>.</param>
    internal static void CheckBounds(Layout layout, int min, int max, ImmutableArray<InputError>.Builder errors)
    {
        if (Least(layout) is var least && least > max)
        {
            errors.Add(new("placements", Text($"min {least} together"), Text($"at most {max} together, the group's max")));
        }

        if (Most(layout) is { } most && most < min)
        {
            errors.Add(new("placements", Text($"max {most} together"), Text($"at least {min} together, the group's min")));
        }
    }

    /// <summary>Whether another capacity leaves room for the placements' bounds.</summary>
    /// <param name="layout">How the group is spread.</param>
    /// <param name="min">The group's new lower bound; null where it stays.</param>
    /// <param name="max">The group's new upper bound; null where it stays.</param>
    /// <param name="errors">Gets what is wrong, as <c>min</c> and <c>max</c>.</param>
    internal static void CheckCapacity(Layout layout, int? min, int? max, bool isAlone, ImmutableArray<InputError>.Builder errors)
    {
        var prefix = isAlone ? "" : "capacity.";
        if (Least(layout) is var least && max < least)
        {
            errors.Add(new($"{prefix}max", Number(max), Text($"at least {least}, the min of its placements together")));
        }

        if (Most(layout) is { } most && min > most)
        {
            errors.Add(new($"{prefix}min", Number(min), Text($"at most {most}, the max of its placements together")));
        }
    }

    private static long Least(Layout layout) => layout.Placements.Sum(placement => (long)placement.Min);

    /// <summary>Null where a placement has no bound of its own; of none at all nothing can be said.</summary>
    private static long? Most(Layout layout) => !layout.Placements.IsEmpty && layout.Placements.All(placement => placement.Max is not null)
        ? layout.Placements.Sum(placement => (long)placement.Max!.Value)
        : null;

    private static void RefuseWithoutPlacements(LayoutEdit edit, ImmutableArray<InputError>.Builder errors)
    {
        foreach (var (field, value) in new (string Field, string? Value)[]
        {
            ("distribution", edit.Distribution), ("on_demand_percent_above_base", Number(edit.OnDemandPercentAboveBase)),
            ("spill_after_s", Number(edit.SpillAfterSeconds)),
            ("return_after_s", Number(edit.ReturnAfterSeconds)), ("surge", edit.Surge),
        })
        {
            if (value is not null)
            {
                errors.Add(new(field, InputError.Shown(value), "only for a group with placements or zones"));
            }
        }
    }

    private static ImmutableArray<PlacementSpec> FromPlacements(
        ImmutableArray<NewPlacement> placements, LayoutEdit edit, ImmutableArray<InputError>.Builder errors)
    {
        CheckCount("placements", placements.Length, errors);
        var specs = new List<PlacementSpec>(placements.Length);
        for (var i = 0; i < placements.Length; i++)
        {
            var (asked, path) = (placements[i], Text($"placements[{i}]"));
            var holder = specs.FindIndex(other => other.Name == asked.Name);
            if (!EntityName.IsValid(asked.Name))
            {
                errors.Add(new($"{path}.name", InputError.Shown(asked.Name), EntityName.RuleFor(asked.Name)));
            }
            else if (asked.Name == Placement.Only)
            {
                errors.Add(new($"{path}.name", asked.Name, AnotherName));
            }
            else if (holder >= 0)
            {
                errors.Add(new($"{path}.name", asked.Name, Text($"a name of its own: placements[{holder}] has this one")));
            }

            if (asked.Template is null && !errors.Any(error => error.Field == $"{path}.template"))
            {
                errors.Add(new($"{path}.template", null, "the id or name of a template"));
            }

            CheckZone($"{path}.zone", asked.Zone, asked.Template, edit, errors);
            if (asked.IsInterruptible is true && asked.Template is { } made && !edit.HasInterruptible(made.Cloud))
            {
                errors.Add(new(
                    $"{path}.interruptible",
                    "true",
                    $"false: cloud {made.Cloud} of template {made.Name} has no interruptible instances"));
            }

            CheckRange($"{path}.rank", asked.Rank, PlacementSpec.RankMax, errors);
            CheckRange($"{path}.weight", asked.Weight, PlacementSpec.WeightMax, errors);
            CheckRange($"{path}.min", asked.Min, int.MaxValue, errors);
            CheckRange($"{path}.max", asked.Max, int.MaxValue, errors);
            CheckRange($"{path}.base", asked.Base, int.MaxValue, errors);
            if (asked.Max is >= 0 and var max)
            {
                if (asked.Min > max)
                {
                    errors.Add(new($"{path}.min", Number(asked.Min), Text($"at most {max}, its max")));
                }

                if (asked.Base > max)
                {
                    errors.Add(new($"{path}.base", Number(asked.Base), Text($"at most {max}, its max")));
                }
            }

            specs.Add(new()
            {
                Name = asked.Name ?? "",
                Template = asked.Template?.Id ?? default,
                Zone = asked.Zone,
                Rank = asked.Rank,
                Weight = asked.Weight,
                Min = asked.Min ?? 0,
                Max = asked.Max,
                Base = asked.Base ?? 0,
                IsInterruptible = asked.IsInterruptible ?? false,
            });
        }

        return [.. specs];
    }

    private static ImmutableArray<PlacementSpec> FromZones(
        ImmutableArray<string> zones, Template? template, LayoutEdit edit, ImmutableArray<InputError>.Builder errors)
    {
        CheckCount("zones", zones.Length, errors);
        var specs = new List<PlacementSpec>(zones.Length);
        for (var i = 0; i < zones.Length; i++)
        {
            var (zone, path) = (zones[i], Text($"zones[{i}]"));
            var before = errors.Count;
            if (specs.FindIndex(other => other.Zone == zone) is >= 0 and var holder)
            {
                errors.Add(new(path, InputError.Shown(zone), Text($"each zone once: zones[{holder}] is the same")));
            }
            else
            {
                CheckZone(path, zone, template, edit, errors);
            }

            if (errors.Count == before && !EntityName.IsValid(zone))
            {
                errors.Add(new(path, InputError.Shown(zone), $"a placement's name, too: {EntityName.RuleFor(zone)}; else use placements"));
            }
            else if (errors.Count == before && zone == Placement.Only)
            {
                errors.Add(new(path, zone, $"a placement's name, too: {AnotherName}; else use placements"));
            }

            specs.Add(new() { Name = zone, Template = template?.Id ?? default, Zone = zone });
        }

        return [.. specs];
    }

    private static void CheckCount(string field, int count, ImmutableArray<InputError>.Builder errors)
    {
        if (count is 0 or > Layout.PlacementsMax)
        {
            errors.Add(new(field, Text($"{count} {field}"), Text($"1 to {Layout.PlacementsMax} {field}")));
        }
    }

    private static void CheckZone(
        string path, string? zone, Template? template, LayoutEdit edit, ImmutableArray<InputError>.Builder errors)
    {
        if (zone is null)
        {
            return;
        }

        if (zone.Length is 0 or > ZoneLengthMax || zone.Any(char.IsControl))
        {
            var shown = zone.Any(char.IsControl) ? null : InputError.Shown(zone) ?? "";
            errors.Add(new(path, shown, Text($"1 to {ZoneLengthMax} visible characters")));
        }
        else if (template is not null)
        {
            if (edit.ZonesOf(template.Cloud) is not { } known)
            {
                errors.Add(new(path, zone, $"no zone: cloud {template.Cloud} of template {template.Name} has no zones"));
            }
            else if (!known.Contains(zone))
            {
                errors.Add(new(path, zone, $"one of the zones of cloud {template.Cloud}: {Listed(known)}"));
            }
        }
    }

    private static void CheckRange(string field, int? asked, int max, ImmutableArray<InputError>.Builder errors)
    {
        if (asked < 0 || asked > max)
        {
            errors.Add(new(field, Number(asked), max == int.MaxValue ? "0 or more" : Text($"0 to {max}")));
        }
    }

    private static void CheckSharing(Layout layout, ImmutableArray<InputError>.Builder errors)
    {
        var (isOrdered, isBalanced, word) = (
            layout.Distribution is DistributionKind.Ordered, layout.Distribution is DistributionKind.Balanced, Word(layout.Distribution));
        foreach (var (placement, index) in layout.Placements.Select((placement, index) => (placement, index)))
        {
            if (!isBalanced && placement.Weight is { } weight)
            {
                errors.Add(new(
                    Text($"placements[{index}].weight"), Number(weight), $"none: weight goes with balanced, and this group is {word}"));
            }

            if (!isOrdered && placement.Rank is { } rank)
            {
                errors.Add(new(
                    Text($"placements[{index}].rank"), Number(rank), $"none: rank goes with ordered, and this group is {word}"));
            }
        }

        if (layout.OnDemandPercentAboveBase is { } percent
            && (layout.Placements.All(placement => placement.IsInterruptible)
                || !layout.Placements.Any(placement => placement.IsInterruptible)))
        {
            errors.Add(new(
                "on_demand_percent_above_base",
                Number(percent),
                "none, or a placement that is interruptible beside one that is not"));
        }

        if (isBalanced && layout.Placements.All(placement => placement.Weight is 0))
        {
            errors.Add(new("placements", "weight 0 everywhere", "at least one placement with a weight of 1 or more"));
        }
    }

    private static DistributionKind Distribution(
        string? word, DistributionKind otherwise, ImmutableArray<InputError>.Builder errors)
    {
        switch (word)
        {
            case null:
                return otherwise;
            case "ordered":
                return DistributionKind.Ordered;
            case "balanced":
                return DistributionKind.Balanced;
            case "cheapest":
                return DistributionKind.Cheapest;
            default:
                errors.Add(new("distribution", InputError.Shown(word) ?? "", DistributionWords));
                return otherwise;
        }
    }

    private static int? Percent(int? asked, int? otherwise, ImmutableArray<InputError>.Builder errors)
    {
        switch (asked)
        {
            case null:
                return otherwise;
            case LayoutEdit.NoPercent:
                return null;
            case >= 0 and <= PercentMax:
                return asked;
            default:
                errors.Add(new(
                    "on_demand_percent_above_base", Number(asked), Text($"0 to {PercentMax}, or {LayoutEdit.NoPercent} for none")));
                return otherwise;
        }
    }

    private static TimeSpan? After(string field, double? seconds, TimeSpan? otherwise, ImmutableArray<InputError>.Builder errors)
    {
        switch (seconds)
        {
            case null:
                return otherwise;
            case LayoutEdit.Off:
                return null;
            case { } asked when asked >= AfterMin.TotalSeconds && asked <= AfterMax.TotalSeconds:
                return TimeSpan.FromSeconds(asked);
            default:
                errors.Add(new(
                    field, Number(seconds), Text($"{AfterMin.TotalSeconds} to {AfterMax.TotalSeconds} seconds, or 0 for never")));
                return otherwise;
        }
    }

    private static Portion Surge(string? text, Portion otherwise, ImmutableArray<InputError>.Builder errors)
    {
        if (text is null)
        {
            return otherwise;
        }

        if (Portion.TryParse(text, out var surge))
        {
            return surge;
        }

        errors.Add(new("surge", InputError.Shown(text) ?? "", Portion.Rule));
        return otherwise;
    }

    private static string Listed(ImmutableArray<string> names) => names.Length <= ZonesShownMax
        ? string.Join(", ", names)
        : Text($"{string.Join(", ", names.Take(ZonesShownMax))} and {names.Length - ZonesShownMax} more");

    private static string? Number(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
