using System.Text.Json;
using System.Text.Json.Serialization;

using Muster.Core;

namespace Muster.Records;

/// <summary>An instance's id as the cloud's bare text.</summary>
public sealed class InstanceIdConverter : JsonConverter<InstanceId>
{
    /// <inheritdoc/>
    public override InstanceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("an instance's id is a text"));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, InstanceId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Value);
    }
}
