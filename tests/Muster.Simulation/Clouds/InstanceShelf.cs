namespace Muster.Simulation.Clouds;

/// <summary>Instances in the order they were made; those gone for long are swept out now and then.</summary>
internal sealed class InstanceShelf
{
    private readonly List<SimulatedInstance> instances = [];
    private int goneSeen;

    public IReadOnlyList<SimulatedInstance> Instances => instances;

    public void Add(SimulatedInstance instance) => instances.Add(instance);

    /// <summary>Those after that sequence number, in order.</summary>
    public ReadOnlySpan<SimulatedInstance> After(long sequence)
    {
        var all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(instances);
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
        goneSeen += count;
        if (goneSeen > 64 && goneSeen > instances.Count)
        {
            instances.RemoveAll(instance => instance.StateAt(longAgo) is null && instance.MadeAt <= longAgo);
            goneSeen = 0;
        }
    }
}
