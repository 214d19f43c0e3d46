using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace Muster.Terraform.Values;

/// <summary>Writes a value as MessagePack in the forms that Terraform itself writes, which are the shortest.</summary>
internal static class MessagePackWriter
{
    /// <summary>The value's bytes.</summary>
    public static ReadOnlyMemory<byte> Write(Value value)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        Write(value, buffer);
        return buffer.WrittenMemory;
    }

    private static void Write(Value value, ArrayBufferWriter<byte> output)
    {
        switch (value)
        {
            case Value.Nothing:
                output.Write<byte>([0xc0]);
                break;
            case Value.Pending:
                output.Write<byte>([0xd4, 0x00, 0x00]);
                break;
            case Value.Flag flag:
                output.Write<byte>([flag.IsSet ? (byte)0xc3 : (byte)0xc2]);
                break;
            case Value.Text text:
                WriteText(text.Content, output);
                break;
            case Value.Number number:
                WriteNumber(number, output);
                break;
            case Value.Sequence sequence:
                WriteHead(sequence.Items.Length, 0x90, 0xdc, output);
                foreach (var item in sequence.Items)
                {
                    Write(item, output);
                }

                break;
            case Value.Mapping mapping:
                WriteHead(mapping.Items.Count, 0x80, 0xde, output);
                foreach (var (key, item) in mapping.Items)
                {
                    WriteText(key, output);
                    Write(item, output);
                }

                break;
            default:
                throw new UnreachableException($"value {value.GetType()}");
        }
    }

    private static void WriteText(string text, ArrayBufferWriter<byte> output)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        switch (length)
        {
            case < 32:
                output.Write<byte>([(byte)(0xa0 | length)]);
                break;
            case <= byte.MaxValue:
                output.Write<byte>([0xd9, (byte)length]);
                break;
            case <= ushort.MaxValue:
                WriteShort(0xda, (ushort)length, output);
                break;
            default:
                WriteInt(0xdb, (uint)length, output);
                break;
        }

        Encoding.UTF8.GetBytes(text, output);
    }

    private static void WriteNumber(Value.Number number, ArrayBufferWriter<byte> output)
    {
        if (!number.TryWhole(out var whole))
        {
            // As text nothing is lost; Terraform reads it like a number.
            WriteText(number.Digits, output);
            return;
        }

        switch (whole)
        {
            case >= -32 and <= 127:
                output.Write<byte>([unchecked((byte)whole)]);
                break;
            case >= 0 and <= byte.MaxValue:
                output.Write<byte>([0xcc, (byte)whole]);
                break;
            case >= 0 and <= ushort.MaxValue:
                WriteShort(0xcd, (ushort)whole, output);
                break;
            case >= 0 and <= uint.MaxValue:
                WriteInt(0xce, (uint)whole, output);
                break;
            case >= sbyte.MinValue and < 0:
                output.Write<byte>([0xd0, unchecked((byte)whole)]);
                break;
            case >= short.MinValue and < 0:
                WriteShort(0xd1, unchecked((ushort)whole), output);
                break;
            case >= int.MinValue and < 0:
                WriteInt(0xd2, unchecked((uint)whole), output);
                break;
            default:
                var bytes = output.GetSpan(9);
                bytes[0] = 0xd3;
                BinaryPrimitives.WriteInt64BigEndian(bytes[1..], whole);
                output.Advance(9);
                break;
        }
    }

    private static void WriteHead(int count, byte shortest, byte two, ArrayBufferWriter<byte> output)
    {
        switch (count)
        {
            case < 16:
                output.Write<byte>([(byte)(shortest | count)]);
                break;
            case <= ushort.MaxValue:
                WriteShort(two, (ushort)count, output);
                break;
            default:
                WriteInt((byte)(two + 1), (uint)count, output);
                break;
        }
    }

    private static void WriteShort(byte code, ushort number, ArrayBufferWriter<byte> output)
    {
        var bytes = output.GetSpan(3);
        bytes[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[1..], number);
        output.Advance(3);
    }

    private static void WriteInt(byte code, uint number, ArrayBufferWriter<byte> output)
    {
        var bytes = output.GetSpan(5);
        bytes[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], number);
        output.Advance(5);
    }
}
