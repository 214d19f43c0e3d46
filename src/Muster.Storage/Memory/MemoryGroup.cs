using System.Collections.Immutable;

using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Memory;

/// <summary>
/// A group's row: one immutable record, swapped whole, its lease, and its last runs. Touched under the store's lock only.
/// </summary>
internal sealed class MemoryGroup(GroupRecord record)
{
    private readonly Dictionary<(string Metric, Resolution Resolution, int Place), ReadingChunk> _readings = [];
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

    /// <summary>What it was to be made of, from the first revision on.</summary>
    public ImmutableArray<GroupRevision> Revisions { get; private set; } = [];

    /// <summary>The last runs of its checks, by slot.</summary>
    public ImmutableArray<CheckRun> Checks { get; private set; } = [];

    /// <summary>What the last steering round concluded.</summary>
    public SteeringState Steering { get; set; } = SteeringState.None;

    /// <summary>What its receivers were told.</summary>
    public ImmutableArray<PolicyOutcome> Words { get; set; } = [];

    /// <summary>Readings that were pushed and wait for a round.</summary>
    public ImmutableArray<PushedReading> Pushed { get; set; } = [];

    /// <summary>What was read for its policies.</summary>
    public IEnumerable<ReadingChunk> Readings => _readings.Values;

    /// <summary>Keeps a chunk of readings in its place.</summary>
    public void Keep(ReadingChunk chunk)
    {
        var key = (chunk.Metric, chunk.Resolution, chunk.Place);
        if (!_readings.TryGetValue(key, out var kept) || ReadingRule.Replaces(chunk, kept.StartsAt))
        {
            _readings[key] = chunk;
        }
    }

    /// <summary>Forgets chunks.</summary>
    /// <returns>How many.</returns>
    public int Forget(Predicate<ReadingChunk> isToForget)
    {
        var keys = _readings.Where(pair => isToForget(pair.Value)).Select(pair => pair.Key).ToList();
        keys.ForEach(key => _readings.Remove(key));
        return keys.Count;
    }

    /// <summary>Keeps a revision; one that is kept stays as it is.</summary>
    public void Keep(GroupRevision revision) =>
        Revisions = Revisions.Any(kept => kept.Number == revision.Number) ? Revisions : Revisions.Add(revision);

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
