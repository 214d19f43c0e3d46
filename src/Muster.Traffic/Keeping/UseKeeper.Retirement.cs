using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Core.Traffic;

namespace Muster.Traffic.Keeping;

/// <summary>
/// How a use ends: at once where the group uses the source no more, and else when another use of it has taken its members in.
/// </summary>
internal sealed partial class UseKeeper
{
    // The loop's own.
    private DateTimeOffset? _leavingSince;
    private TrafficUses? _comparedWith;
    private bool _isToldOff;

    // Guarded by the gate.
    private bool _isRetired;
    private bool _isKept;
    private bool _hasTakenIn;
    private ImmutableArray<UseKeeper> _successors = [];

    /// <summary>The group does not use the source so any more: what it holds of the group is forgotten, and this ends.</summary>
    /// <param name="successors">
    /// How it uses the source now: until each has taken in who is to be in service, this goes on as before. A backend whose name has a
    /// slip would else take all out of service.
    /// </param>
    public void Retire(ImmutableArray<UseKeeper> successors)
    {
        lock (_gate)
        {
            (_isRetired, _isKept, _successors) = (true, false, successors);
        }

        group.Linger(use, !successors.IsEmpty);
        Ring();
    }

    /// <summary>The group uses it again, or still.</summary>
    public void Keep()
    {
        lock (_gate)
        {
            if (!_isRetired)
            {
                return;
            }

            (_isRetired, _isKept, _successors) = (false, true, []);
        }

        group.Linger(use, lingers: false);
        Ring();
    }

    private bool IsRetired()
    {
        lock (_gate)
        {
            return _isRetired;
        }
    }

    /// <summary>Whether the group has come back to it since it was to end.</summary>
    private bool WasKept()
    {
        lock (_gate)
        {
            return _isKept;
        }
    }

    /// <summary>
    /// Whether all who can be told to the source, and are to be in service, get something by it: one at least, if any is to.
    /// </summary>
    private bool HasTakenIn(ImmutableArray<Wanted> wanted)
    {
        var serving = wanted.Where(one => one.Want is Want.Join).ToList();
        var joined = _entries.Where(entry => entry.State is TrafficState.Joined && entry.Member is not null)
            .Select(entry => (entry.Member!.Cloud, entry.Member.Instance.Id)).ToHashSet();
        return serving.Count == 0
            || (joined.Count > 0
                && serving.All(one => one.Obstacle is not null || joined.Contains((one.Member.Cloud, one.Member.Instance.Id))));
    }

    /// <summary>Has the source forget all that it holds of the group; ends when it has, or when that is given up.</summary>
    private async Task<TimeSpan> RetireAsync(GroupRecord? record, CancellationToken dropped)
    {
        // It is no concern of the group any more.
        _alarm.Drop();
        var open = parts.Sources.Find(use.Source);

        // What is another group's place was never this one's to empty.
        var isOthers = open?.Kind.Description.IsExclusive is true && parts.Claim(Claim, group.Id) is not null;
        if (open is null || isOthers || parts.Now - _leavingSince > parts.Options.RetireMax)
        {
            IsOver = true;
            return TimeSpan.Zero;
        }

        var scope = new TrafficScope(group.Id, record?.Group.Account ?? default, group.Name, use);
        try
        {
            var isTakenOver = await IsTakenOverAsync(open, scope, record, dropped);
            if (isTakenOver is true)
            {
                IsOver = true;
                return TimeSpan.Zero;
            }

            if (record is not null && IsAwaitingOthers(record) && !parts.IsSwapped(Claim, group.Id))
            {
                _leavingSince = null;
                return await RoundAsync(record, isLingering: true, dropped);
            }

            _leavingSince ??= parts.Now;
            if (record is not null && isTakenOver is null)
            {
                // What may be the other use's place as well is not emptied: it serves on until that is known, or this is given up.
                return await RoundAsync(record, isLingering: true, dropped);
            }

            await EmptyAsync(open, scope, dropped);
        }
        catch (TrafficException error)
        {
            parts.CountFailed();
            if (error.Kind is TrafficErrorKind.Absent || (error.Kind is TrafficErrorKind.Refused && _listedAt == DateTimeOffset.MinValue))
            {
                // Nothing of the group can be where it never was let in.
                IsOver = true;
            }
            else if (!_isToldOff)
            {
                _isToldOff = true;
                parts.Observer.OnAlarm(group.Name, use.Source, error.Message);
            }
        }

        return IsOver ? TimeSpan.Zero : Wait(++_failuresInRow);
    }

    /// <summary>Whether others are to take in who is in service, and one of them has not yet.</summary>
    private bool IsAwaitingOthers(GroupRecord record)
    {
        ImmutableArray<UseKeeper> successors;
        lock (_gate)
        {
            successors = _successors;
            if (!_isRetired)
            {
                // What the store has, the keeper hears of with the next look, and tells who goes on.
                return record.Group.Traffic.All.Any(other => other.Source == use.Source);
            }
        }

        // Not under the gate of this one: two that wait for each other must not hold each other up.
        return successors.Any(other => !other.HasAllIn());
    }

    private bool HasAllIn()
    {
        lock (_gate)
        {
            return _hasTakenIn;
        }
    }

    private async Task EmptyAsync(OpenSource open, TrafficScope scope, CancellationToken dropped)
    {
        lock (_gate)
        {
            _hasTakenIn = false;
        }

        _entries = await WithinAsync(cancellation => open.Source.ListAsync(scope, [], cancellation), dropped);
        foreach (var entry in _entries)
        {
            if (WasKept())
            {
                return;
            }

            await WithinAsync(
                async cancellation =>
                {
                    await LeaveAsync(open, scope, entry, group.Name, cancellation);
                    return true;
                },
                dropped);
        }

        IsOver = _entries.IsEmpty;
    }

    /// <summary>
    /// Whether the group holds the same place by another use: that goes on with what is there. Null where the source does not say.
    /// </summary>
    private async Task<bool?> IsTakenOverAsync(OpenSource open, TrafficScope scope, GroupRecord? record, CancellationToken dropped)
    {
        if (record is null || record.Group.Traffic == _comparedWith)
        {
            return false;
        }

        var isKnown = true;
        foreach (var other in record.Group.Traffic.All.Where(other => other.Source == use.Source && other != use))
        {
            if (other.Backend == use.Backend && other.Service == use.Service && other.Path == use.Path)
            {
                return true;
            }

            try
            {
                if (await WithinAsync(cancellation => open.Source.IsSamePlaceAsync(scope, other, cancellation), dropped))
                {
                    return true;
                }
            }
            catch (TrafficException error) when (error.Kind is TrafficErrorKind.Absent)
            {
                // One of the two is not there, so that they are not the same.
            }
            catch (TrafficException error) when (error.Kind is TrafficErrorKind.Refused)
            {
                // There is no such place, or the credential may not look: which of them, a later answer says.
                isKnown = false;
            }
        }

        _comparedWith = isKnown ? record.Group.Traffic : null;
        return isKnown ? false : null;
    }
}
