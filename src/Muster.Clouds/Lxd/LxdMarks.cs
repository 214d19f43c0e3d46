using System.Collections.Immutable;

using Muster.Clouds.Kit.Launching;
using Muster.Clouds.Lxd.Wire;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Lxd;

/// <summary>Puts Muster's configuration keys on instances that exist, and takes them off.</summary>
/// <remarks>
/// Only the keys that are sent are changed, and one that is empty is none. LXD takes no condition on a single key: so the instance is
/// looked at again after a mark was put on.
/// </remarks>
/// <param name="api">LXD.</param>
/// <param name="isEnding">Whether an instance is being ended here.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class LxdMarks(LxdApi api, Func<string, bool> isEnding, TimeProvider timeProvider)
{
    /// <inheritdoc cref="IRetaggingCloud.FindAsync"/>
    public async Task<Instance?> FindAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        var (_, seen) = await LookAsync(instance, cancellationToken);
        return isEnding(instance.Value) ? null : seen;
    }

    /// <inheritdoc cref="IRetaggingCloud.MarkAsync"/>
    public async Task MarkAsync(
        InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var (_, seen) = await LookAsync(instance, cancellationToken);
        if (!OwnMark.IsMarkDue(seen, isEnding(instance.Value), instance, tags))
        {
            return;
        }

        await api.ConfigureAsync(
            instance.Value, tags.ToDictionary(tag => LxdTags.Key(tag.Key), tag => tag.Value), cancellationToken);
        (_, seen) = await LookAsync(instance, cancellationToken);
        OwnMark.EnsureMarked(seen, isEnding(instance.Value), instance, tags);
    }

    /// <inheritdoc cref="IRetaggingCloud.UnmarkAsync"/>
    public async Task UnmarkAsync(
        InstallationId installation, GroupId group, InstanceId instance, CancellationToken cancellationToken)
    {
        var (_, seen) = await LookAsync(instance, cancellationToken);
        if (OwnMark.IsUnmarkDue(seen, isEnding(instance.Value), instance, installation, group))
        {
            await api.ConfigureAsync(
                instance.Value,
                seen!.Tags.Keys.Where(OwnMark.IsOwn).ToDictionary(LxdTags.Key, _ => ""),
                cancellationToken);
        }
    }

    private async Task<(LxdInstance? Found, Instance? Seen)> LookAsync(InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = LxdNames.Rule.CanBe(id.Value) ? await api.FindAsync(id.Value, cancellationToken) : null;
        return (found, found is null ? null : LxdStates.Instance(found, timeProvider.GetUtcNow(), isEnding: false, []));
    }
}
