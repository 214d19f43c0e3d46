using Muster.Clouds.Libvirt.Hosts;

namespace Muster.Clouds.Libvirt;

/// <summary>A host of a cloud, what was seen of it, and how many launches are on their way to it.</summary>
/// <param name="host">The host.</param>
internal sealed class HostPlace(LibvirtHost host)
{
    private int _launching;

    /// <summary>The host.</summary>
    public LibvirtHost Host => host;

    /// <summary>What was seen of it.</summary>
    public HostMemory Memory { get; } = new();

    /// <summary>Launches on their way.</summary>
    public int Launching => Volatile.Read(ref _launching);

    /// <summary>A launch begins, or is over.</summary>
    public void Count(int by) => Interlocked.Add(ref _launching, by);
}
