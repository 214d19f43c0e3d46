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

    // The line that a value goes into is read, too, and is deeper than the value by 2.
    private static readonly JsonDocumentOptions ValueOptions = new() { MaxDepth = 60 };

    /// <summary>Appends the row's line, with its line break.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="table">Of which table.</param>
    /// <param name="row">At its first column.</param>
    /// <param name="unreadable">Told of each value that is none of its column's kind, in whose place nothing is written.</param>
    public static void Write(ArrayBufferWriter<byte> buffer, StoreTable table, Row row, Action<Column, Exception> unreadable)
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
                try
                {
                    WriteValue(json, column.Kind, row);
                }
                catch (Exception error) when (IsUnreadable(error))
                {
                    unreadable(column, error);
                    json.WriteNullValue();
                }
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

    /// <summary>Whether an error says that a value cannot be read, as what is damaged or nobody's cannot.</summary>
    public static bool IsUnreadable(Exception error) =>
        error is InvalidDataException or JsonException or FormatException or ArgumentException
            or OverflowException or InvalidCastException or InvalidOperationException or KeyNotFoundException;

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

    // Nothing is written before all of the value is read: the line of one that cannot be goes on with the next.
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
                json.WriteRawValue(Sorted(KeptText.OfJson(row.Text())!), skipInputValidation: true);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"column kind {kind}");
        }
    }

    private static ReadOnlySpan<byte> Sorted(string value)
    {
        using var document = JsonDocument.Parse(value, ValueOptions);
        var sorted = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(sorted, Options))
        {
            WriteSorted(json, document.RootElement);
        }

        return sorted.WrittenSpan;
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
