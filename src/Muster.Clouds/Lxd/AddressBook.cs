using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Clouds.Lxd.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Lxd;

/// <summary>
/// The addresses that were seen, so that a listing need not ask for them: to find them out LXD starts a process for each running instance.
/// </summary>
/// <remarks>See docs/decisions/0043-addresses-are-asked-for-now-and-then.md.</remarks>
/// <param name="timeProvider">The clock.</param>
internal sealed class AddressBook(TimeProvider timeProvider)
{
    /// <summary>How old an address may be. They hardly ever change while an instance runs.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(5);

    /// <summary>What has no address a minute after its start gets none soon; it is asked about with all others.</summary>
    private static readonly TimeSpan YoungMax = TimeSpan.FromMinutes(1);

    /// <summary>What is remembered at most; then all is forgotten together.</summary>
    private const int EntriesMax = 100_000;

    private static readonly TimeSpan AskGap = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (DateTimeOffset StartedAt, ImmutableArray<string> Addresses)> _known =
        new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (DateTimeOffset StartedAt, DateTimeOffset AskAt)> _missing = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<InstanceFilter, DateTimeOffset> _askedAt = new();

    /// <summary>
    /// Whether a listing should ask for addresses: somebody waits for one, or the listing is of many groups and they are old.
    /// </summary>
    public bool IsAskDue(InstanceFilter filter)
    {
        var now = timeProvider.GetUtcNow();
        foreach (var (name, _) in _missing.Where(one => now - one.Value.StartedAt > YoungMax))
        {
            _missing.TryRemove(name, out _);
        }

        return _missing.Values.Any(one => one.AskAt <= now) 
            || (filter.Group is null && now - _askedAt.GetValueOrDefault(filter, DateTimeOffset.MinValue) >= AgeMax);
    }

    /// <summary>Takes note of a whole listing.</summary>
    /// <param name="filter">Of what.</param>
    /// <param name="instances">As LXD listed them, with their state when they were asked for their addresses.</param>
    /// <param name="areAsked">Whether they were.</param>
    public void Note(InstanceFilter filter, IEnumerable<LxdInstance> instances, bool areAsked)
    {
        var now = timeProvider.GetUtcNow();
        if (_known.Count > EntriesMax || _askedAt.Count > EntriesMax)
        {
            // Names come and go; what is there is asked for again.
            _known.Clear();
            _askedAt.Clear();
        }

        if (areAsked && filter.Group is null)
        {
            _askedAt[filter] = now;
        }

        foreach (var instance in instances)
        {
            Note(instance, areAsked, now);
        }
    }

    /// <summary>The addresses of an instance, as they were seen last since its start.</summary>
    public ImmutableArray<string> Of(LxdInstance instance) =>
        _known.TryGetValue(instance.Name, out var seen) && seen.StartedAt == instance.LastUsedAt ? seen.Addresses : [];

    private void Note(LxdInstance instance, bool isAsked, DateTimeOffset now)
    {
        if (isAsked)
        {
            _known[instance.Name] = (instance.LastUsedAt, LxdStates.Addresses(instance));
        }

        if (instance.Status is not "Running" || !Of(instance).IsEmpty || !HasNic(instance) || now - instance.LastUsedAt > YoungMax)
        {
            _missing.TryRemove(instance.Name, out _);
        }
        else if (isAsked)
        {
            // Twice as old as when it had none: soon after it gets one, and a few times in all.
            var age = now - instance.LastUsedAt;
            _missing[instance.Name] = (instance.LastUsedAt, now + (age > AskGap ? age : AskGap));
        }
        else
        {
            _missing.TryAdd(instance.Name, (instance.LastUsedAt, now));
        }
    }

    private static bool HasNic(LxdInstance instance) =>
        instance.ExpandedDevices?.Values.Any(device => device?.GetValueOrDefault("type") == "nic") is true;
}
