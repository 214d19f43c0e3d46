using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Records;

/// <summary>
/// A span in whole microseconds, as every store keeps it; written as the framework writes it, <c>[-][d.]hh:mm:ss[.fffffff]</c>.
/// </summary>
/// <remarks>The reason is the one of <see cref="MomentConverter"/>.</remarks>
public sealed class SpanConverter : JsonConverter<TimeSpan>
{
    private const string Format = "c";

    /// <inheritdoc/>
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String
        && TimeSpan.TryParseExact(reader.GetString(), Format, CultureInfo.InvariantCulture, out var span)
            ? Whole(span)
            : throw new JsonException("a span is not of the form [-][d.]hh:mm:ss[.fffffff]");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(Whole(value).ToString(Format, CultureInfo.InvariantCulture));
    }

    private static TimeSpan Whole(TimeSpan span) => new(span.Ticks - (span.Ticks % TimeSpan.TicksPerMicrosecond));
}
