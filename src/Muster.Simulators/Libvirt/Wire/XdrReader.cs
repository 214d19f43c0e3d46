using System.Buffers.Binary;
using System.Text;

namespace Muster.Simulators.Libvirt.Wire;

/// <summary>Reads values as they stand on the wire (XDR, RFC 4506).</summary>
/// <param name="bytes">What came.</param>
internal sealed class XdrReader(ReadOnlyMemory<byte> bytes)
{
    private const int StringMax = 4 * 1024 * 1024;
    private const int UuidBytes = 16;

    private int _at;

    /// <summary>Whether all was read.</summary>
    public bool IsAtEnd => _at == bytes.Length;

    /// <summary>What is left.</summary>
    public ReadOnlyMemory<byte> Rest => bytes[_at..];

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)).Span);

    public uint Unsigned() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)).Span);

    public ulong Hyper() => BinaryPrimitives.ReadUInt64BigEndian(Take(sizeof(ulong)).Span);

    public Guid Uuid() => new(Take(UuidBytes).Span, bigEndian: true);

    public string Text()
    {
        var length = Int();
        if (length is < 0 or > StringMax)
        {
            throw new InvalidDataException($"a text of {length} bytes");
        }

        var text = Encoding.UTF8.GetString(Take(length).Span);
        Take(-length & 3);
        return text;
    }

    /// <summary>A text that may be none.</summary>
    public string? Maybe() => Int() == 0 ? null : Text();

    /// <summary>A domain: only its id says which.</summary>
    public Guid Domain()
    {
        Text();
        var uuid = Uuid();
        Int();
        return uuid;
    }

    /// <summary>A pool, or a network.</summary>
    public string Named()
    {
        var name = Text();
        Uuid();
        return name;
    }

    /// <summary>A volume.</summary>
    public (string Pool, string Name) Volume()
    {
        var (pool, name) = (Text(), Text());
        Text();
        return (pool, name);
    }

    private ReadOnlyMemory<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - _at)
        {
            throw new InvalidDataException("the message ends early");
        }

        _at += count;
        return bytes.Slice(_at - count, count);
    }
}
