using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Clouds.Kit.Launching;

/// <summary>What stands before every change of Muster's tags on an instance that exists: the same rule on every cloud.</summary>
internal static class OwnMark
{
    /// <summary>Whether tags must be put on.</summary>
    /// <param name="found">As the cloud shows it; null where it shows none.</param>
    /// <param name="isEnding">Whether it is on its way out.</param>
    /// <param name="id">Which was asked for.</param>
    /// <param name="tags">What it is to carry.</param>
    /// <returns>False where it carries them already.</returns>
    /// <exception cref="CloudException">It is gone, or carries another's mark; nothing was done to it.</exception>
    public static bool IsMarkDue(Instance? found, bool isEnding, InstanceId id, ImmutableSortedDictionary<string, string> tags)
    {
        var instance = Existing(found, isEnding, id);
        if (!IsMarked(instance))
        {
            return true;
        }

        EnsureOf(instance, id, Read<InstallationId>(tags, MusterTags.Installation), Read<GroupId>(tags, MusterTags.Group));
        return tags.Any(tag => instance.Tags.GetValueOrDefault(tag.Key) != tag.Value);
    }

    /// <summary>Whether tags must be taken off.</summary>
    /// <param name="found">As the cloud shows it; null where it shows none.</param>
    /// <param name="isEnding">Whether it is on its way out.</param>
    /// <param name="id">Which was asked for.</param>
    /// <param name="installation">Whose it must be.</param>
    /// <param name="group">And of which group.</param>
    /// <returns>False where it carries none.</returns>
    /// <exception cref="CloudException">It is gone, or carries another's mark; nothing was done to it.</exception>
    public static bool IsUnmarkDue(Instance? found, bool isEnding, InstanceId id, InstallationId installation, GroupId group)
    {
        var instance = Existing(found, isEnding, id);
        if (!IsMarked(instance))
        {
            // What was left by a call that broke off halfway says nothing without the installation.
            return instance.Tags.Keys.Any(IsOwn);
        }

        EnsureOf(instance, id, installation, group);
        return true;
    }

    /// <summary>Looks again where the cloud has no conditional write: whoever wrote last has it.</summary>
    /// <exception cref="CloudException">It is not as it was written.</exception>
    public static void EnsureMarked(Instance? found, bool isEnding, InstanceId id, ImmutableSortedDictionary<string, string> tags)
    {
        if (IsMarkDue(found, isEnding, id, tags))
        {
            throw new CloudException(
                CloudErrorKind.Ambiguous, $"the tags of '{ForeignText.Shown(id.Value)}' were written, and do not show yet");
        }
    }

    /// <summary>Whether a tag is Muster's own.</summary>
    public static bool IsOwn(string tag) => tag.StartsWith(MusterTags.Prefix, StringComparison.Ordinal);

    /// <summary>Whether somebody's mark is on it.</summary>
    private static bool IsMarked(Instance instance) =>
        instance.Tags.ContainsKey(MusterTags.Installation) || instance.Tags.ContainsKey(MusterTags.Group);

    private static Instance Existing(Instance? found, bool isEnding, InstanceId id) =>
        found is null || isEnding || found.State is InstanceState.Terminating ? throw OwnedInstance.Gone(id) : found;

    private static void EnsureOf(Instance instance, InstanceId id, InstallationId? installation, GroupId? group)
    {
        // One of the two alone is what a call left that broke off halfway: whose it is, that one says.
        if (IsOther(MusterTags.Installation, installation?.Value) || IsOther(MusterTags.Group, group?.Value))
        {
            throw new CloudException(
                CloudErrorKind.InvalidRequest,
                $"instance '{ForeignText.Shown(id.Value)}' carries the mark of another group or of another Muster: nothing was done to it");
        }

        bool IsOther(string tag, Guid? own) =>
            instance.Tags.TryGetValue(tag, out var text) && !(Guid.TryParse(text, out var theirs) && theirs == own);
    }

    private static TId? Read<TId>(ImmutableSortedDictionary<string, string> tags, string tag) where TId : struct, IId<TId> =>
        tags.TryGetValue(tag, out var text) && Guid.TryParse(text, out var value) ? TId.From(value) : null;
}
