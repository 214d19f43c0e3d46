using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Storage;

namespace Muster.Core.Orphans;

/// <summary>Compares a cloud's listing with the store: which instances of this installation does it know nothing of.</summary>
public sealed class OrphanSearch(IPulseStore store, TimeProvider timeProvider)
{
    /// <summary>Groups that are read one by one.</summary>
    private const int SingleReadsMax = 16;

    /// <summary>Looks at a cloud.</summary>
    /// <param name="cloud">Which.</param>
    /// <param name="account">Only that account's; null for everybody's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="strangersOnly">
    /// Only those of which the store knows nothing: then no group is read whose launches are known, and a store of many
    /// groups answers as quickly.
    /// </param>
    /// <returns>By creation, then id.</returns>
    /// <exception cref="CloudException">It could not be listed whole.</exception>
    /// <exception cref="StoreException">The store failed.</exception>
    public async Task<ImmutableArray<Orphan>> FindAsync(
        CloudEntry cloud, AccountId? account, CancellationToken cancellationToken, bool strangersOnly = false)
    {
        ArgumentNullException.ThrowIfNull(cloud);

        // First the cloud, then the store: what is launched between the two is written down before it can be listed.
        var listed = await ListAsync(cloud, account, cancellationToken);
        var launches = listed.Select(instance => instance.Read<LaunchId>(MusterTags.Launch)).OfType<LaunchId>().ToImmutableArray();
        var known = await store.FindLaunchesAsync(launches, cancellationToken);
        if (strangersOnly)
        {
            listed.RemoveAll(instance => instance.Read<LaunchId>(MusterTags.Launch) is { } launch && known.Contains(launch));
        }

        var groups = await FindPhasesAsync(cloud.Name, listed, cancellationToken);
        return
        [
            .. listed.Select(instance => Judge(cloud.Name, instance, groups, known)).OfType<Orphan>()
                .OrderBy(orphan => orphan.Instance.CreatedAt).ThenBy(orphan => orphan.Instance.Id),
        ];
    }

    /// <summary>How the groups in the tags are. Where they are many, those that live are one read an account, as for its checks.</summary>
    private async Task<Dictionary<GroupId, GroupPhase?>> FindPhasesAsync(
        string cloud, List<Instance> listed, CancellationToken cancellationToken)
    {
        var groups = listed.Select(instance => instance.Read<GroupId>(MusterTags.Group)).OfType<GroupId>().ToHashSet();
        var phases = new Dictionary<GroupId, GroupPhase?>(groups.Count);
        if (groups.Count > SingleReadsMax)
        {
            foreach (var owner in listed.Select(instance => instance.Read<AccountId>(MusterTags.Account)).OfType<AccountId>().Distinct())
            {
                foreach (var record in await store.LoadSweepAsync(new(owner, cloud), cancellationToken))
                {
                    phases[record.Group.Id] = record.Group.Phase;
                }
            }
        }

        foreach (var group in groups.Where(group => !phases.ContainsKey(group)))
        {
            phases.Add(group, (await store.FindGroupAsync(group, cancellationToken))?.Group.Phase);
        }

        return phases;
    }

    private async Task<List<Instance>> ListAsync(CloudEntry cloud, AccountId? account, CancellationToken cancellationToken)
    {
        var instances = new Dictionary<InstanceId, Instance>();
        var isWhole = false;
        await foreach (var page in cloud.Cloud.ListBoundedAsync(new(store.Installation, account), timeProvider, cancellationToken))
        {
            isWhole = page.IsLast;
            foreach (var instance in page.Instances)
            {
                if (instance.Read<InstallationId>(MusterTags.Installation) == store.Installation
                    && (account is null || instance.Read<AccountId>(MusterTags.Account) == account))
                {
                    instances[instance.Id] = instance;
                }
            }
        }

        return isWhole
            ? [.. instances.Values]
            : throw new CloudException(CloudErrorKind.Unavailable, $"the listing was cut short after {instances.Count} instances");
    }

    private static Orphan? Judge(
        string cloud, Instance instance, Dictionary<GroupId, GroupPhase?> groups, ImmutableHashSet<LaunchId> known)
    {
        var phase = instance.Read<GroupId>(MusterTags.Group) is { } group ? groups[group] : null;
        var launch = instance.Read<LaunchId>(MusterTags.Launch);
        var isStranger = launch is { } id ? !known.Contains(id) : phase is null;
        return phase switch
        {
            null => new(cloud, instance, OrphanReason.GroupUnknown, isStranger),
            GroupPhase.Archived => new(cloud, instance, OrphanReason.GroupArchived, isStranger),
            _ => isStranger ? new(cloud, instance, OrphanReason.LaunchUnknown, isStranger) : null,
        };
    }
}
