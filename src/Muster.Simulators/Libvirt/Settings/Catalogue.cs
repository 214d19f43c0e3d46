namespace Muster.Simulators.Libvirt.Settings;

/// <summary>What every simulated host has.</summary>
public static class Catalogue
{
    /// <summary>Its pool, a directory.</summary>
    public const string Pool = "default";

    /// <summary>A base volume in it.</summary>
    public const string Image = "debian-12.qcow2";

    /// <summary>Its network.</summary>
    public const string Network = "default";

    /// <summary>A network that does not run.</summary>
    public const string StoppedNetwork = "lab";

    /// <summary>A pool of block devices.</summary>
    public const string BlockPool = "vg0";

    /// <summary>How large the base volume is.</summary>
    public const long ImageBytes = 2L * 1024 * 1024 * 1024;
}
