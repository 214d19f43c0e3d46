using System.Collections.Immutable;

using Muster.Clouds.Ec2.Wire;
using Muster.Clouds.Kit.Launching;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Ec2;

/// <summary>Puts Muster's tags on instances that exist, and takes them off; those of its disks and interfaces stay as they are.</summary>
/// <remarks>Tags are written without a condition: so the instance is looked at again after a mark was put on.</remarks>
internal sealed class Ec2Marks(Ec2Api api, Ec2Listing listing, RecentLaunches recent)
{
    /// <inheritdoc cref="IRetaggingCloud.FindAsync"/>
    public async Task<Instance?> FindAsync(InstanceId instance, CancellationToken cancellationToken)
    {
        var (seen, isEnding) = await LookAsync(instance, cancellationToken);
        return isEnding ? null : seen;
    }

    /// <inheritdoc cref="IRetaggingCloud.MarkAsync"/>
    public async Task MarkAsync(
        InstanceId instance, ImmutableSortedDictionary<string, string> tags, CancellationToken cancellationToken)
    {
        var (seen, isEnding) = await LookAsync(instance, cancellationToken);
        if (!OwnMark.IsMarkDue(seen, isEnding, instance, tags))
        {
            return;
        }

        var form = Ec2Api.Form("CreateTags").AddAll("ResourceId", [instance.Value]);
        Tag(form, tags);
        await ChangeAsync(form, instance, cancellationToken);
        (seen, isEnding) = await LookAsync(instance, cancellationToken);
        OwnMark.EnsureMarked(seen, isEnding, instance, tags);
    }

    /// <inheritdoc cref="IRetaggingCloud.UnmarkAsync"/>
    public async Task UnmarkAsync(
        InstallationId installation, GroupId group, InstanceId instance, CancellationToken cancellationToken)
    {
        var (seen, isEnding) = await LookAsync(instance, cancellationToken);
        if (OwnMark.IsUnmarkDue(seen, isEnding, instance, installation, group))
        {
            // With its value each: one that somebody changed since stays.
            var form = Ec2Api.Form("DeleteTags").AddAll("ResourceId", [instance.Value]);
            Tag(form, seen!.Tags.RemoveRange(seen.Tags.Keys.Where(key => !OwnMark.IsOwn(key))));
            await ChangeAsync(form, instance, cancellationToken);
        }
    }

    private static void Tag(QueryForm form, ImmutableSortedDictionary<string, string> tags)
    {
        var number = 0;
        foreach (var (key, value) in tags)
        {
            number++;
            form.Add($"Tag.{number}.Key", key);
            form.Add($"Tag.{number}.Value", value);
        }
    }

    private async Task<(Instance? Seen, bool IsEnding)> LookAsync(InstanceId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = Ec2States.IsId(id.Value) ? await listing.FindByIdAsync(id.Value, cancellationToken) : null;
        if (found is null && recent.Contains(id.Value))
        {
            // "Not there" may mean "not yet".
            throw new CloudException(
                CloudErrorKind.Unavailable, $"EC2 does not show {id} everywhere yet: it was launched a moment ago; nothing was done to it");
        }

        return (found is null ? null : Ec2States.Instance(found), found is { State: "shutting-down" or "terminated" });
    }

    private async Task ChangeAsync(QueryForm form, InstanceId id, CancellationToken cancellationToken)
    {
        var answer = await api.ChangeAsync(form, cancellationToken);
        if (!answer.IsGood)
        {
            throw Ec2Errors.Translate(answer) is { Kind: CloudErrorKind.NotFound } ? OwnedInstance.Gone(id) : Ec2Errors.Translate(answer);
        }
    }
}
