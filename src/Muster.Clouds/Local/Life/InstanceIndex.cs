using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Local.Life;

/// <summary>Every instance of the data directory in memory, in order of id.</summary>
internal sealed class InstanceIndex
{
    private readonly Lock _gate = new();

    // Under the gate.
    private readonly Dictionary<LaunchId, Entry> _byLaunch = [];
    private readonly SortedDictionary<string, LocalInstance> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<GroupId, SortedDictionary<string, LocalInstance>> _byGroup = [];
    private long _version;

    /// <summary>Grows with each instance added: what was added after a look at the directory was not to be seen in it.</summary>
    public long Version
    {
        get
        {
            lock (_gate)
            {
                return _version;
            }
        }
    }

    public LocalInstance? Find(LaunchId launch)
    {
        lock (_gate)
        {
            return _byLaunch.TryGetValue(launch, out var entry) ? entry.Instance : null;
        }
    }

    /// <summary>Adds the instance, in place of one of the same launch.</summary>
    public void Put(LocalInstance instance)
    {
        lock (_gate)
        {
            Remove_NeedsLock(instance.Launch);
            _byLaunch.Add(instance.Launch, new Entry(instance, ++_version));
            _all.Add(Key(instance), instance);
            if (instance.Group is { } group)
            {
                if (!_byGroup.TryGetValue(group, out var members))
                {
                    _byGroup.Add(group, members = new SortedDictionary<string, LocalInstance>(StringComparer.Ordinal));
                }

                members.Add(Key(instance), instance);
            }
        }
    }

    /// <summary>Puts what a further run makes of an instance in the place of this very one.</summary>
    /// <returns>Whether it was in.</returns>
    public bool Replace(LocalInstance instance, LocalInstance renewed)
    {
        lock (_gate)
        {
            if (!_byLaunch.TryGetValue(instance.Launch, out var entry) || !ReferenceEquals(entry.Instance, instance))
            {
                return false;
            }

            Put(renewed);
            return true;
        }
    }

    /// <summary>Takes this very instance out.</summary>
    /// <returns>Whether it was in.</returns>
    public bool Remove(LocalInstance instance)
    {
        lock (_gate)
        {
            return _byLaunch.TryGetValue(instance.Launch, out var entry) && ReferenceEquals(entry.Instance, instance)
                && Remove_NeedsLock(instance.Launch);
        }
    }

    /// <summary>Those that were in at <paramref name="version"/> or before.</summary>
    public LocalInstance[] UpTo(long version)
    {
        lock (_gate)
        {
            return [.. _byLaunch.Values.Where(entry => entry.Version <= version).Select(entry => entry.Instance)];
        }
    }

    /// <summary>Those that the filter admits and that are more than an intent, in order of id.</summary>
    public LocalInstance[] Matching(InstanceFilter filter)
    {
        LocalInstance[] candidates;
        lock (_gate)
        {
            candidates = filter.Group is { } group
                ? _byGroup.TryGetValue(group, out var members) ? [.. members.Values] : []
                : [.. _all.Values];
        }

        return Array.FindAll(candidates, instance =>
            instance.Installation == filter.Installation
            && (filter.Account is null || instance.Account == filter.Account)
            && !instance.NeverRan);
    }

    private bool Remove_NeedsLock(LaunchId launch)
    {
        if (!_byLaunch.Remove(launch, out var entry))
        {
            return false;
        }

        _all.Remove(Key(entry.Instance));
        if (entry.Instance.Group is { } group && _byGroup.TryGetValue(group, out var members))
        {
            members.Remove(Key(entry.Instance));
            if (members.Count == 0)
            {
                _byGroup.Remove(group);
            }
        }

        return true;
    }

    private static string Key(LocalInstance instance) => instance.Launch.ToString();

    private sealed record Entry(LocalInstance Instance, long Version);
}
