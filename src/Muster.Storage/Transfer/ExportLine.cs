using System.Text;
using System.Text.Json;

using Muster.Core;

namespace Muster.Storage.Transfer;

/// <summary>One line of an export.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Bytes">With the line break; good until the next line is read.</param>
internal readonly record struct ExportLine(int Number, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Longest line: user data of 64 KiB with every character escaped fits many times.</summary>
    private const int BytesMax = 16 * 1024 * 1024;

    /// <summary>Characters of a line that an error repeats.</summary>
    private const int ShownMax = 60;

    /// <summary>Every line from the beginning.</summary>
    /// <exception cref="InputException">One is too long, or the last has no end.</exception>
    public static IEnumerable<ExportLine> ReadAll(Stream stream, CancellationToken cancellationToken)
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
                Array.Resize(
                    ref buffer,
                    end < BytesMax ? end * 2 : throw new InputException($"line {number + 1}", null, $"a line of at most {BytesMax} bytes"));
            }

            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                if (end > 0)
                {
                    throw new ExportLine(number + 1, buffer.AsMemory(0, end)).Refused("a whole line; the file was cut short");
                }

                yield break;
            }

            end += read;
        }
    }

    /// <summary>The beginning of a text, for an error.</summary>
    public static string Shortened(string text) => text.Length <= ShownMax ? text : text[..ShownMax];

    /// <summary>Its JSON, which is an object.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public JsonDocument Parse()
    {
        try
        {
            var document = JsonDocument.Parse(Bytes);
            return document.RootElement.ValueKind is JsonValueKind.Object ? document : throw Refused("a JSON object");
        }
        catch (JsonException error)
        {
            throw Refused($"JSON ({error.Message})");
        }
    }

    public InputException Refused(string allowed) =>
        new($"line {Number}", Shortened(Encoding.UTF8.GetString(Bytes.Span)).TrimEnd(), allowed);
}
