using System.Text;
using System.Text.Json;

using Muster.Core;

namespace Muster.Storage.Transfer;

/// <summary>An export as a file of JSON lines: a head, a line a row, an end with counts and checksum.</summary>
internal sealed class ExportFile(Stream stream)
{
    /// <summary>The form of the lines. One that is not known here is refused.</summary>
    private const int Version = 2;

    /// <summary>Longest line: user data of 64 KiB with every character escaped fits many times.</summary>
    private const int LineBytesMax = 16 * 1024 * 1024;

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
        foreach (var line in Lines(cancellationToken))
        {
            if (summary is not null)
            {
                throw Refused(line, "nothing after the line that begins with {\"end\":true");
            }

            using var document = Parse(line);
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

    /// <summary>The rows, from the beginning; each is good until the next one is asked for.</summary>
    public IEnumerable<StoreRow> Rows(CancellationToken cancellationToken)
    {
        foreach (var line in Lines(cancellationToken).Skip(1))
        {
            using var document = Parse(line);
            if (document.RootElement.TryGetProperty("end", out _))
            {
                yield break;
            }

            var (table, values) = ReadRow(line, document.RootElement);
            yield return new(table, values.Clone());
        }
    }

    private static InstallationId ReadHead(Line line, JsonElement head)
    {
        if (!head.TryGetProperty("muster_export", out var version) || version.ValueKind is not JsonValueKind.Number)
        {
            throw Refused(line, "the head of an export of 'muster store export'");
        }

        return version.GetInt32() == Version && head.TryGetProperty("installation_id", out var id) && id.TryGetGuid(out var installation)
            ? new(installation)
            : throw Refused(line, $"an export of version {Version} with its installation id: another one wants the muster that wrote it");
    }

    private static (StoreTable Table, JsonElement Values) ReadRow(Line line, JsonElement element)
    {
        if (!element.TryGetProperty("table", out var name) || !element.TryGetProperty("row", out var values) || values.ValueKind is not JsonValueKind.Object)
        {
            throw Refused(line, "an object with 'table' and 'row'");
        }

        var table = StoreTable.Find(name.GetString() ?? "") ?? throw Refused(line, $"a table of: {string.Join(", ", StoreTable.All.Select(each => each.Name))}");
        return table.Columns.FirstOrDefault(column => !values.TryGetProperty(column.Name, out _)) is { } missing
            ? throw Refused(line, $"a row of {table.Name} with the column {missing.Name}")
            : (table, values);
    }

    private static void EnsureEnd(Line line, JsonElement end, TransferSummary summary)
    {
        foreach (var table in summary.Tables)
        {
            if (!end.GetProperty("rows").TryGetProperty(table.Table, out var rows) || rows.GetInt64() != table.Rows)
            {
                throw Refused(line, $"{table.Rows} rows of {table.Table}, as many as stand before it; the file was cut or changed");
            }
        }

        if (end.GetProperty("sha256").GetString() != summary.Sha256)
        {
            throw Refused(line, $"the checksum {summary.Sha256} of the rows before it; the file was changed since it was written");
        }
    }

    private static JsonDocument Parse(Line line)
    {
        try
        {
            return JsonDocument.Parse(line.Bytes);
        }
        catch (JsonException error)
        {
            throw Refused(line, $"JSON ({error.Message})");
        }
    }

    private static InputException Refused(Line line, string allowed)
    {
        const int ShownMax = 60;
        var text = Encoding.UTF8.GetString(line.Bytes.Span[..Math.Min(ShownMax, line.Bytes.Length)]).TrimEnd();
        return new($"line {line.Number}", text, allowed);
    }

    /// <summary>Every line with its break, from the beginning.</summary>
    private IEnumerable<Line> Lines(CancellationToken cancellationToken)
    {
        stream.Position = 0;
        var buffer = new byte[64 * 1024];
        var (begin, end, number) = (0, 0, 0);
        while (true)
        {
            var at = buffer.AsSpan(begin, end - begin).IndexOf((byte)'\n');
            if (at >= 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new(++number, buffer.AsMemory(begin, at + 1));
                begin += at + 1;
                continue;
            }

            Array.Copy(buffer, begin, buffer, 0, end - begin);
            (begin, end) = (0, end - begin);
            if (end == buffer.Length)
            {
                Array.Resize(ref buffer, end < LineBytesMax ? end * 2 : throw new InputException($"line {number + 1}", null, $"a line of at most {LineBytesMax} bytes"));
            }

            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                if (end > 0)
                {
                    throw Refused(new(number + 1, buffer.AsMemory(0, end)), "a whole line; the file was cut short");
                }

                yield break;
            }

            end += read;
        }
    }

    private readonly record struct Line(int Number, ReadOnlyMemory<byte> Bytes);
}
