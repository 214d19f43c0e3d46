using System.Diagnostics.CodeAnalysis;

using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>
/// The groups known here: all by id, those of each sweep, and those that are checked alone in the order in which they are due. Not safe to
/// share: whoever uses it holds the gate.
/// </summary>
internal sealed class KnownGroups
{
    private readonly Dictionary<GroupId, KnownGroup> _all = [];
    private readonly Dictionary<SweepKey, HashSet<KnownGroup>> _bySweep = [];
    private readonly PriorityQueue<(KnownGroup Group, TimeSpan At), TimeSpan> _alone = new();

    public IReadOnlyCollection<KnownGroup> All => _all.Values;

    /// <summary>When the first one is due alone, or was before it was checked otherwise; null when none is.</summary>
    public TimeSpan? NextAlone => _alone.TryPeek(out _, out var at) ? at : null;

    public KnownGroup? Find(GroupId id) => _all.GetValueOrDefault(id);

    public KnownGroup Get(GroupId id) => _all.TryGetValue(id, out var group) ? group : _all[id] = new(id);

    public IReadOnlyCollection<KnownGroup> Of(SweepKey sweep) => _bySweep.TryGetValue(sweep, out var groups) ? groups : [];

    /// <summary>A group was read: that sweep serves it, and it is checked at that interval.</summary>
    public void Place(KnownGroup group, SweepKey sweep, TimeSpan interval, TimeSpan now)
    {
        if (group.Sweep != sweep)
        {
            Displace(group);
            group.Sweep = sweep;
            (_bySweep.TryGetValue(sweep, out var groups) ? groups : _bySweep[sweep] = []).Add(group);
        }

        group.SetInterval(interval, now);
    }

    public void Remove(KnownGroup group)
    {
        Displace(group);
        _all.Remove(group.Id);
    }

    /// <summary>Has every group of a sweep due by then.</summary>
    public void BringForward(SweepKey sweep, TimeSpan due)
    {
        foreach (var group in Of(sweep))
        {
            group.Due = DueTimes.Earlier(group.Due, due);
        }
    }

    /// <summary>Has the group checked alone at that time, unless it is due alone earlier.</summary>
    public void Hurry(KnownGroup group, TimeSpan at)
    {
        if (group.AloneAt is { } planned && planned <= at)
        {
            return;
        }

        group.AloneAt = at;
        _alone.Enqueue((group, at), at);
    }

    /// <summary>Puts off a group that is due alone.</summary>
    public void Postpone(KnownGroup group, TimeSpan at)
    {
        group.AloneAt = null;
        Hurry(group, at);
    }

    /// <summary>The next one that is due alone.</summary>
    public bool TryTakeAlone(TimeSpan now, [NotNullWhen(true)] out KnownGroup? group)
    {
        while (_alone.TryPeek(out var item, out var at) && at <= now)
        {
            _alone.Dequeue();

            // One that was checked, hurried more, or forgotten since has another time, or is not the one that is known.
            if (item.Group.AloneAt == item.At && item.Group.Check is null && Find(item.Group.Id) == item.Group)
            {
                group = item.Group;
                return true;
            }
        }

        group = null;
        return false;
    }

    private void Displace(KnownGroup group)
    {
        if (group.Sweep is { } sweep && _bySweep.TryGetValue(sweep, out var groups) && groups.Remove(group) && groups.Count == 0)
        {
            _bySweep.Remove(sweep);
        }
    }
}
