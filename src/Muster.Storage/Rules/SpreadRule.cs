using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Storage.Rules;

/// <summary>
/// What is read of a group that lives, or lived, in several places, beyond what every group has: templates, and where its launches are.
/// </summary>
internal static class SpreadRule
{
    /// <summary>Whether there is more to read at all; of most groups there is not.</summary>
    public static bool IsSpread(GroupRecord record) => record.Group.Layout is not null || HasEarlier(record);

    /// <summary>
    /// Whether earlier revisions may have left something on other clouds: those after the one up to which nothing is left.
    /// </summary>
    public static bool HasEarlier(GroupRecord record) => record.Group.Revision - 1 > record.State.VacatedRevision;

    /// <summary>Whether a revision of the group is one of those.</summary>
    public static bool IsEarlier(GroupRecord record, GroupRevision revision) =>
        revision.Number > record.State.VacatedRevision && revision.Number < record.Group.Revision;

    /// <summary>The group with all that is to be known of its places.</summary>
    /// <param name="record">A group that is spread.</param>
    /// <param name="earlier">Its earlier revisions that count.</param>
    /// <param name="templates">A template of those that are needed; null when there is none.</param>
    /// <exception cref="InvalidDataException">The store lacks a template.</exception>
    public static GroupRecord Complete(
        GroupRecord record, IEnumerable<GroupRevision> earlier, Func<TemplateId, Template?> templates) =>
        Complete(record, PlacedOf(record, templates), earlier, templates);

    private static GroupRecord Complete(
        GroupRecord record, ImmutableArray<Template> placed, IEnumerable<GroupRevision> earlier, Func<TemplateId, Template?> templates)
    {
        return record with
        {
            PlacementTemplates = placed,
            EarlierTemplates = HasEarlier(record) ? EarlierOf() : [],
            OpenLaunches = record.OpenLaunches.IsEmpty
                ? []
                : [.. record.OpenLaunches.Select(launch => launch with { Cloud = Find(record, launch.Template, templates).Cloud })],
        };

        ImmutableArray<Template> EarlierOf()
        {
            var clouds = placed.Add(record.Template).Select(template => template.Cloud).ToHashSet(StringComparer.Ordinal);
            return
            [
                .. earlier.OrderByDescending(revision => revision.Number)
                    .SelectMany(RevisionRule.TemplatesOf)
                    .Select(id => Find(record, id, templates))
                    .Where(template => clouds.Add(template.Cloud)),
            ];
        }
    }

    private static ImmutableArray<Template> PlacedOf(GroupRecord record, Func<TemplateId, Template?> templates) =>
        record.Group.Layout is null ? [] : [.. RevisionRule.TemplatesOf(record.Group).Select(id => Find(record, id, templates))];

    private static Template Find(GroupRecord record, TemplateId id, Func<TemplateId, Template?> templates) =>
        id == record.Template.Id ? record.Template : templates(id)
            ?? throw new InvalidDataException($"the store holds group {record.Group.Id}, and not template {id}, which it refers to");

    /// <summary>The templates that are still to be read.</summary>
    /// <param name="records">The groups.</param>
    /// <param name="earlier">The earlier revisions that count, by group.</param>
    /// <param name="known">Templates that were read already; null for none.</param>
    public static IReadOnlyList<TemplateId> MissingFrom(
        ImmutableArray<GroupRecord> records,
        ILookup<GroupId, GroupRevision> earlier,
        IReadOnlyDictionary<TemplateId, Template>? known)
    {
        var missing = new HashSet<TemplateId>();
        foreach (var record in records.Where(IsSpread))
        {
            foreach (var placement in record.Group.Layout?.Placements ?? [])
            {
                Need(record, placement.Template);
            }

            foreach (var id in earlier[record.Group.Id].SelectMany(RevisionRule.TemplatesOf))
            {
                Need(record, id);
            }

            foreach (var launch in record.OpenLaunches)
            {
                Need(record, launch.Template);
            }
        }

        return [.. missing];

        void Need(GroupRecord record, TemplateId id)
        {
            if (id != record.Template.Id && known?.ContainsKey(id) is not true)
            {
                missing.Add(id);
            }
        }
    }

    /// <summary>The groups, those that are spread with all that is to be known of their places.</summary>
    /// <param name="records">The groups.</param>
    /// <param name="earlier">The earlier revisions that count, by group.</param>
    /// <param name="known">Templates that were read already; null for none.</param>
    /// <param name="read">The others that are needed.</param>
    public static ImmutableArray<GroupRecord> Complete(
        ImmutableArray<GroupRecord> records,
        ILookup<GroupId, GroupRevision> earlier,
        IReadOnlyDictionary<TemplateId, Template>? known,
        ImmutableArray<Template> read)
    {
        var more = read.ToDictionary(template => template.Id);

        var find = (TemplateId id) => more.GetValueOrDefault(id) ?? known?.GetValueOrDefault(id);

        // Groups that share a layout (SharedTexts) share its templates, too: a group's own one is the first of them.
        var placed = new Dictionary<Layout, ImmutableArray<Template>>(ReferenceEqualityComparer.Instance);
        return [.. records.Select(record => IsSpread(record) ? Complete(record, Placed(record), earlier[record.Group.Id], find) : record)];

        ImmutableArray<Template> Placed(GroupRecord record)
        {
            if (record.Group.Layout is not { } layout)
            {
                return [];
            }

            if (!placed.TryGetValue(layout, out var templates))
            {
                placed.Add(layout, templates = PlacedOf(record, find));
            }

            return templates;
        }
    }
}
