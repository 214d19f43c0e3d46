using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Placements;

namespace Muster.Storage.Rules;

/// <summary>Which revisions of a group are kept.</summary>
internal static class RevisionRule
{
    /// <summary>What is kept with a new group.</summary>
    public static GroupRevision Of(Group added, Activity activity) =>
        new(added.Id, added.Revision, added.Template, added.Layout, added.UpdatedAt, activity.Author);

    /// <summary>
    /// What is kept with a changed group: nothing while its revision stays; else the new one, and the one before in case it is not kept
    /// yet, as of a group that a server from before revisions has added to a store that several versions share.
    /// </summary>
    /// <param name="current">The group as it is kept.</param>
    /// <param name="changed">As the user wants it.</param>
    /// <param name="activity">Says who.</param>
    public static IReadOnlyList<GroupRevision> Of(Group current, Group changed, Activity activity) => changed.Revision == current.Revision
        ? []
        : [new(current.Id, current.Revision, current.Template, current.Layout, StartOf(current), Author: null), Of(changed, activity)];

    private static DateTimeOffset StartOf(Group group) => group.Revision == 1 ? group.CreatedAt : group.UpdatedAt;

    /// <summary>Refuses what no caller may ask for.</summary>
    /// <exception cref="ArgumentException">
    /// The group is made of something else than before without being the next revision: what the one before left behind would be found no
    /// more. Or its template is not its first placement's. A bug in the caller.
    /// </exception>
    public static void Ensure(Group? current, Group changed)
    {
        if (changed.Layout is { } layout && (layout.Placements.IsDefaultOrEmpty || layout.Placements[0].Template != changed.Template))
        {
            throw new ArgumentException($"the template of group {changed.Id} is not its first placement's", nameof(changed));
        }

        if (changed.Revision < 1 || (current is not null && changed.Revision - current.Revision is not (0 or 1)))
        {
            throw new ArgumentException(
                $"group {changed.Id} goes from revision {current?.Revision} to {changed.Revision}", nameof(changed));
        }

        if (current is not null && changed.Revision == current.Revision
            && (changed.Template != current.Template || changed.Layout != current.Layout))
        {
            throw new ArgumentException(
                $"group {changed.Id} is made of something else than before and is revision {changed.Revision} still", nameof(changed));
        }
    }

    /// <summary>Every template of a group, each once: its own, and those of its placements.</summary>
    public static IEnumerable<TemplateId> TemplatesOf(Group group) => TemplatesOf(group.Template, group.Layout);

    /// <summary>Every template of a revision, each once.</summary>
    public static IEnumerable<TemplateId> TemplatesOf(GroupRevision revision) => TemplatesOf(revision.Template, revision.Layout);

    private static IEnumerable<TemplateId> TemplatesOf(TemplateId template, Layout? layout) => layout is null
        ? [template]
        : layout.Placements.Select(placement => placement.Template).Prepend(template).Distinct();
}
