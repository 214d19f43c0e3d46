using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Storage;

namespace Muster.Server.Members;

/// <summary>
/// The steps by which an instance comes into a group or leaves it alive. Each can be repeated by anybody, and what stands between two of
/// them is written down.
/// </summary>
/// <remarks>
/// <code>
/// detach   the note DetachedFor, with the capacity   ->  tags off   ->  gone from listings: the note is forgotten
/// attach   the note AttachingFor                      ->  tags on    ->  capacity up and the note gone, together
/// </code>
/// With either note the instance neither counts nor is ended, whatever it carries. See
/// docs/decisions/0371-into-a-group-and-out-of-it-alive.md.
/// </remarks>
internal static class InstanceMoves
{
    /// <summary>What is wrong with one that does not count yet, as a field.</summary>
    public const string Uncounted = "uncounted";

    /// <summary>The tags of one that is taken in. It answers no launch, and is made from no template of the group's.</summary>
    public static ImmutableSortedDictionary<string, string> TagsOf(InstallationId installation, Group group, Placement placement)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        tags[MusterTags.Installation] = installation.ToString();
        tags[MusterTags.Account] = group.Account.ToString();
        tags[MusterTags.Group] = group.Id.ToString();
        tags[MusterTags.GroupName] = group.Name;
        if (placement.Name != Placement.Only)
        {
            tags[MusterTags.Placement] = placement.Name;
        }

        return tags.ToImmutable();
    }

    /// <summary>The cloud's changing of tags; null where it has none, or is not there.</summary>
    public static IRetaggingCloud? RetaggingOf(ICloudDirectory clouds, Group group, string cloud) =>
        clouds.Find(group.Account, cloud)?.Cloud.For(group.Id).Retagging;

    /// <summary>Counts one that carries the group's tags, within the group's max. Null where that is done already.</summary>
    /// <exception cref="InputException">The group is at its max.</exception>
    public static GroupChange? Attached(
        GroupRecord record, string cloud, Instance instance, ChangeOrigin origin, int limit, ActivityId activity)
    {
        // Whoever is let go since is not counted any more.
        if (record.Notes.FirstOrDefault(note => note.Cloud == cloud && note.Instance == instance.Id)
            is not { AttachingFor: not null, DetachedFor: null })
        {
            return null;
        }

        var change = GroupChanges.SetCapacity(
            record.Group, new() { Desired = record.Group.Capacity.Desired + 1, Origin = origin }, limit, activity);
        return change with
        {
            Notes = [new(cloud, instance.Id) { IsAttached = true }],
            Activity = change.Activity with
            {
                Description = $"attached: {instance.Name}, {change.Activity.Description}", Instance = instance.Id,
            },
        };
    }

    /// <summary>Lets one go, and lowers the capacity by one with it. Null where that is done already.</summary>
    /// <exception cref="InputException">The group is at its min, or the instance is on its way in and not counted yet.</exception>
    public static GroupChange? Detached(
        GroupRecord record, MemberChange detach, string cloud, Instance instance, ChangeOrigin origin, int limit)
    {
        var note = record.Notes.FirstOrDefault(note => note.Cloud == cloud && note.Instance == instance.Id);
        if (note?.DetachedFor is not null)
        {
            return null;
        }

        if (note?.AttachingFor is not null)
        {
            throw new InputException(Uncounted, instance.Name, "one that counts: this one is on its way in");
        }

        var change = GroupChanges.SetCapacity(
            record.Group, new() { Desired = record.Group.Capacity.Desired - 1, Origin = origin }, limit, detach.Activity.Id);
        return change with
        {
            Notes = [detach.Change],
            Activity = change.Activity with
            {
                Description =
                    $"{MemberChanges.Detached(note?.IsProtected is true)}: {instance.Name}, {change.Activity.Description}",
                Instance = instance.Id,
            },
        };
    }
}
