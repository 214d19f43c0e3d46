using Muster.Core;

namespace Muster.Nomad.Reconciling;

/// <summary>Groups that a user has just changed, whose next calls come before others: few at once, and few calls each. Safe to share.</summary>
/// <param name="time">The clock.</param>
internal sealed class UrgentGroups(TimeProvider time)
{
    /// <summary>Groups at once. Those beyond wait in line with all others: a script that changes thousands holds up nobody.</summary>
    private const int GroupsMax = 16;

    /// <summary>Calls of one change: a thousand launches are not urgent.</summary>
    private const int CallsMax = 10;

    /// <summary>A place that is not used up is free again after this: its task never ran.</summary>
    private static readonly TimeSpan PlaceMax = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();

    // Guarded by the gate.
    private readonly Dictionary<GroupId, (int CallsLeft, long At)> places = [];

    /// <summary>A user changed the group.</summary>
    public void Add(GroupId group)
    {
        lock (gate)
        {
            if (places.Count >= GroupsMax)
            {
                foreach (var old in places.Where(place => time.GetElapsedTime(place.Value.At) > PlaceMax).Select(place => place.Key).ToList())
                {
                    places.Remove(old);
                }
            }

            if (places.Count < GroupsMax || places.ContainsKey(group))
            {
                places[group] = (CallsMax, time.GetTimestamp());
            }
        }
    }

    /// <summary>Takes one of the group's urgent calls; false when it has none.</summary>
    public bool Take(GroupId group)
    {
        lock (gate)
        {
            if (!places.TryGetValue(group, out var place))
            {
                return false;
            }

            if (place.CallsLeft > 1)
            {
                places[group] = place with { CallsLeft = place.CallsLeft - 1 };
            }
            else
            {
                places.Remove(group);
            }

            return true;
        }
    }
}
