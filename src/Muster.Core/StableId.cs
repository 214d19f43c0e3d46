namespace Muster.Core;

/// <summary>Ids that follow from their input, so that whoever computes one again gets the same: UUID version 8 (RFC 9562 §5.8).</summary>
public static class StableId
{
    /// <summary>The id of these bytes: the first 128 bits of their SHA-256, with version and variant set.</summary>
    public static Guid From(ReadOnlySpan<byte> input)
    {
        Span<byte> hash = stackalloc byte[Sha256.HashBytes];
        Sha256.Hash(input, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
