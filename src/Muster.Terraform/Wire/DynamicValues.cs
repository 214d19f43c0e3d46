using Google.Protobuf;

using Muster.Terraform.Values;

namespace Muster.Terraform.Wire;

/// <summary>Values as they go over the wire: both encodings are read, the first is written.</summary>
internal static class DynamicValues
{
    /// <summary>The value; <see cref="Value.Null"/> when there is nothing.</summary>
    /// <exception cref="ValueException">The bytes are no value.</exception>
    public static Value Read(DynamicValue? wire) => wire switch
    {
        { Msgpack.IsEmpty: false } => MessagePackReader.Read(wire.Msgpack.Span),
        { Json.IsEmpty: false } => JsonValues.Read(wire.Json.Span),
        _ => Value.Null,
    };

    public static DynamicValue Write(Value value) =>
        new() { Msgpack = UnsafeByteOperations.UnsafeWrap(MessagePackWriter.Write(value)) };
}
