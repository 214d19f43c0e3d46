using System.Buffers.Binary;

namespace Muster.Postgres.Testing;

/// <summary>
/// What clients have sent, by PostgreSQL's own protocol: each statement is one Execute, each round trip one Sync. See
/// https://www.postgresql.org/docs/current/protocol-message-formats.html.
/// </summary>
public sealed class WireTally
{
    private int statements;
    private int roundTrips;

    /// <summary>Statements executed.</summary>
    public int Statements => Volatile.Read(ref statements);

    /// <summary>Round trips made.</summary>
    public int RoundTrips => Volatile.Read(ref roundTrips);

    /// <summary>Begins to count anew.</summary>
    public void Reset()
    {
        Volatile.Write(ref statements, 0);
        Volatile.Write(ref roundTrips, 0);
    }

    /// <summary>A new connection; one without TLS, since what is sealed cannot be counted.</summary>
    internal Reader Begin() => new(this);

    /// <summary>One connection's stream, cut into messages wherever the network cut it.</summary>
    internal sealed class Reader(WireTally tally)
    {
        private const int LengthSize = 4;
        private readonly byte[] head = new byte[LengthSize + 1];

        // The first message has no type.
        private int headSize = LengthSize;
        private int headFilled;
        private int bodyLeft;

        public void Count(ReadOnlyMemory<byte> bytes)
        {
            var rest = bytes.Span;
            while (!rest.IsEmpty)
            {
                if (bodyLeft > 0)
                {
                    var skipped = Math.Min(bodyLeft, rest.Length);
                    bodyLeft -= skipped;
                    rest = rest[skipped..];
                    continue;
                }

                head[headFilled++] = rest[0];
                rest = rest[1..];
                if (headFilled == headSize)
                {
                    Begin();
                }
            }
        }

        private void Begin()
        {
            bodyLeft = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(headSize - LengthSize)) - LengthSize;
            if (headSize > LengthSize)
            {
                Interlocked.Add(ref tally.statements, head[0] == 'E' ? 1 : 0);
                Interlocked.Add(ref tally.roundTrips, head[0] == 'S' ? 1 : 0);
            }

            headSize = LengthSize + 1;
            headFilled = 0;
        }
    }
}
