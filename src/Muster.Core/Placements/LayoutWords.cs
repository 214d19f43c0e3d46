using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Templates;

namespace Muster.Core.Placements;

/// <summary>How a group is spread, and what changes of it, in the words of the audit trail.</summary>
/// <param name="templates">Those that the placements are made from, before and after: they have the names.</param>
internal sealed class LayoutWords(IEnumerable<Template> templates)
{
    // More would be no sentence any more; `group revisions` has them all.
    private const int ShownMax = 8;

    private readonly Dictionary<TemplateId, string> _names = templates
        .DistinctBy(template => template.Id)
        .ToDictionary(template => template.Id, template => template.Name);

    /// <summary><c>in 2 placements, ordered: a (template web, max 4), b (template web, zone z)</c></summary>
    public string Describe(Layout layout) => Text(
        $"in {Count(layout.Placements.Length)}, {LayoutRules.Word(layout.Distribution)}: {Shortened(layout.Placements.Select(Describe))}");

    /// <summary>What changed, each in a few words; nothing for nothing.</summary>
    /// <param name="before">How it was spread; null for a template and no list.</param>
    /// <param name="beforeTemplate">Its template then.</param>
    /// <param name="after">How it is spread.</param>
    /// <param name="afterTemplate">Its template now.</param>
    public IEnumerable<string> Differences(Layout? before, TemplateId beforeTemplate, Layout? after, TemplateId afterTemplate) =>
        (before, after) switch
        {
            (null, null) => beforeTemplate == afterTemplate ? [] : [$"template {Name(beforeTemplate)} → {Name(afterTemplate)}"],
            (null, { } layout) => [$"template {Name(beforeTemplate)} → {Describe(layout)}"],
            ({ } layout, null) => [
                $"placements {Shortened(layout.Placements.Select(placement => placement.Name))} → template {Name(afterTemplate)}"],
            ({ } old, { } layout) => Differences(old, layout),
        };

    private IEnumerable<string> Differences(Layout before, Layout after)
    {
        if (before.Distribution != after.Distribution)
        {
            yield return $"distribution {LayoutRules.Word(before.Distribution)} → {LayoutRules.Word(after.Distribution)}";
        }

        if (before.OnDemandPercentAboveBase != after.OnDemandPercentAboveBase)
        {
            yield return "on_demand_percent_above_base "
                + $"{Number(before.OnDemandPercentAboveBase) ?? "none"} → {Number(after.OnDemandPercentAboveBase) ?? "none"}";
        }

        if (!before.Placements.SequenceEqual(after.Placements))
        {
            yield return Shortened(Differences(before.Placements, after.Placements));
        }

        if (before.SpillAfter != after.SpillAfter)
        {
            yield return $"spill_after {Time(before.SpillAfter)} → {Time(after.SpillAfter)}";
        }

        if (before.ReturnAfter != after.ReturnAfter)
        {
            yield return $"return_after {Time(before.ReturnAfter)} → {Time(after.ReturnAfter)}";
        }

        if (before.Surge != after.Surge)
        {
            yield return $"surge {before.Surge} → {after.Surge}";
        }
    }

    private IEnumerable<string> Differences(ImmutableArray<PlacementSpec> before, ImmutableArray<PlacementSpec> after)
    {
        var old = before.ToDictionary(placement => placement.Name);
        var kept = after.Where(placement => old.ContainsKey(placement.Name)).Select(placement => placement.Name).ToList();
        foreach (var added in after.Where(placement => !old.ContainsKey(placement.Name)))
        {
            yield return $"placement {Describe(added)} added";
        }

        foreach (var removed in before.Where(placement => !kept.Contains(placement.Name)))
        {
            yield return $"placement {removed.Name} removed";
        }

        foreach (var placement in after)
        {
            if (old.TryGetValue(placement.Name, out var earlier) && earlier != placement)
            {
                yield return $"placement {placement.Name} {string.Join(", ", Differences(earlier, placement))}";
            }
        }

        if (!before.Select(placement => placement.Name).Where(kept.Contains).SequenceEqual(kept))
        {
            yield return $"order {Shortened(after.Select(placement => placement.Name))}";
        }
    }

    private IEnumerable<string> Differences(PlacementSpec before, PlacementSpec after) =>
        new (string What, string? Before, string? After)[]
        {
            ("template", Name(before.Template), Name(after.Template)),
            ("zone", before.Zone, after.Zone),
            ("rank", Number(before.Rank), Number(after.Rank)),
            ("weight", Number(before.Weight), Number(after.Weight)),
            ("min", Number(before.Min), Number(after.Min)),
            ("max", Number(before.Max), Number(after.Max)),
            ("base", Number(before.Base), Number(after.Base)),
            ("interruptible", Word(before.IsInterruptible), Word(after.IsInterruptible)),
        }
        .Where(part => part.Before != part.After)
        .Select(part => $"{part.What} {part.Before ?? "none"} → {part.After ?? "none"}");

    private string Describe(PlacementSpec placement) =>
        $"{placement.Name} ({string.Join(", ", Parts(placement).Where(part => part is not null))})";

    private IEnumerable<string?> Parts(PlacementSpec placement)
    {
        yield return $"template {Name(placement.Template)}";
        yield return placement.Zone is null ? null : $"zone {placement.Zone}";
        yield return placement.Rank is null ? null : Text($"rank {placement.Rank}");
        yield return placement.Weight is null ? null : Text($"weight {placement.Weight}");
        yield return placement.Min == 0 ? null : Text($"min {placement.Min}");
        yield return placement.Max is null ? null : Text($"max {placement.Max}");
        yield return placement.Base == 0 ? null : Text($"base {placement.Base}");
        yield return placement.IsInterruptible ? "interruptible" : null;
    }

    private string Name(TemplateId template) => _names.GetValueOrDefault(template) ?? template.ToString();

    private static string Count(int placements) => placements == 1 ? "1 placement" : Text($"{placements} placements");

    private static string Shortened(IEnumerable<string> parts)
    {
        var all = parts.ToList();
        return all.Count <= ShownMax
            ? string.Join(", ", all)
            : Text($"{string.Join(", ", all.Take(ShownMax))} and {all.Count - ShownMax} more");
    }

    private static string Time(TimeSpan? time) => time is { } span ? DurationText.Format(span) : "off";

    private static string Word(bool isSo) => isSo ? "true" : "false";

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
