using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Storage.Rules;

/// <summary>Whether what a user does to a group may be kept.</summary>
internal static class GroupRule
{
    /// <summary>Judges a new group.</summary>
    /// <param name="group">As the user wants it.</param>
    /// <param name="isAccountKnown">Whether its account exists.</param>
    /// <param name="templates">The template of an id, living or not; null when there is none.</param>
    /// <param name="isNameTaken">Whether a living group of the account has its name.</param>
    /// <returns>Its template.</returns>
    /// <exception cref="StoreException">It may not.</exception>
    public static Template Add(Group group, bool isAccountKnown, Func<TemplateId, Template?> templates, bool isNameTaken)
    {
        if (!isAccountKnown)
        {
            throw Refusal.NotFound("account", group.Account);
        }

        foreach (var id in RevisionRule.TemplatesOf(group))
        {
            TemplateRule.EnsureLiving(templates(id), id, group.Account);
        }

        RevisionRule.Ensure(current: null, group);
        return isNameTaken ? throw Refusal.Taken("group", group.Name) : templates(group.Template)!;
    }

    /// <summary>Judges a changed group against the one that is kept.</summary>
    /// <param name="current">The one that is kept; null when there is none.</param>
    /// <param name="changed">As the user wants it.</param>
    /// <returns>The one that is kept, which is living and of the version before.</returns>
    /// <exception cref="StoreException">There is none such, or somebody was quicker.</exception>
    public static Group EnsureCurrent(Group? current, Group changed)
    {
        if (current is not { ArchivedAt: null } || current.Account != changed.Account)
        {
            throw Refusal.NotFound("living group", changed.Id);
        }

        return current.Version == changed.Version - 1
            ? current
            : throw Refusal.Stale(current.Name, current.Version, changed.Version - 1);
    }

    /// <summary>Judges what the changed group refers to.</summary>
    /// <param name="current">The one that is kept.</param>
    /// <param name="changed">As the user wants it.</param>
    /// <param name="templates">The template of an id, living or not; null when there is none.</param>
    /// <param name="isNameTaken">Whether a living group of the account has the changed one's name.</param>
    /// <returns>Its template. Those that the group had before may be archived by now.</returns>
    /// <exception cref="StoreException">It may not.</exception>
    public static Template Change(Group current, Group changed, Func<TemplateId, Template?> templates, bool isNameTaken)
    {
        foreach (var id in RevisionRule.TemplatesOf(changed).Except(RevisionRule.TemplatesOf(current)))
        {
            TemplateRule.EnsureLiving(templates(id), id, changed.Account);
        }

        RevisionRule.Ensure(current, changed);
        return isNameTaken && changed.Name != current.Name
            ? throw Refusal.Taken("group", changed.Name)
            : templates(changed.Template) ?? throw Refusal.NotFound("living template", changed.Template);
    }
}
