using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

using Muster.Core;

namespace Muster.Storage.Transfer;

/// <summary>An export as a file of JSON lines: a head, a line a row, an end with counts and checksum.</summary>
internal sealed class ExportFile(Stream stream)
{
    /// <summary>
    /// The form of the lines that are written. Older forms are read too (<see cref="OlderRows"/>), newer ones are refused.
    /// </summary>
    private const int Version = 5;

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
    /// <exception cref="InputException">It is no export, of a newer version, cut short, or changed since.</exception>
    public TransferSummary Verify(CancellationToken cancellationToken)
    {
        using var tally = new RowTally();
        // Of an older file's lines as they stand there; the tally is of what they become.
        using var written = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        OlderRows? older = null;
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
                (older, installation) = ReadHead(line, document.RootElement);
            }
            else if (document.RootElement.TryGetProperty("end", out _))
            {
                foreach (var (table, bytes, values) in older?.MakeDue() ?? [])
                {
                    tally.Add(table, bytes.Span, values);
                }

                summary = tally.Sum(installation);
                var sha256 = older is null ? summary.Sha256 : Convert.ToHexStringLower(written.GetHashAndReset());
                EnsureEnd(line, document.RootElement, summary, sha256, isOlder: older is not null);
            }
            else
            {
                if (older is not null)
                {
                    written.AppendData(line.Bytes.Span);
                }

                foreach (var (table, bytes, values) in ReadRows(line, document.RootElement, older))
                {
                    tally.Add(table, bytes.Span, values);
                }
            }
        }

        return summary ?? throw new InputException(
            "export", null, "its last line, with counts and checksum; the file is empty or was cut short, so export again");
    }

    /// <summary>The rows, from the beginning, each the caller's to keep. The file must have been verified.</summary>
    public IEnumerable<StoreRow> Rows(CancellationToken cancellationToken)
    {
        OlderRows? older = null;
        foreach (var line in ExportLine.ReadAll(stream, cancellationToken))
        {
            using var document = line.Parse();
            if (line.Number == 1)
            {
                (older, _) = ReadHead(line, document.RootElement);
                continue;
            }

            var isEnd = document.RootElement.TryGetProperty("end", out _);
            foreach (var (table, _, values) in isEnd ? older?.MakeDue() ?? [] : ReadRows(line, document.RootElement, older))
            {
                yield return new(table, values.Clone());
            }

            if (isEnd)
            {
                yield break;
            }
        }
    }

    /// <summary>Whose it is, and what brings its rows into the present form; null where they have it.</summary>
    private static (OlderRows? Older, InstallationId Installation) ReadHead(ExportLine line, JsonElement head)
    {
        if (!head.TryGetProperty("muster_export", out var version) || version.ValueKind is not JsonValueKind.Number)
        {
            throw line.Refused("the head of an export of 'muster store export'");
        }

        return version.TryGetInt32(out var number) && number is >= 1 and <= Version && head.TryGetProperty("installation_id", out var id)
            && id.ValueKind is JsonValueKind.String && id.TryGetGuid(out var installation)
            ? (number < Version ? new(number) : null, new(installation))
            : throw line.Refused(
                $"an export of version 1 to {Version} with its installation id; a newer version is read by the muster that wrote it");
    }

    /// <summary>
    /// A line's row in the present form: its table, its line and its members. Before it, what an older file lacks and this row follows.
    /// </summary>
    private static IEnumerable<(StoreTable Table, ReadOnlyMemory<byte> Line, JsonElement Values)> ReadRows(
        ExportLine line, JsonElement element, OlderRows? older)
    {
        if (!element.TryGetProperty("table", out var name) || name.ValueKind is not JsonValueKind.String
            || !element.TryGetProperty("row", out var values) || values.ValueKind is not JsonValueKind.Object)
        {
            throw line.Refused("an object with 'table' and 'row'");
        }

        var table = StoreTable.Find(name.GetString()!)
            ?? throw line.Refused($"a table of: {string.Join(", ", StoreTable.All.Select(each => each.Name))}");
        var bytes = line.Bytes;
        if (older is not null)
        {
            foreach (var row in older.MakeDue(before: table))
            {
                yield return row;
            }

            (bytes, values) = Bring(line, older, table, values);
        }

        EnsureColumns(line, table, values);
        yield return (table, bytes, values);
    }

    private static (ReadOnlyMemory<byte> Line, JsonElement Values) Bring(
        ExportLine line, OlderRows older, StoreTable table, JsonElement values)
    {
        try
        {
            return older.Bring(table, values);
        }
        catch (InvalidOperationException error)
        {
            // Half a surrogate pair, written as an escape, is good JSON and no text.
            throw line.Refused($"text ({error.Message})");
        }
    }

    private static void EnsureColumns(ExportLine line, StoreTable table, JsonElement values)
    {
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
                throw line.Refused(
                    $"a row of {table.Name} whose {column.Name} is {Words(column)}, not {ExportLine.Shortened(value.GetRawText())}");
            }
        }
    }

    private static void EnsureEnd(ExportLine line, JsonElement end, TransferSummary summary, string sha256, bool isOlder)
    {
        if (!end.TryGetProperty("rows", out var counts)
            || counts.ValueKind is not JsonValueKind.Object
            || !end.TryGetProperty("sha256", out var sum))
        {
            throw line.Refused("an end with 'rows' and 'sha256'");
        }

        foreach (var table in summary.Tables)
        {
            var isCounted = counts.TryGetProperty(table.Table, out var rows);
            // An older file does not count the tables that came after it, nor what was made for them.
            if (!isCounted && isOlder && (table.Rows == 0 || table.Table == OlderRows.Made))
            {
                continue;
            }

            if (!isCounted || rows.GetRawText() != table.Rows.ToString(CultureInfo.InvariantCulture))
            {
                throw line.Refused($"{table.Rows} rows of {table.Table}, as many as stand before it; the file was cut or changed");
            }
        }

        if (sum.ValueKind is not JsonValueKind.String || sum.GetString() != sha256)
        {
            throw line.Refused($"the checksum {sha256} of the rows before it; the file was changed since it was written");
        }
    }

    private static string Words(Column column) => column.Kind switch
    {
        ColumnKind.Id => "a UUID",
        ColumnKind.Text => "text",
        ColumnKind.Number => column.IsLong ? "a whole number" : $"a whole number up to {int.MaxValue}",
        ColumnKind.Flag => "true or false",
        ColumnKind.Time => "an instant like 2030-12-31T23:59:59.000000Z",
        ColumnKind.Json => "an object or a list",
        ColumnKind.Bytes => "bytes in base64",
        _ => throw new System.Diagnostics.UnreachableException($"column kind {column.Kind}"),
    } + (column.IsOptional ? " or null" : "");
}
