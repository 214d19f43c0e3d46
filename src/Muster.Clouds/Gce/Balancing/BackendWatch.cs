using System.Collections.Concurrent;

using Muster.Clouds.Gce.Wire;

namespace Muster.Clouds.Gce.Balancing;

/// <summary>What is remembered of one group's endpoints for as long as this process looks at them without a break. Safe to share.</summary>
/// <param name="since">When it began to look: what was detached before by another process was detached at that time at the latest.</param>
internal sealed class BackendWatch(long since)
{
    private readonly ConcurrentDictionary<string, EndpointMemory> _endpoints = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _zones = new(StringComparer.Ordinal);
    private long _lookedAt = since;

    /// <summary>When it began to look.</summary>
    public long Since { get; } = since;

    /// <summary>When it last did.</summary>
    public long LookedAt
    {
        get => Volatile.Read(ref _lookedAt);
        set => Volatile.Write(ref _lookedAt, value);
    }

    /// <summary>Whether the whole region was looked at once. From then on all that the group has is in <see cref="Zones"/>.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Where the group has or had endpoints.</summary>
    public IEnumerable<string> Zones => _zones.Keys;

    /// <summary>What is remembered of an endpoint, by its key.</summary>
    public EndpointMemory this[string key]
    {
        get => _endpoints.GetValueOrDefault(key);
        set => _endpoints[key] = value;
    }

    /// <summary>Adds to <see cref="Zones"/>.</summary>
    public void Add(string zone) => _zones[zone] = true;

    /// <summary>Google shows that an endpoint is attached and drains nowhere.</summary>
    /// <remarks>A look may be older than a detachment that began since: what is remembered of that stays.</remarks>
    public void FoundServing(string key) => _endpoints.AddOrUpdate(
        key, new EndpointMemory(WasThere: true),
        (_, before) => before is { DetachedAt: null, Detaching: null } ? new(WasThere: true) : before);

    /// <summary>Forgets all endpoints but these.</summary>
    public void Keep(IReadOnlySet<string> keys)
    {
        foreach (var key in _endpoints.Keys.Where(key => !keys.Contains(key)))
        {
            _endpoints.TryRemove(key, out _);
        }
    }
}

/// <summary>What is remembered of an endpoint; nothing of most.</summary>
/// <param name="IsAttached">Whether this process has attached it, and no look has shown it serving since.</param>
/// <param name="WasThere">Whether it was there when this process last saw it, or began to change it.</param>
/// <param name="DetachedAt">When it was found detached; null where it was not.</param>
/// <param name="Detaching">Google's operation that detaches it, while that goes on.</param>
internal readonly record struct EndpointMemory(
    bool IsAttached = false, bool WasThere = false, long? DetachedAt = null, Operation? Detaching = null);
