using System.Buffers.Binary;

namespace Muster.Postgres.Testing;

/// <summary>
/// What clients have sent, by PostgreSQL's own protocol: each statement is one Execute, each round trip one Sync. See
/// https://www.postgresql.org/docs/current/protocol-message-formats.html.
/// </summary>
public sealed class WireTally
{
    private int _statements;
    private int _roundTrips;

    /// <summary>Statements executed.</summary>
    public int Statements => Volatile.Read(ref _statements);

    /// <summary>Round trips made.</summary>
    public int RoundTrips => Volatile.Read(ref _roundTrips);

    /// <summary>Begins to count anew.</summary>
    public void Reset()
    {
        Volatile.Write(ref _statements, 0);
        Volatile.Write(ref _roundTrips, 0);
    }

    /// <summary>A new connection; one without TLS, since what is sealed cannot be counted.</summary>
    internal Reader Begin() => new(this);

    /// <summary>One connection's stream, cut into messages wherever the network cut it.</summary>
    internal sealed class Reader(WireTally tally)
    {
        private const int LengthSize = 4;
        private readonly byte[] _head = new byte[LengthSize + 1];

        // The first message has no type.
        private int _headSize = LengthSize;
        private int _headFilled;
        private int _bodyLeft;

        public void Count(ReadOnlyMemory<byte> bytes)
        {
            var rest = bytes.Span;
            while (!rest.IsEmpty)
            {
                if (_bodyLeft > 0)
                {
                    var skipped = Math.Min(_bodyLeft, rest.Length);
                    _bodyLeft -= skipped;
                    rest = rest[skipped..];
                    continue;
                }

                _head[_headFilled++] = rest[0];
                rest = rest[1..];
                if (_headFilled == _headSize)
                {
                    Begin();
                }
            }
        }

        private void Begin()
        {
            _bodyLeft = BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(_headSize - LengthSize)) - LengthSize;
            if (_headSize > LengthSize)
            {
                Interlocked.Add(ref tally._statements, _head[0] == 'E' ? 1 : 0);
                Interlocked.Add(ref tally._roundTrips, _head[0] == 'S' ? 1 : 0);
            }

            _headSize = LengthSize + 1;
            _headFilled = 0;
        }
    }
}
