namespace Muster.Simulators.Libvirt.Hosts;

/// <summary>A volume of a simulated host.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">How large it is.</param>
/// <param name="Format">Its format; null in a pool of block devices.</param>
/// <param name="BasePath">The volume that it builds on; null for none.</param>
/// <param name="ChangedAt">When it was made.</param>
public sealed record SimulatedVolume(string Name, long Bytes, string? Format, string? BasePath, DateTimeOffset ChangedAt)
{
    /// <summary>What was written into it; empty where nobody wrote.</summary>
    public byte[] Content { get; init; } = [];
}
