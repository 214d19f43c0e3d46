using System.Collections.Concurrent;
using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Clouds.Libvirt;

/// <summary>What was last seen of the instances of one host, whosever installation made them. Safe to share.</summary>
internal sealed class HostMemory
{
    private readonly ConcurrentDictionary<Guid, Instance> _instances = new();
    private volatile bool _isWhole;

    /// <summary>Whether all of its instances were seen, once at least.</summary>
    public bool IsWhole => _isWhole;

    /// <summary>What was seen.</summary>
    public IEnumerable<Instance> All => _instances.Values;

    /// <summary>The instance of that id; null where none was seen.</summary>
    public Instance? Find(Guid uuid) => _instances.GetValueOrDefault(uuid);

    /// <summary>These are all.</summary>
    public void Saw(ImmutableArray<Instance> all)
    {
        var ids = all.Select(instance => Guid.Parse(instance.Id.Value)).ToHashSet();
        foreach (var gone in _instances.Keys.Where(id => !ids.Contains(id)))
        {
            _instances.TryRemove(gone, out _);
        }

        foreach (var instance in all)
        {
            Saw(instance);
        }

        _isWhole = true;
    }

    /// <summary>This one is there.</summary>
    public void Saw(Instance instance) => _instances[Guid.Parse(instance.Id.Value)] = instance;

    /// <summary>This one is not.</summary>
    public void Lost(Guid uuid) => _instances.TryRemove(uuid, out _);
}
