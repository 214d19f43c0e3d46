using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Transfer;

/// <summary>A row as one line of JSON, the same bytes from every store: that is what makes a checksum mean something.</summary>
/// <remarks>
/// Text is as every store can keep it (<see cref="KeptText"/>): what SQLite has and PostgreSQL cannot take does not get into a line.
/// </remarks>
internal static class StoreLine
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    // A file and not a web page: what needs no escape has none, so that people can read it.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Appends the row's line, with its line break.</summary>
    public static void Write(ArrayBufferWriter<byte> buffer, StoreTable table, Row row)
    {
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("table"u8, table.Name);
            json.WriteStartObject("row"u8);
            foreach (var column in table.Columns)
            {
                if (column.IsLeftOut && row.IsNull())
                {
                    continue;
                }

                json.WritePropertyName(column.Name);
                WriteValue(json, column.Kind, row);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }

    /// <summary>Appends the line of a row whose values are JSON already, such as an older export's.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="table">Of which table.</param>
    /// <param name="values">A member a column; a value of another kind is written as it is, for whoever reads the line to refuse.</param>
    /// <param name="nameOf">What the older export calls a column.</param>
    /// <param name="missing">What stands for a column that has no member; null leaves it out.</param>
    public static void Write(
        ArrayBufferWriter<byte> buffer,
        StoreTable table,
        JsonElement values,
        Func<Column, string> nameOf,
        Func<Column, MissingValue?> missing)
    {
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("table"u8, table.Name);
            json.WriteStartObject("row"u8);
            foreach (var column in table.Columns)
            {
                WriteMember(json, column, values, nameOf, missing);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
    }

    /// <summary>An instant as the lines have it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static DateTimeOffset ParseTime(string text) => DateTimeOffset.ParseExact(
        text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    /// <summary>Whether it is an instant as the lines have it.</summary>
    public static bool IsTime(string text) => DateTimeOffset.TryParseExact(
        text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out _);

    private static void WriteMember(
        Utf8JsonWriter json, Column column, JsonElement values, Func<Column, string> nameOf, Func<Column, MissingValue?> missing)
    {
        if (!values.TryGetProperty(nameOf(column), out var value))
        {
            if (missing(column) is { Text: var text })
            {
                json.WriteString(column.Name, text);
            }
        }
        else if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            json.WritePropertyName(column.Name);
            using var kept = JsonDocument.Parse(KeptText.OfJson(value.GetRawText())!);
            WriteSorted(json, kept.RootElement);
        }
        else if (value.ValueKind is JsonValueKind.String)
        {
            json.WriteString(column.Name, KeptText.Of(value.GetString()));
        }
        else if (value.ValueKind is not JsonValueKind.Null || !column.IsLeftOut)
        {
            json.WritePropertyName(column.Name);
            value.WriteTo(json);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, ColumnKind kind, Row row)
    {
        if (row.IsNull())
        {
            json.WriteNullValue();
            return;
        }

        switch (kind)
        {
            case ColumnKind.Id:
                json.WriteStringValue(row.Guid());
                break;
            case ColumnKind.Text:
                json.WriteStringValue(KeptText.Of(row.Text()));
                break;
            case ColumnKind.Number:
                json.WriteNumberValue(row.Long());
                break;
            case ColumnKind.Flag:
                json.WriteBooleanValue(row.Flag());
                break;
            case ColumnKind.Time:
                json.WriteStringValue(row.Time().UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
                break;
            case ColumnKind.Bytes:
                json.WriteBase64StringValue(row.Bytes());
                break;
            case ColumnKind.Json:
                using (var document = JsonDocument.Parse(KeptText.OfJson(row.Text())!))
                {
                    WriteSorted(json, document.RootElement);
                }

                break;
            default:
                throw new System.Diagnostics.UnreachableException($"column kind {kind}");
        }
    }

    /// <summary>With members in one order, since a database may keep them in its own.</summary>
    private static void WriteSorted(Utf8JsonWriter json, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Name);
                    WriteSorted(json, member.Value);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    WriteSorted(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                element.WriteTo(json);
                break;
        }
    }
}
