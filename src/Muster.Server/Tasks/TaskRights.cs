using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Problems;

namespace Muster.Server.Tasks;

/// <summary>Which groups and sweeps a program may check. What it may not is not there for it.</summary>
internal sealed class TaskRights(IGroupReader store)
{
    private const int KnownMax = 100_000;

    // A group never changes its account. Its clouds it may change: what does not fit is read anew.
    private readonly ConcurrentDictionary<GroupId, TaskRight> _known = [];

    /// <summary>The group's record, read now.</summary>
    /// <exception cref="ProblemException">There is none that this program may check.</exception>
    public async Task<GroupRecord> ReadAsync(IWorkload workload, string id, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(id, "D", out var value) && await store.FindGroupAsync(new GroupId(value), cancellationToken) is { } record)
        {
            var right = Keep(record);
            if (workload.MayCheck(record.Group.Id, right.Sweep))
            {
                return record;
            }
        }

        throw NoGroup(id);
    }

    /// <summary>The group, its sweep and its clouds.</summary>
    /// <exception cref="ProblemException">There is none that this program may check.</exception>
    public Task<TaskRight> FindAsync(IWorkload workload, string id, CancellationToken cancellationToken) =>
        FindAsync(workload, id, _ => true, cancellationToken);

    /// <summary>The group and its sweep, where that is this one now.</summary>
    /// <exception cref="InputException">It belongs to another.</exception>
    /// <exception cref="ProblemException">There is none that this program may check.</exception>
    public async Task EnsureInAsync(IWorkload workload, GroupId group, SweepKey sweep, CancellationToken cancellationToken)
    {
        var right = await FindAsync(workload, group.ToString(), known => known.Sweep == sweep, cancellationToken);
        if (right.Sweep != sweep)
        {
            throw new InputException("group", group.ToString(), "a group of the sweep");
        }
    }

    /// <summary>The account and one of the clouds of a group, where this program may call it.</summary>
    /// <param name="workload">Who asks.</param>
    /// <param name="id">Which group.</param>
    /// <param name="cloud">Which cloud; null for the one of its sweep.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">It is none of the group's.</exception>
    /// <exception cref="ProblemException">There is no such group that this program may check.</exception>
    public async Task<TaskRight> OnCloudAsync(IWorkload workload, string id, string? cloud, CancellationToken cancellationToken)
    {
        var right = Of(workload, await FindAsync(workload, id, known => cloud is null || known.Clouds.Contains(cloud), cancellationToken));
        return cloud is null || cloud == right.Sweep.Cloud ? right
            : right.Clouds.Contains(cloud) ? right with { Sweep = right.Sweep with { Cloud = cloud } }
            : throw new InputException("cloud", cloud, $"one of the group's clouds: {string.Join(", ", right.Clouds)}");
    }

    /// <summary>The sweep.</summary>
    /// <exception cref="ProblemException">It is none that this program may check.</exception>
    public static SweepKey Find(IWorkload workload, string account, string cloud) =>
        Guid.TryParseExact(account, "D", out var value)
        && new SweepKey(new AccountId(value), cloud) is var sweep
        && workload.MayCheck(sweep)
            ? sweep
            : throw new ProblemException(
                ProblemKinds.CloudNotFound, $"there is no account '{account}' with cloud '{cloud}' that {workload.Name} may check");

    private async Task<TaskRight> FindAsync(
        IWorkload workload, string id, Func<TaskRight, bool> fits, CancellationToken cancellationToken) =>
        Guid.TryParseExact(id, "D", out var value) && _known.TryGetValue(new GroupId(value), out var right)
        && workload.MayCheck(right.Group, right.Sweep) && fits(right)
            ? right
            : Keep(await ReadAsync(workload, id, cancellationToken));

    /// <summary>Where this program may check a group: a sweep's on the sweep's own cloud alone, wherever else the group lives.</summary>
    public static TaskRight Of(IWorkload workload, GroupRecord record) => Of(workload, Of(record));

    private static TaskRight Of(IWorkload workload, TaskRight right) => right with
    {
        Clouds = right.Clouds.RemoveAll(cloud => !workload.MayCheck(right.Group, right.Sweep with { Cloud = cloud })),
    };

    private static TaskRight Of(GroupRecord record) =>
        new(record.Group.Id, new(record.Group.Account, record.Template.Cloud), record.Clouds);

    private TaskRight Keep(GroupRecord record)
    {
        if (_known.Count >= KnownMax)
        {
            _known.Clear();
        }

        return _known[record.Group.Id] = Of(record);
    }

    private static ProblemException NoGroup(string id) => new(ProblemKinds.GroupNotFound, $"there is no group '{id}' to check here");
}

/// <summary>What a program may check.</summary>
/// <param name="Group">Which group.</param>
/// <param name="Sweep">Its account, and the cloud of its sweep or the one that was asked for.</param>
/// <param name="Clouds">Every cloud where it may live.</param>
internal sealed record TaskRight(GroupId Group, SweepKey Sweep, ImmutableArray<string> Clouds);
