using Muster.Core;

namespace Muster.Nomad.Reconciling;

/// <summary>
/// Groups that a user has just changed, whose next calls come before others: few at once, shared between accounts, and few
/// calls each. Safe to share.
/// </summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class UrgentGroups(TimeProvider timeProvider)
{
    /// <summary>Groups at once. Those beyond wait in line with all others: a script that changes thousands holds up nobody.</summary>
    private const int GroupsMax = 16;

    /// <summary>Calls of one change: a thousand launches are not urgent.</summary>
    private const int CallsMax = 10;

    /// <summary>A place that is not used up is free again after this: its task never ran.</summary>
    private static readonly TimeSpan PlaceMax = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Dictionary<GroupId, Place> _places = [];

    /// <summary>A user changed the group.</summary>
    public void Add(GroupId group, AccountId account)
    {
        lock (_gate)
        {
            if (_places.TryGetValue(group, out var place))
            {
                _places[group] = place with { CallsLeft = CallsMax, At = timeProvider.GetTimestamp() };
                return;
            }

            if (_places.Count < GroupsMax || MakeRoom_NeedsGate(account))
            {
                _places.Add(group, new(account, CallsMax, Waiting: 0, timeProvider.GetTimestamp()));
            }
        }
    }

    /// <summary>Takes one of the group's urgent calls, until <see cref="End"/>; false when it has none.</summary>
    public bool Take(GroupId group)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue(group, out var place) || place.CallsLeft == 0 || IsOver(place))
            {
                return false;
            }

            _places[group] = place with { CallsLeft = place.CallsLeft - 1, Waiting = place.Waiting + 1 };
            return true;
        }
    }

    /// <summary>A call that was taken was made, or left the line without: then it is one of the group's again.</summary>
    public void End(GroupId group, bool wasMade)
    {
        lock (_gate)
        {
            // A place that another account's group got, or one of a later change, knows nothing of it.
            if (!_places.TryGetValue(group, out var place) || place.Waiting == 0)
            {
                return;
            }

            place = place with { CallsLeft = Math.Min(CallsMax, place.CallsLeft + (wasMade ? 0 : 1)), Waiting = place.Waiting - 1 };
            if (place is { CallsLeft: 0, Waiting: 0 })
            {
                _places.Remove(group);
            }
            else
            {
                _places[group] = place;
            }
        }
    }

    /// <summary>
    /// Frees what is over; and where all places are in use, the oldest one of the account that has most, if that one has
    /// more than this one will.
    /// </summary>
    private bool MakeRoom_NeedsGate(AccountId account)
    {
        foreach (var old in _places.Where(place => IsOver(place.Value)).Select(place => place.Key).ToList())
        {
            _places.Remove(old);
        }

        if (_places.Count < GroupsMax)
        {
            return true;
        }

        var mine = _places.Count(place => place.Value.Account == account);
        var fullest = _places.GroupBy(place => place.Value.Account).MaxBy(shared => shared.Count())!;
        return fullest.Count() > mine + 1 && _places.Remove(fullest.MinBy(place => place.Value.At).Key);
    }

    private bool IsOver(Place place) => timeProvider.GetElapsedTime(place.At) > PlaceMax;

    /// <param name="Account">Whose group.</param>
    /// <param name="CallsLeft">Calls that nobody has taken.</param>
    /// <param name="Waiting">Calls that were taken and wait.</param>
    /// <param name="At">When it was last changed.</param>
    private readonly record struct Place(AccountId Account, int CallsLeft, int Waiting, long At);
}
