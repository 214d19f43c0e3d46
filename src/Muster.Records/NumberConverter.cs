using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Records;

/// <summary>A finite number as the shortest text that gives it back, in quotes: <c>"0.1"</c>, <c>"1E-05"</c>.</summary>
/// <remarks>
/// A database that keeps JSON by its meaning writes a bare number in its own way, <c>0.00001</c> for <c>1E-05</c>. Then the same contents
/// would give other lines from another store.
/// </remarks>
public sealed class NumberConverter : JsonConverter<double>
{
    /// <inheritdoc/>
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String
        && double.TryParse(reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : throw new JsonException("no finite number in quotes");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(
            double.IsFinite(value)
                ? value.ToString("R", CultureInfo.InvariantCulture)
                : throw new JsonException($"{value.ToString(CultureInfo.InvariantCulture)} is no finite number"));
    }
}
