using System.Collections.Immutable;

using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Memory;

/// <summary>
/// A group's row: one immutable record, swapped whole, its lease, and its last runs. Touched under the store's lock only.
/// </summary>
internal sealed class MemoryGroup(GroupRecord record)
{
    private LeaseStanding _lease = LeaseStanding.New;

    public GroupRecord Record { get; set; } = record;

    public SweepKey Sweep => new(Record.Group.Account, Record.Template.Cloud);

    public bool IsLiving => Record.Group.ArchivedAt is null;

    /// <summary>What a write to it stands on. What its activities melt into is the trail's to know.</summary>
    public Footing Footing => new(Lease, Record.Group.Phase, IsLiving, Last: null);

    /// <summary>The lease. Its fencing number is the state's, too.</summary>
    public LeaseStanding Lease
    {
        get => _lease;
        set
        {
            _lease = value;
            Record = Record with { State = Record.State with { Fence = value.Fence } };
        }
    }

    /// <summary>What it was to be made of, the newest first.</summary>
    public ImmutableArray<GroupRevision> Revisions { get; private set; } = [];

    /// <summary>Keeps what it is to be made of, unless that is kept.</summary>
    public void KeepRevision(Group group, string? author)
    {
        if (Revisions.IsEmpty || Revisions[0].Number != group.Revision)
        {
            Revisions = Revisions.Insert(0, new(group.Id, group.Revision, group.Template, group.Layout, group.UpdatedAt, author));
        }
    }

    /// <summary>The last runs of its checks, by slot.</summary>
    public ImmutableArray<CheckRun> Checks { get; private set; } = [];

    /// <summary>Keeps a run, in the slot of the oldest if there are enough.</summary>
    public void Keep(CheckRun run)
    {
        if (CheckSlot.For(run, [.. Checks.Select((kept, slot) => new CheckSlot(slot, kept.Id, kept.StartedAt))]) is { } slot)
        {
            Checks = slot == Checks.Length ? Checks.Add(run) : Checks.SetItem((int)slot, run);
        }
    }

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

        return LaunchRule.InOrder(open.Values);
    }
}
