using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Records;

/// <summary>A choice as its word (<see cref="WordTables"/>); a number could be one that means nothing.</summary>
public sealed class WordConverter<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    /// <inheritdoc/>
    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && Words<TEnum>.TryParse(reader.GetString()!, out var value)
            ? value
            : throw new JsonException($"no word of {typeof(TEnum).Name}");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(Words<TEnum>.Of(value));
    }
}
