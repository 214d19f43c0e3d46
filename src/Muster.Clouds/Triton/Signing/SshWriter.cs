using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Muster.Clouds.Triton.Signing;

/// <summary>Writes the binary form of SSH keys and agent messages (RFC 4251 §5).</summary>
internal sealed class SshWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public SshWriter Add(byte value)
    {
        _bytes.Write([value]);
        return this;
    }

    public SshWriter Add(uint number)
    {
        Span<byte> four = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(four, number);
        _bytes.Write(four);
        return this;
    }

    public SshWriter Add(ReadOnlySpan<byte> bytes)
    {
        Add((uint)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    public SshWriter Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    /// <summary>A positive number: a zero in front where its highest bit would read as a minus.</summary>
    public SshWriter AddInteger(ReadOnlySpan<byte> number)
    {
        number = number.TrimStart((byte)0);
        return number.Length > 0 && number[0] >= 0x80 ? Add([0, .. number]) : Add(number);
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
