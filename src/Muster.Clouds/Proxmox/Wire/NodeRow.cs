namespace Muster.Clouds.Proxmox.Wire;

/// <summary>A node of the cluster.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsOnline">Whether the others see it.</param>
/// <param name="MemoryBytesMax">Its memory; null where the token may not see that.</param>
/// <param name="MemoryBytesUsed">What of it is in use.</param>
internal sealed record NodeRow(string Name, bool IsOnline, long? MemoryBytesMax, long? MemoryBytesUsed);
