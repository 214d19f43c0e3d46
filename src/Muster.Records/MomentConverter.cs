using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Records;

/// <summary>
/// A moment in whole microseconds, as every store keeps it. Finer is cut off, by the one who writes and by the one who reads.
/// </summary>
/// <remarks>
/// What a check tells is compared with what the store kept of its words before: a tenth of a microsecond would make another moment of it.
/// </remarks>
public sealed class MomentConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Whole(reader.GetDateTimeOffset());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(Whole(value));
    }

    private static DateTimeOffset Whole(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
