using System.Buffers.Binary;
using System.Text;

namespace Muster.Clouds.Triton.Signing;

/// <summary>Reads the binary form of SSH keys and agent messages (RFC 4251 §5).</summary>
/// <remarks>Throws <see cref="FormatException"/> where the bytes end too early.</remarks>
internal sealed class SshReader(ReadOnlyMemory<byte> bytes)
{
    private int _position;

    public byte ReadByte() => Take(1)[0];

    public uint ReadNumber() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public byte[] ReadBytes()
    {
        var length = ReadNumber();
        return length <= bytes.Length ? Take((int)length).ToArray() : throw new FormatException("cut short");
    }

    public string ReadText() => Encoding.UTF8.GetString(ReadBytes());

    /// <summary>A positive number, without the zeros that only say that it is positive.</summary>
    public byte[] ReadInteger()
    {
        var padded = ReadBytes().AsSpan();
        return padded.TrimStart((byte)0).ToArray();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (bytes.Length - _position < count)
        {
            throw new FormatException("cut short");
        }

        _position += count;
        return bytes.Span.Slice(_position - count, count);
    }
}
