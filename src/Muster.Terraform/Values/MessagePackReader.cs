using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Muster.Terraform.Values;

/// <summary>Reads a value from MessagePack as Terraform writes it. Never reads past the end, whatever the bytes say.</summary>
/// <remarks>Kinds are told by the bytes alone: every extension is an unknown value, whatever is known about it.</remarks>
internal ref struct MessagePackReader
{
    /// <summary>Deepest nesting; our schemas need four.</summary>
    private const int DepthMax = 64;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest;

    private MessagePackReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <summary>The one value that the bytes hold.</summary>
    /// <exception cref="ValueException">They hold none, or more than one.</exception>
    public static Value Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var value = reader.ReadValue(DepthMax);
        return reader._rest.IsEmpty ? value : throw new ValueException($"{reader._rest.Length} bytes follow the value");
    }

    private Value ReadValue(int depth)
    {
        if (depth == 0)
        {
            throw new ValueException($"nested deeper than {DepthMax}");
        }

        var code = Take(1)[0];
        return code switch
        {
            <= 0x7f => Value.Of(code),
            <= 0x8f => ReadMapping(code & 0x0f, depth),
            <= 0x9f => ReadSequence(code & 0x0f, depth),
            <= 0xbf => ReadText(code & 0x1f),
            0xc0 => Value.Null,
            0xc2 => Value.Of(false),
            0xc3 => Value.Of(true),
            0xc7 => SkipExtension(ReadLength(1)),
            0xc8 => SkipExtension(ReadLength(2)),
            0xc9 => SkipExtension(ReadLength(4)),
            0xca => ReadFraction(BinaryPrimitives.ReadSingleBigEndian(Take(4))),
            0xcb => ReadFraction(BinaryPrimitives.ReadDoubleBigEndian(Take(8))),
            0xcc => Value.Of(Take(1)[0]),
            0xcd => Value.Of(BinaryPrimitives.ReadUInt16BigEndian(Take(2))),
            0xce => Value.Of(BinaryPrimitives.ReadUInt32BigEndian(Take(4))),
            0xcf => new Value.Number(BinaryPrimitives.ReadUInt64BigEndian(Take(8)).ToString(CultureInfo.InvariantCulture)),
            0xd0 => Value.Of((sbyte)Take(1)[0]),
            0xd1 => Value.Of(BinaryPrimitives.ReadInt16BigEndian(Take(2))),
            0xd2 => Value.Of(BinaryPrimitives.ReadInt32BigEndian(Take(4))),
            0xd3 => Value.Of(BinaryPrimitives.ReadInt64BigEndian(Take(8))),
            >= 0xd4 and <= 0xd8 => SkipExtension(1 << (code - 0xd4)),
            0xd9 => ReadText(ReadLength(1)),
            0xda => ReadText(ReadLength(2)),
            0xdb => ReadText(ReadLength(4)),
            0xdc => ReadSequence(ReadLength(2), depth),
            0xdd => ReadSequence(ReadLength(4), depth),
            0xde => ReadMapping(ReadLength(2), depth),
            0xdf => ReadMapping(ReadLength(4), depth),
            >= 0xe0 => Value.Of((sbyte)code),
            _ => throw new ValueException($"0x{code:x2} begins no value of Terraform's"),
        };
    }

    private Value.Sequence ReadSequence(int count, int depth)
    {
        CheckCount(count, bytesPerItemMin: 1);
        var items = ImmutableArray.CreateBuilder<Value>(count);
        for (var i = 0; i < count; i++)
        {
            items.Add(ReadValue(depth - 1));
        }

        return new(items.MoveToImmutable());
    }

    private Value.Mapping ReadMapping(int count, int depth)
    {
        CheckCount(count, bytesPerItemMin: 2);
        var items = ImmutableSortedDictionary.CreateBuilder<string, Value>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var key = ReadValue(depth: 1) is Value.Text text ? text.Content : throw new ValueException("a key is no string");
            if (!items.TryAdd(key, ReadValue(depth - 1)))
            {
                throw new ValueException($"the key '{key}' stands there twice");
            }
        }

        return new(items.ToImmutable());
    }

    private Value.Text ReadText(int length)
    {
        try
        {
            return new(Utf8.GetString(Take(length)));
        }
        catch (DecoderFallbackException error)
        {
            throw new ValueException($"a string is not UTF-8: {error.Message}");
        }
    }

    private static Value.Number ReadFraction(double number) => double.IsFinite(number)
        ? Value.Number.Parse(number.ToString("R", CultureInfo.InvariantCulture))
        : throw new ValueException("an infinite number is for no attribute of this provider");

    private Value SkipExtension(int length)
    {
        Take(1);
        Take(length);
        return Value.Unknown;
    }

    private int ReadLength(int width)
    {
        var bytes = Take(width);
        var length = width switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        };
        return length <= int.MaxValue ? (int)length : throw CutShort();
    }

    // Before anything is allocated: a count of four billion must not cost memory.
    private readonly void CheckCount(int count, int bytesPerItemMin)
    {
        if (count > _rest.Length / bytesPerItemMin)
        {
            throw CutShort();
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw CutShort();
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private static ValueException CutShort() => new("the value is cut short");
}
