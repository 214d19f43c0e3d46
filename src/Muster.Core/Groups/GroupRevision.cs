using Muster.Core.Placements;

namespace Muster.Core.Groups;

/// <summary>What a group was to be made of from one change to the next. Kept for ever as it is.</summary>
/// <param name="Group">Whose.</param>
/// <param name="Number">Counts from 1; <see cref="Groups.Group.Revision"/>.</param>
/// <param name="Template">The template; of a group with placements, the first one's.</param>
/// <param name="Layout">The placements; null for a group with a template and no list.</param>
/// <param name="CreatedAt">Since when it was wanted.</param>
/// <param name="Author">Who wanted it; null where that was before revisions were kept.</param>
public sealed record GroupRevision(
    GroupId Group, int Number, TemplateId Template, Layout? Layout, DateTimeOffset CreatedAt, string? Author)
{
    /// <summary>Whether a group of this revision says the same: then they are made of the same.</summary>
    public bool IsOf(Group group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return group.Id == Group && group.Revision == Number && group.Template == Template && group.Layout == Layout;
    }
}
