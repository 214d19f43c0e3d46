using System.Collections.Immutable;

using Muster.Core.Launches;
using Muster.Core.Reconciling;

namespace Muster.Core.Storage.Memory;

/// <summary>A group's row: one immutable record, swapped whole, and its lease. Touched under the store's lock only.</summary>
internal sealed class MemoryGroup(GroupRecord record)
{
    public GroupRecord Record { get; set; } = record;

    public SweepKey Sweep => new(Record.Group.Account, Record.Template.Cloud);

    public bool IsLiving => Record.Group.ArchivedAt is null;

    /// <summary>When the lease ends; null when it was released or never taken.</summary>
    public DateTimeOffset? LeaseEndsAt { get; set; }

    /// <summary>Who took the lease; null when it was released or never taken.</summary>
    public string? LeaseHolder { get; set; }

    /// <summary>The last runs of its checks, newest first.</summary>
    public ImmutableArray<CheckRun> Checks { get; set; } = [];

    public bool IsLeasedAt(DateTimeOffset? now) => LeaseEndsAt is { } endsAt && (now is null || endsAt > now);

    /// <summary>Ends the lease, with a new fencing number.</summary>
    public void EndLease()
    {
        LeaseEndsAt = null;
        LeaseHolder = null;
        Record = Record with { State = Record.State with { Fence = Record.State.Fence + 1 } };
    }

    /// <summary>Whether a lease is the newest, was not given back, and is shown by whom it was given to: a fencing number alone can be read by many.</summary>
    public bool Honours(GroupLease lease) => LeaseEndsAt is not null && Record.State.Fence == lease.Fence && LeaseHolder == lease.Holder;

    /// <summary>The open launches with <paramref name="launches"/> put in or replaced.</summary>
    /// <remarks>Closed ones are dropped: nothing in the port reads them, and memory is no archive.</remarks>
    public ImmutableArray<Launch> OpenLaunchesWith(ImmutableArray<Launch> launches)
    {
        if (launches.IsEmpty)
        {
            return Record.OpenLaunches;
        }

        var open = Record.OpenLaunches.ToDictionary(launch => launch.Id);
        foreach (var launch in launches)
        {
            open.Remove(launch.Id);
            if (launch.IsOpen)
            {
                open.Add(launch.Id, launch);
            }
        }

        return [.. open.Values.OrderBy(launch => launch.CreatedAt).ThenBy(launch => launch.Id.Value)];
    }
}
