using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Launches;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Memory;

/// <summary>
/// Leases, and what checks leave behind. Not safe to share between threads: <see cref="MemoryStore"/> holds its lock.
/// </summary>
internal sealed class MemoryChecks(MemoryGroups groups, MemoryShares shares, MemoryTrail trail)
{
    private readonly Dictionary<LaunchId, (GroupId Group, bool IsOpen)> _launches = [];

    public GroupLease? TryAcquire(GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration)
    {
        if (groups.Find(group) is not { IsLiving: true } row || !row.Lease.IsFreeAt(now, expectedFence))
        {
            return null;
        }

        row.Lease = row.Lease.Taken(holder, now + duration);
        return row.Lease.ToLease(group);
    }

    public GroupLease Renew(GroupLease lease, DateTimeOffset endsAt)
    {
        var row = Held(lease);
        row.Lease = row.Lease.Renewed(endsAt);
        return row.Lease.ToLease(lease.Group);
    }

    public void Release(GroupLease lease)
    {
        if (groups.Find(lease.Group) is { } row && row.Lease.Honours(lease))
        {
            row.Lease = row.Lease.Ended();
        }
    }

    public SpendGrant? Reserve(GroupLease lease, decimal held, decimal wanted)
    {
        var row = Held(lease);
        if (groups.SpendOf(row) is not { } account)
        {
            return null;
        }

        var granted = SpendRule.Grant(account, held, wanted);
        row.Record = row.Record with { State = row.Record.State with { SpendPerHour = granted } };
        return new(account, granted);
    }

    public ImmutableArray<Activity> Record(GroupLease lease, CheckRecord record, bool release)
    {
        record.EnsureOneGroup(lease.Group);
        var row = Held(lease);
        StayRule.EnsureMayEnd(
            lease, record, row.Record.Group.Phase, row.Record.Notes, row.Record.State.RecentTerminations);
        trail.EnsureNew(record.Activities);
        var kept = Write(row, record);
        if (release)
        {
            row.Lease = row.Lease.Ended();
        }

        return [.. kept];
    }

    public ImmutableArray<Activity> RecordIdle(ImmutableArray<CheckRecord> records, SweepLease? sweep)
    {
        if (sweep is not null && !shares.Of(sweep.Sweep).Honours(sweep))
        {
            throw Refusal.Fenced(sweep);
        }

        foreach (var record in records)
        {
            record.EnsureOneGroup(record.State.Group);
        }

        var standings = records.ToLookup(record => Footing.Judge(groups.Find(record.State.Group)?.Footing, record.State));
        trail.EnsureNew([.. standings[IdleStanding.Counts].SelectMany(record => record.Activities)]);
        ImmutableArray<Activity> kept = [.. standings[IdleStanding.Counts].SelectMany(record => Write(Row(record), record))];
        foreach (var record in standings[IdleStanding.EndsLease])
        {
            Row(record).Lease = Row(record).Lease.Ended();
        }

        return kept;
    }

    /// <summary>Those of these launches that were ever written down.</summary>
    public ImmutableHashSet<LaunchId> FindLaunches(ImmutableArray<LaunchId> launches) => [.. launches.Where(_launches.ContainsKey)];

    public void Keep(CheckRun run) => (groups.Find(run.Group) ?? throw Refusal.NotFound("group", run.Group)).Keep(run);

    public ImmutableArray<CheckRun> List(GroupId group, int limit) => CheckRun.NewestOf(groups.Find(group)?.Checks ?? [], limit);

    private MemoryGroup Held(GroupLease lease)
    {
        var row = groups.Find(lease.Group);
        _ = Footing.EnsureHeld(row?.Footing, lease);
        return row!;
    }

    private MemoryGroup Row(CheckRecord record) =>
        groups.Find(record.State.Group) ?? throw new InvalidOperationException($"group {record.State.Group} was judged and is gone");

    private List<Activity> Write(MemoryGroup row, CheckRecord record)
    {
        var isToArchive = row.Footing.Archives(record);
        row.Record = row.Record with
        {
            State = record.State.Fence == row.Lease.Fence ? record.State : record.State with { Fence = row.Lease.Fence },
            OpenLaunches = row.OpenLaunchesWith(Put(record.Launches)),
        };
        if (isToArchive)
        {
            groups.Archive(row, record.ArchivedAt!.Value);
        }

        return [.. record.Activities.Select(trail.Append)];
    }

    /// <summary>Those that may be written: a launch of another group, and one whose story is over, stay as they are.</summary>
    private ImmutableArray<Launch> Put(ImmutableArray<Launch> told)
    {
        if (told.IsEmpty)
        {
            return told;
        }

        var kept = told.RemoveAll(launch =>
            _launches.TryGetValue(launch.Id, out var known) && (known.Group != launch.Group || !known.IsOpen));
        foreach (var launch in kept)
        {
            _launches[launch.Id] = (launch.Group, launch.IsOpen);
        }

        // Where it is, its template says, to whoever reads it.
        return kept.All(launch => launch.Cloud is null) ? kept : [.. kept.Select(launch => launch with { Cloud = null })];
    }
}
