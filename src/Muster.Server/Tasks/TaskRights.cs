using System.Collections.Concurrent;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Problems;

namespace Muster.Server.Tasks;

/// <summary>Which groups and sweeps a program may check. What it may not is not there for it.</summary>
internal sealed class TaskRights(IGroupReader store)
{
    private const int KnownMax = 100_000;

    // A group never changes its account or its cloud.
    private readonly ConcurrentDictionary<GroupId, SweepKey> _known = [];

    /// <summary>The group's record, read now.</summary>
    /// <exception cref="ProblemException">There is none that this program may check.</exception>
    public async Task<GroupRecord> ReadAsync(IWorkload workload, string id, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(id, "D", out var value) && await store.FindGroupAsync(new GroupId(value), cancellationToken) is { } record)
        {
            var sweep = Keep(record);
            if (workload.MayCheck(record.Group.Id, sweep))
            {
                return record;
            }
        }

        throw NoGroup(id);
    }

    /// <summary>The group and its sweep.</summary>
    /// <exception cref="ProblemException">There is none that this program may check.</exception>
    public async Task<(GroupId Group, SweepKey Sweep)> FindAsync(IWorkload workload, string id, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(id, "D", out var value) && _known.TryGetValue(new GroupId(value), out var sweep))
        {
            return workload.MayCheck(new GroupId(value), sweep) ? (new GroupId(value), sweep) : throw NoGroup(id);
        }

        var record = await ReadAsync(workload, id, cancellationToken);
        return (record.Group.Id, Keep(record));
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

    private SweepKey Keep(GroupRecord record)
    {
        if (_known.Count >= KnownMax)
        {
            _known.Clear();
        }

        return _known.GetOrAdd(record.Group.Id, new SweepKey(record.Group.Account, record.Template.Cloud));
    }

    private static ProblemException NoGroup(string id) => new(ProblemKinds.GroupNotFound, $"there is no group '{id}' to check here");
}
