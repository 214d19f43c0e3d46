using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Storage;

namespace Muster.Traffic.Keeping;

/// <summary>What all groups of one server's traffic share.</summary>
internal sealed class TrafficParts
{
    private readonly Lock _gate = new();

    // Guarded by the gate: whose a place at a source is that only one group may have.
    private readonly Dictionary<string, GroupId> _claims = new(StringComparer.Ordinal);

    // Who was refused a place that another group has, until it gets it or asks no more.
    private readonly HashSet<(GroupId Group, string Place)> _refused = [];
    private readonly Dictionary<object, string> _down = new(ReferenceEqualityComparer.Instance);
    private long _joined;
    private long _drained;
    private long _left;
    private long _failed;

    public required TrafficSources Sources { get; init; }

    public required IGroupReader Groups { get; init; }

    public required IMemberStore Notes { get; init; }

    public required ITrailStore Trail { get; init; }

    public required ActivityFeed Feed { get; init; }

    public required Action<GroupId> Wake { get; init; }

    public required TimeProvider Time { get; init; }

    public required IRandomSource Random { get; init; }

    public required TrafficOptions Options { get; init; }

    public required ITrafficObserver Observer { get; init; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public (long Joined, long Drained, long Left, long Failed) Counts =>
        (Interlocked.Read(ref _joined), Interlocked.Read(ref _drained), Interlocked.Read(ref _left), Interlocked.Read(ref _failed));

    /// <summary>Sources that do not do what some group needs.</summary>
    public int SourcesDown
    {
        get
        {
            lock (_gate)
            {
                return _down.Values.Distinct(StringComparer.Ordinal).Count();
            }
        }
    }

    public void CountJoined() => Interlocked.Increment(ref _joined);

    public void CountDrained() => Interlocked.Increment(ref _drained);

    public void CountLeft() => Interlocked.Increment(ref _left);

    public void CountFailed() => Interlocked.Increment(ref _failed);

    /// <summary>Says whether a use finds its source as it should be.</summary>
    public void SetDown(UseAlarm use, string source, bool isDown)
    {
        lock (_gate)
        {
            if (isDown)
            {
                _down[use] = source;
            }
            else
            {
                _down.Remove(use);
            }
        }
    }

    /// <summary>Takes a place at a source for a group; returns whose it is already, or null where it is the group's now.</summary>
    public GroupId? Claim(string place, GroupId group)
    {
        lock (_gate)
        {
            if (_claims.TryGetValue(place, out var owner) && owner != group)
            {
                _refused.Add((group, place));
                return owner;
            }

            _claims[place] = group;
            _refused.Remove((group, place));
            return null;
        }
    }

    /// <summary>Whether a group waits for the place of another that waits for this one: neither would ever get what it waits for.</summary>
    public bool IsSwapped(string place, GroupId group)
    {
        lock (_gate)
        {
            return _refused.Any(other => other.Place == place && other.Group != group
                && _refused.Any(own => own.Group == group && _claims.TryGetValue(own.Place, out var owner) && owner == other.Group));
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Unclaim(string place, GroupId group)
    {
        lock (_gate)
        {
            _refused.Remove((group, place));
            if (_claims.TryGetValue(place, out var owner) && owner == group)
            {
                _claims.Remove(place);
            }
        }
    }
}
