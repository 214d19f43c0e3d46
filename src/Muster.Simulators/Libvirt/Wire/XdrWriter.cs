using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Muster.Simulators.Libvirt.Wire;

/// <summary>Writes values as they stand on the wire (XDR, RFC 4506).</summary>
internal sealed class XdrWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public XdrWriter Int(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(sizeof(int)), value);
        _bytes.Advance(sizeof(int));
        return this;
    }

    public XdrWriter Hyper(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
        return this;
    }

    public XdrWriter Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Int(bytes.Length);
        _bytes.Write(bytes);
        _bytes.Write(stackalloc byte[-bytes.Length & 3]);
        return this;
    }

    public XdrWriter Maybe(string? text) => text is null ? Int(0) : Int(1).Text(text);

    public XdrWriter Uuid(Guid uuid)
    {
        uuid.TryWriteBytes(_bytes.GetSpan(16), bigEndian: true, out var written);
        _bytes.Advance(written);
        return this;
    }

    public XdrWriter Domain(string name, Guid uuid, int id) => Text(name).Uuid(uuid).Int(id);

    public XdrWriter Volume(string pool, string name, string key) => Text(pool).Text(name).Text(key);
}
