using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Placements;

namespace Muster.Records;

/// <summary>The form of a <see cref="Layout"/>. A span that is nothing is off: for ever, or never.</summary>
public sealed record LayoutForm(
    DistributionKind Distribution,
    PlacementSpecForm[] Placements,
    long? SpillAfterUs,
    long? ReturnAfterUs,
    string Surge,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? From = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? OnDemandPercentAboveBase = null)
{
    /// <summary>The form; null of no layout.</summary>
    public static LayoutForm? Of(Layout? layout) => layout is null
        ? null
        : new(
            layout.Distribution,
            [.. layout.Placements.Select(PlacementSpecForm.Of)],
            layout.SpillAfter is { } spill ? Microseconds.From(spill) : null,
            layout.ReturnAfter is { } after ? Microseconds.From(after) : null,
            layout.Surge.ToString(),
            layout.From,
            layout.OnDemandPercentAboveBase);

    /// <summary>The layout of a form, or of nothing.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static Layout? ToValue(LayoutForm? form) => form is null
        ? null
        : new Layout
        {
            From = form.From,
            OnDemandPercentAboveBase = form.OnDemandPercentAboveBase,
            Distribution = form.Distribution,
            Placements = [.. Forms.Each(form.Placements).Select(each => each.ToSpec())],
            SpillAfter = form.SpillAfterUs is { } spill ? Microseconds.ToSpan(spill) : null,
            ReturnAfter = form.ReturnAfterUs is { } after ? Microseconds.ToSpan(after) : null,
            Surge = Portion.TryParse(form.Surge, out var surge)
                ? surge
                : throw new JsonException($"a surge is {Portion.Rule}, and not '{form.Surge}'"),
        };
}

/// <summary>The form of a <see cref="PlacementSpec"/>: what a user did not say is left out.</summary>
public sealed record PlacementSpecForm(
    string Name,
    TemplateId TemplateId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Zone = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Rank = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Weight = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Min = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Max = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Base = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsInterruptible = false)
{
    /// <summary>The form.</summary>
    public static PlacementSpecForm Of(PlacementSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new(spec.Name, spec.Template, spec.Zone, spec.Rank, spec.Weight, spec.Min, spec.Max, spec.Base, spec.IsInterruptible);
    }

    /// <summary>The value again.</summary>
    public PlacementSpec ToSpec() => new()
    {
        Name = Name,
        Template = TemplateId,
        Zone = Zone,
        Rank = Rank,
        Weight = Weight,
        Min = Min,
        Max = Max,
        Base = Base,
        IsInterruptible = IsInterruptible,
    };
}

/// <summary>The form of an <see cref="Evacuation"/>.</summary>
public sealed record EvacuationForm(
    string Placement,
    long SinceUs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IgnoresDead = false)
{
    /// <summary>The forms of these evacuations; null of none.</summary>
    public static EvacuationForm[]? Of(Evacuations evacuations)
    {
        ArgumentNullException.ThrowIfNull(evacuations);
        return evacuations.All.IsDefaultOrEmpty
            ? null
            : [.. evacuations.All.Select(one => new EvacuationForm(one.Placement, Microseconds.From(one.Since), one.IgnoresDead))];
    }

    /// <summary>The evacuations of these forms, or of nothing.</summary>
    public static Evacuations ToValue(EvacuationForm[]? forms) => forms is null
        ? Evacuations.None
        : new([.. Forms.Each(forms).Select(form => new Evacuation(form.Placement, form.IgnoresDead, Microseconds.ToTime(form.SinceUs)))]);
}
