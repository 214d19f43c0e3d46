namespace Muster.Clouds.Vsphere.Places;

/// <summary>What an adapter is plugged into.</summary>
/// <param name="Name">The network's name.</param>
/// <param name="SwitchUuid">The distributed switch; null for a standard network.</param>
/// <param name="PortgroupKey">Its port group; null for a standard network.</param>
internal sealed record NetworkBacking(string Name, string? SwitchUuid = null, string? PortgroupKey = null);
