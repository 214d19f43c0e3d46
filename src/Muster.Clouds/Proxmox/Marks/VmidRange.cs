using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

using Muster.Core;

namespace Muster.Clouds.Proxmox.Marks;

/// <summary>The ids that are Muster's own, and which of them a launch takes.</summary>
/// <remarks>See docs/decisions/0300-the-vmid-is-made-of-the-launch-id.md.</remarks>
/// <param name="First">The smallest.</param>
/// <param name="Last">The largest, itself included.</param>
internal readonly record struct VmidRange(int First, int Last)
{
    /// <summary>What Proxmox takes: pve-vmid of its schemas.</summary>
    public const int Min = 100, Max = 999_999_999;

    /// <summary>Fewer would be taken too often.</summary>
    public const int SizeMin = 1_000;

    /// <summary>Ids that a launch may take, one after the other.</summary>
    public const int Probes = 8;

    /// <summary>Unless set: nine digits, which is as long as a name of its network interfaces can be.</summary>
    public static VmidRange Default { get; } = new(100_000_000, Max);

    /// <summary>Whether an id is of this range.</summary>
    public bool Contains(int vmid) => vmid >= First && vmid <= Last;

    /// <summary>The ids of a launch, best first; the same at every call, and in every process.</summary>
    public IEnumerable<int> Of(LaunchId launch)
    {
        var (first, size) = (First, (ulong)(Last - First + 1));
        return Enumerable.Range(0, Probes).Select(probe => first + (int)(Hash(launch, probe) % size)).Distinct();
    }

    /// <summary>Reads <c>FIRST-LAST</c>.</summary>
    public static bool TryParse(string text, out VmidRange range)
    {
        range = default;
        var parts = text.Split('-', StringSplitOptions.TrimEntries);
        if (parts.Length != 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
        {
            return false;
        }

        range = new(first, last);
        return first >= Min && last <= Max && last - first + 1 >= SizeMin;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");

    private static ulong Hash(LaunchId launch, int probe)
    {
        Span<byte> input = stackalloc byte[17];
        launch.Value.TryWriteBytes(input, bigEndian: true, out _);
        input[16] = (byte)probe;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
