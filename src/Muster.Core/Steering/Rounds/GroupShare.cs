using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Muster.Core.Steering.Rounds;

/// <summary>
/// Which of the servers that share a store steers a group: each works it out by itself from the same list, and one that comes or goes moves
/// no more groups than its own (rendezvous hashing: Thaler and Ravishankar, 1998).
/// </summary>
/// <remarks>Two that think a group theirs for a moment, since their lists differ, come to the same claim.</remarks>
internal sealed class GroupShare
{
    private readonly ImmutableArray<ulong> _servers;
    private readonly int _own;

    /// <param name="holders">The living servers.</param>
    /// <param name="own">This one; nothing is its own before it is among them.</param>
    public GroupShare(IEnumerable<string> holders, string own)
    {
        var sorted = holders.Order(StringComparer.Ordinal).ToList();
        _own = sorted.IndexOf(own);
        _servers = [.. sorted.Select(Hash)];
    }

    /// <summary>Whether this server steers the group.</summary>
    public bool IsOwn(GroupId group)
    {
        if (_own < 0 || _servers.Length == 1)
        {
            return _own == 0;
        }

        Span<byte> id = stackalloc byte[16];
        group.Value.TryWriteBytes(id);
        var (first, second) = (BinaryPrimitives.ReadUInt64LittleEndian(id), BinaryPrimitives.ReadUInt64LittleEndian(id[8..]));
        var (best, highest) = (0, 0UL);
        for (var i = 0; i < _servers.Length; i++)
        {
            var weight = Mixed(Mixed(_servers[i] ^ first) ^ second);
            if (weight >= highest)
            {
                (best, highest) = (i, weight);
            }
        }

        return best == _own;
    }

    // FNV-1a: the same in every process, unlike string.GetHashCode.
    private static ulong Hash(string text) => text.Aggregate(14695981039346656037UL, (hash, c) => (hash ^ c) * 1099511628211UL);

    // The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
    private static ulong Mixed(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9UL;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebUL;
        return value ^ (value >> 31);
    }
}
