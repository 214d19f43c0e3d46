using System.Globalization;
using System.Text.Json;

using Muster.Core;

namespace Muster.Storage.Transfer;

/// <summary>An export as a file of JSON lines: a head, a line a row, an end with counts and checksum.</summary>
internal sealed class ExportFile(Stream stream)
{
    /// <summary>The form of the lines. One that is not known here is refused.</summary>
    private const int Version = 3;

    /// <summary>Writes the head.</summary>
    public static void WriteHead(Stream output, InstallationId installation, string kind, string schema, DateTimeOffset now)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("muster_export"u8, Version);
        json.WriteString("installation_id"u8, installation.Value);
        json.WriteString("store"u8, kind);
        json.WriteString("schema"u8, schema);
        json.WriteString("exported_at"u8, now);
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    /// <summary>Writes the end: what came before it is whole only with it.</summary>
    public static void WriteEnd(Stream output, TransferSummary summary)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteBoolean("end"u8, true);
        json.WriteStartObject("rows"u8);
        foreach (var table in summary.Tables)
        {
            json.WriteNumber(table.Table, table.Rows);
        }

        json.WriteEndObject();
        json.WriteString("sha256"u8, summary.Sha256);
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
    }

    /// <summary>Reads it from beginning to end and makes sure that it is whole and good.</summary>
    /// <exception cref="InputException">It is no export, of another version, cut short, or changed since.</exception>
    public TransferSummary Verify(CancellationToken cancellationToken)
    {
        using var tally = new RowTally();
        TransferSummary? summary = null;
        var installation = default(InstallationId);
        foreach (var line in ExportLine.ReadAll(stream, cancellationToken))
        {
            if (summary is not null)
            {
                throw line.Refused("nothing after the line that begins with {\"end\":true");
            }

            using var document = line.Parse();
            if (line.Number == 1)
            {
                installation = ReadHead(line, document.RootElement);
            }
            else if (document.RootElement.TryGetProperty("end", out _))
            {
                summary = tally.Sum(installation);
                EnsureEnd(line, document.RootElement, summary);
            }
            else
            {
                var (table, values) = ReadRow(line, document.RootElement);
                tally.Add(table, line.Bytes.Span, values);
            }
        }

        return summary ?? throw new InputException("export", null, "a whole file: its last line, with counts and checksum, is not there; it was cut short");
    }

    /// <summary>The rows, from the beginning, each the caller's to keep. The file must have been verified.</summary>
    public IEnumerable<StoreRow> Rows(CancellationToken cancellationToken)
    {
        foreach (var line in ExportLine.ReadAll(stream, cancellationToken).Skip(1))
        {
            using var document = line.Parse();
            if (document.RootElement.TryGetProperty("end", out _))
            {
                yield break;
            }

            var (table, values) = ReadRow(line, document.RootElement);
            yield return new(table, values.Clone());
        }
    }

    private static InstallationId ReadHead(ExportLine line, JsonElement head)
    {
        if (!head.TryGetProperty("muster_export", out var version) || version.ValueKind is not JsonValueKind.Number)
        {
            throw line.Refused("the head of an export of 'muster store export'");
        }

        return version.TryGetInt32(out var number) && number == Version && head.TryGetProperty("installation_id", out var id)
            && id.ValueKind is JsonValueKind.String && id.TryGetGuid(out var installation)
            ? new(installation)
            : throw line.Refused($"an export of version {Version} with its installation id: another one wants the muster that wrote it");
    }

    private static (StoreTable Table, JsonElement Values) ReadRow(ExportLine line, JsonElement element)
    {
        if (!element.TryGetProperty("table", out var name) || name.ValueKind is not JsonValueKind.String
            || !element.TryGetProperty("row", out var values) || values.ValueKind is not JsonValueKind.Object)
        {
            throw line.Refused("an object with 'table' and 'row'");
        }

        var table = StoreTable.Find(name.GetString()!)
            ?? throw line.Refused($"a table of: {string.Join(", ", StoreTable.All.Select(each => each.Name))}");
        foreach (var column in table.Columns)
        {
            if (!values.TryGetProperty(column.Name, out var value))
            {
                if (column.IsLeftOut)
                {
                    continue;
                }

                throw line.Refused($"a row of {table.Name} with the column {column.Name}");
            }

            if (!column.Admits(value))
            {
                throw line.Refused($"a row of {table.Name} whose {column.Name} is {Words(column)}, not {ExportLine.Shortened(value.GetRawText())}");
            }
        }

        return (table, values);
    }

    private static void EnsureEnd(ExportLine line, JsonElement end, TransferSummary summary)
    {
        if (!end.TryGetProperty("rows", out var counts) || counts.ValueKind is not JsonValueKind.Object || !end.TryGetProperty("sha256", out var sum))
        {
            throw line.Refused("an end with 'rows' and 'sha256'");
        }

        foreach (var table in summary.Tables)
        {
            if (!counts.TryGetProperty(table.Table, out var rows) || rows.GetRawText() != table.Rows.ToString(CultureInfo.InvariantCulture))
            {
                throw line.Refused($"{table.Rows} rows of {table.Table}, as many as stand before it; the file was cut or changed");
            }
        }

        if (sum.ValueKind is not JsonValueKind.String || sum.GetString() != summary.Sha256)
        {
            throw line.Refused($"the checksum {summary.Sha256} of the rows before it; the file was changed since it was written");
        }
    }

    private static string Words(Column column) => column.Kind switch
    {
        ColumnKind.Id => "a UUID",
        ColumnKind.Text => "text",
        ColumnKind.Number => "a whole number",
        ColumnKind.Flag => "true or false",
        ColumnKind.Time => "an instant like 2030-12-31T23:59:59.000000Z",
        ColumnKind.Json => "an object or a list",
        ColumnKind.Bytes => "bytes in base64",
        _ => throw new System.Diagnostics.UnreachableException($"column kind {column.Kind}"),
    } + (column.IsOptional ? " or null" : "");
}
