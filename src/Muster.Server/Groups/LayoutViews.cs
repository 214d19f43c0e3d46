using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Placements;

namespace Muster.Server.Groups;

/// <summary>How groups are spread, as it goes over the wire.</summary>
internal static class LayoutViews
{
    /// <summary>A time of a layout as it is sent and shown: 0 for never; null for a group without one.</summary>
    public static double? Seconds(Layout? layout, Func<Layout, TimeSpan?> time) =>
        layout is null ? null : time(layout)?.TotalSeconds ?? LayoutEdit.Off;

    /// <param name="revision">What a group was to be made of.</param>
    /// <param name="nameOf">A template's name; null where it is not known.</param>
    public static RevisionView View(GroupRevision revision, Func<TemplateId, string?> nameOf) => new()
    {
        Revision = revision.Number,
        CreatedAt = revision.CreatedAt,
        Author = revision.Author,
        TemplateId = revision.Template.Value,
        TemplateName = nameOf(revision.Template),
        Distribution = revision.Layout is { } layout ? LayoutRules.Word(layout.Distribution) : null,
        OnDemandPercentAboveBase = revision.Layout?.OnDemandPercentAboveBase,
        SpillAfterS = Seconds(revision.Layout, one => one.SpillAfter),
        ReturnAfterS = Seconds(revision.Layout, one => one.ReturnAfter),
        Surge = revision.Layout?.Surge.ToString(),
        Placements = revision.Layout is null ? null : [.. revision.Layout.Placements.Select(placement => View(placement, nameOf))],
    };

    private static RevisionPlacementView View(PlacementSpec placement, Func<TemplateId, string?> nameOf) => new()
    {
        Name = placement.Name,
        TemplateId = placement.Template.Value,
        TemplateName = nameOf(placement.Template),
        Zone = placement.Zone,
        Rank = placement.Rank,
        Weight = placement.Weight,
        Min = placement.Min,
        Max = placement.Max,
        Base = placement.Base,
        Interruptible = placement.IsInterruptible,
    };
}
