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

    /// <summary>Which placement of its group it was launched for; an instance of a group with a single one has none.</summary>
    public const string Placement = "muster.placement";

    /// <summary>Which part of the cloud it was launched in; one whose placement names no zone has none.</summary>
    public const string Zone = "muster.zone";

    /// <summary><c>true</c> on one that was launched as interruptible; all others have none.</summary>
    public const string Interruptible = "muster.interruptible";

    /// <summary><c>true</c> on one that was launched for its group's warm pool, wherever it has come since; all others have none.</summary>
    public const string Pool = "muster.pool";

    /// <summary>Which launch it answers.</summary>
    public const string Launch = "muster.launch";

    /// <summary>The id in a tag; null when the tag is missing or holds something else.</summary>
    public static TId? Read<TId>(this Instance instance, string tag) where TId : struct, IId<TId> =>
        instance.Tags.TryGetValue(tag, out var text) && Guid.TryParse(text, out var value) ? TId.From(value) : null;

    /// <summary>Whether the instance is of this installation and this group: the only ones that may be counted or terminated.</summary>
    public static bool IsOwnedBy(this Instance instance, InstallationId installation, GroupId group) =>
        instance.Read<InstallationId>(Installation) == installation && instance.Read<GroupId>(Group) == group;
}
