using System.Buffers.Binary;
using System.Text;

namespace Muster.Health.Probes;

/// <summary>The two messages of grpc.health.v1, in the frame that gRPC puts around each: whether it is packed, and its length.</summary>
internal static class GrpcHealthMessage
{
    private const int FrameLength = 5;

    /// <summary>A framed HealthCheckRequest.</summary>
    /// <param name="service">Field 1, a string; nothing for the server as a whole.</param>
    public static byte[] Request(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        var message = new List<byte>(name.Length + FrameLength + 3) { 0, 0, 0, 0, 0 };
        if (name.Length > 0)
        {
            message.Add((1 << 3) | 2);
            for (var length = (uint)name.Length; ; length >>= 7)
            {
                message.Add((byte)(length > 0x7f ? (length & 0x7f) | 0x80 : length));
                if (length <= 0x7f)
                {
                    break;
                }
            }

            message.AddRange(name);
        }

        byte[] framed = [.. message];
        BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)(framed.Length - FrameLength));
        return framed;
    }

    /// <summary>Field 1 of a framed HealthCheckResponse, a number, 0 where it is not there; null where that is none.</summary>
    public static long? StatusOf(ReadOnlySpan<byte> framed)
    {
        if (framed.Length < FrameLength || framed[0] != 0
            || BinaryPrimitives.ReadUInt32BigEndian(framed[1..]) != framed.Length - FrameLength)
        {
            return null;
        }

        var rest = framed[FrameLength..];
        long status = 0;
        while (!rest.IsEmpty)
        {
            if (!TryVarint(ref rest, out var tag))
            {
                return null;
            }

            // Fields that a later version may add are passed over, as protobuf asks for.
            switch ((tag >> 3, tag & 7))
            {
                case (1, 0) when TryVarint(ref rest, out var value):
                    status = (long)value;
                    break;
                case ( > 1, 0) when TryVarint(ref rest, out _):
                    break;
                case ( > 1, 1) when rest.Length >= 8:
                    rest = rest[8..];
                    break;
                case ( > 1, 5) when rest.Length >= 4:
                    rest = rest[4..];
                    break;
                case ( > 1, 2) when TryVarint(ref rest, out var length) && length <= (ulong)rest.Length:
                    rest = rest[(int)length..];
                    break;
                default:
                    return null;
            }
        }

        return status;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(rest.Length, 10); i++)
        {
            value |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if ((rest[i] & 0x80) == 0)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
