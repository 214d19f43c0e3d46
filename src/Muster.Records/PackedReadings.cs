using System.Buffers.Binary;
using System.Collections.Immutable;

using Muster.Core.Metrics;

namespace Muster.Records;

/// <summary>
/// The readings of a <see cref="ReadingChunk"/> as bytes: a version, then of each the microseconds since the one before, the instances
/// that it covers, and the eight bytes of its value.
/// </summary>
/// <remarks>
/// Bytes and no text: nobody asks a database for a single reading. So a reading takes about 13 bytes where JSON takes about 45, gives its
/// value back to the last bit, and is read without parsing a digit. Numbers are of 7 bits a byte, the lowest first.
/// </remarks>
public static class PackedReadings
{
    private const byte Version = 1;

    // A delta of at most 9 bytes (63 bits) or 10, instances of at most 5, a value of 8.
    private const int ReadingMax = 10 + 5 + sizeof(double);

    /// <summary>The bytes.</summary>
    /// <param name="startsAt">Where the chunk's span begins.</param>
    /// <param name="readings">By time, none before the beginning.</param>
    public static byte[] Of(DateTimeOffset startsAt, ImmutableArray<Reading> readings)
    {
        var bytes = new byte[1 + (readings.Length * ReadingMax)];
        bytes[0] = Version;
        var at = 1;
        var before = Microseconds.From(startsAt);
        foreach (var reading in readings)
        {
            var now = Microseconds.From(reading.At);
            ArgumentOutOfRangeException.ThrowIfLessThan(now, before, nameof(readings));
            at += Write(bytes.AsSpan(at), (ulong)(now - before));
            at += Write(bytes.AsSpan(at), (uint)reading.Instances);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at), reading.Value);
            at += sizeof(double);
            before = now;
        }

        return bytes[..at];
    }

    /// <summary>The readings of bytes.</summary>
    /// <exception cref="InvalidDataException">They are none.</exception>
    public static ImmutableArray<Reading> ToValue(DateTimeOffset startsAt, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] != Version)
        {
            throw new InvalidDataException($"readings begin with {Version}, the version of their form");
        }

        var readings = ImmutableArray.CreateBuilder<Reading>(bytes.Length / (sizeof(double) + 2));
        var now = Microseconds.From(startsAt);
        for (var rest = bytes[1..]; !rest.IsEmpty; rest = rest[sizeof(double)..])
        {
            now += checked((long)Read(ref rest));
            var instances = checked((int)Read(ref rest));
            if (rest.Length < sizeof(double))
            {
                throw new InvalidDataException("readings end in the middle of one");
            }

            readings.Add(new(Microseconds.ToTime(now), BinaryPrimitives.ReadDoubleLittleEndian(rest), instances));
        }

        return readings.DrainToImmutable();
    }

    private static int Write(Span<byte> bytes, ulong number)
    {
        var at = 0;
        for (; number >= 0x80; number >>= 7)
        {
            bytes[at++] = (byte)(number | 0x80);
        }

        bytes[at++] = (byte)number;
        return at;
    }

    private static ulong Read(ref ReadOnlySpan<byte> bytes)
    {
        var number = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (bytes.IsEmpty)
            {
                break;
            }

            var next = bytes[0];
            bytes = bytes[1..];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }

        throw new InvalidDataException("readings end in the middle of a number");
    }
}
