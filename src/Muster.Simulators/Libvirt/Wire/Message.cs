using System.Buffers.Binary;

namespace Muster.Simulators.Libvirt.Wire;

/// <summary>A message of libvirt's protocol: a length, a header of six numbers, and what the procedure says.</summary>
/// <param name="Program">Which program: the remote driver's, or keepalive's.</param>
/// <param name="Procedure">The procedure's number.</param>
/// <param name="Type">What it is.</param>
/// <param name="Serial">Which call it is of.</param>
/// <param name="Status">How it went.</param>
/// <param name="Body">The rest.</param>
internal sealed record Message(uint Program, int Procedure, int Type, uint Serial, int Status, ReadOnlyMemory<byte> Body)
{
    public const uint Remote = 0x20008086, KeepAlive = 0x6b656570;
    public const int Call = 0, Reply = 1, Event = 2, Stream = 3;
    public const int Ok = 0, Error = 1, Continue = 2;

    private const int HeadBytes = 28;
    private const int BytesMax = 32 * 1024 * 1024;

    /// <summary>Reads one; null at the end.</summary>
    public static async Task<Message?> ReadAsync(System.IO.Stream from, CancellationToken cancellationToken)
    {
        var head = new byte[HeadBytes];
        if (await from.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellationToken) < HeadBytes)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is < HeadBytes or > BytesMax)
        {
            throw new InvalidDataException($"a message of {length} bytes");
        }

        var body = new byte[length - HeadBytes];
        await from.ReadExactlyAsync(body, cancellationToken);
        var reader = new XdrReader(head.AsMemory(sizeof(int)));
        var program = reader.Unsigned();
        _ = reader.Int();
        return new(program, reader.Int(), reader.Int(), reader.Unsigned(), reader.Int(), body);
    }

    /// <summary>As it stands on the wire.</summary>
    public byte[] ToBytes()
    {
        var head = new XdrWriter()
            .Int(HeadBytes + Body.Length).Int((int)Program).Int(1).Int(Procedure).Int(Type).Int((int)Serial).Int(Status);
        return [.. head.Written, .. Body.Span];
    }
}
