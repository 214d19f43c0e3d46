namespace Muster.Simulation.Clouds;

/// <summary>Instances in the order they were made; those gone for long are swept out now and then.</summary>
internal sealed class InstanceShelf
{
    private readonly List<SimulatedInstance> _instances = [];
    private int _goneSeen;

    public IReadOnlyList<SimulatedInstance> Instances => _instances;

    public void Add(SimulatedInstance instance) => _instances.Add(instance);

    /// <summary>Takes one off.</summary>
    public void Remove(SimulatedInstance instance) => _instances.Remove(instance);

    /// <summary>Puts one where its sequence number belongs.</summary>
    public void Insert(SimulatedInstance instance) => _instances.Insert(_instances.Count - After(instance.Sequence).Length, instance);

    /// <summary>Those after that sequence number, in order.</summary>
    public ReadOnlySpan<SimulatedInstance> After(long sequence)
    {
        var all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_instances);
        var (low, high) = (0, all.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = all[middle].Sequence > sequence ? (low, middle) : (middle + 1, high);
        }

        return all[low..];
    }

    /// <summary>Tells that so many of those looked at were gone before <paramref name="longAgo"/>.</summary>
    public void OnGone(int count, DateTimeOffset longAgo)
    {
        _goneSeen += count;
        if (_goneSeen > 64 && _goneSeen > _instances.Count)
        {
            _instances.RemoveAll(instance => instance.StateAt(longAgo) is null && instance.MadeAt <= longAgo);
            _goneSeen = 0;
        }
    }
}
