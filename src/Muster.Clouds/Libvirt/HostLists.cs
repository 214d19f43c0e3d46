using Muster.Clouds.Libvirt.Domains;
using Muster.Clouds.Libvirt.Hosts;
using Muster.Clouds.Libvirt.Native;

namespace Muster.Clouds.Libvirt;

/// <summary>What a host has instead of what a template asks for: short lists, for refusals.</summary>
internal static class HostLists
{
    private const int ShownMax = 12;

    /// <summary>Finds a volume; one that was put there by hand, too.</summary>
    public static VolumeFacts? FindVolume(LibvirtConnection connection, VolumeName name)
    {
        if (connection.DescribeVolume(name.Pool, name.Name) is { } known)
        {
            return VolumeFacts.Read(known);
        }

        if (connection.DescribePool(name.Pool) is null)
        {
            return null;
        }

        // A host knows of files that others put there only when it looks.
        connection.RefreshPool(name.Pool);
        return connection.DescribeVolume(name.Pool, name.Name) is { } found ? VolumeFacts.Read(found) : null;
    }

    /// <summary>That a pool is not there, and which are.</summary>
    public static string Pools(LibvirtConnection connection, LibvirtHost host) =>
        $"{host.Shown} has no such pool; {Shown("pools", connection.ListPools())}";

    /// <summary>That a volume is not there, and which are.</summary>
    public static string Volumes(LibvirtConnection connection, LibvirtHost host, string pool) => connection.DescribePool(pool) is null
        ? $"{host.Shown} has no pool '{pool}'; {Shown("pools", connection.ListPools())}"
        : $"pool '{pool}' of {host.Shown} has no such volume; "
            + Shown("volumes", [.. connection.ListVolumes(pool).Where(name => new VolumeName(pool, name).Owner is null)]);

    /// <summary>That a network is not there, and which are.</summary>
    public static string Networks(LibvirtConnection connection, LibvirtHost host) =>
        $"{host.Shown} has no such network; {Shown("networks", connection.ListNetworks())}";

    private static string Shown(string what, List<string> names) =>
        names.Count == 0 ? $"it has no {what} at all"
        : names.Count <= ShownMax ? $"its {what} are {string.Join(", ", names)}"
        : $"its {what} are {string.Join(", ", names.Take(ShownMax))} and {names.Count - ShownMax} more";
}
