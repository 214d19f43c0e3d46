using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Templates;

namespace Muster.Core.Instances;

/// <summary>The tags by which an instance is known as ours. Only an instance that carries them is counted or terminated.</summary>
public static class MusterTags
{
    /// <summary>Every tag of Muster's starts so; a user's may not.</summary>
    public const string Prefix = "muster.";

    /// <summary>Which installation made it.</summary>
    public const string Installation = "muster.installation";

    /// <summary>Which account owns it.</summary>
    public const string Account = "muster.account";

    /// <summary>Which group it belongs to, by id.</summary>
    public const string Group = "muster.group";

    /// <summary>Which group it belongs to, by the name at launch; for people.</summary>
    public const string GroupName = "muster.group_name";

    /// <summary>Which template it was made from.</summary>
    public const string Template = "muster.template";

    /// <summary>Which launch it answers.</summary>
    public const string Launch = "muster.launch";

    /// <summary>All of Muster's own tags for one launch.</summary>
    public static ImmutableSortedDictionary<string, string> For(
        InstallationId installation, Group group, Template template, LaunchId launch) =>
        template.Tags.SetItems(new Dictionary<string, string>
        {
            [Installation] = installation.ToString(),
            [Account] = group.Account.ToString(),
            [Group] = group.Id.ToString(),
            [GroupName] = group.Name,
            [Template] = template.Id.ToString(),
            [Launch] = launch.ToString(),
        });

    /// <summary>The tags that a filter asks for.</summary>
    public static ImmutableSortedDictionary<string, string> For(InstanceFilter filter)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        tags[Installation] = filter.Installation.ToString();
        if (filter.Account is { } account)
        {
            tags[Account] = account.ToString();
        }

        if (filter.Group is { } group)
        {
            tags[Group] = group.ToString();
        }

        return tags.ToImmutable();
    }

    /// <summary>The id in a tag; null when the tag is missing or holds something else.</summary>
    public static TId? Read<TId>(this Instance instance, string tag) where TId : struct, IId<TId> =>
        instance.Tags.TryGetValue(tag, out var text) && Guid.TryParse(text, out var value) ? TId.From(value) : null;

    /// <summary>Whether the instance is of this installation and this group: the only ones that may be counted or terminated.</summary>
    public static bool IsOwnedBy(this Instance instance, InstallationId installation, GroupId group) =>
        instance.Read<InstallationId>(Installation) == installation && instance.Read<GroupId>(Group) == group;
}
