using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Muster.Cli.Rendering;

/// <summary>Values as JSON on stdout: the API's own shapes.</summary>
internal static class Json
{
    // Nothing here ends up in HTML, and people read it: quotes and umlauts stay as they are.
    private static readonly JsonWriterOptions Pretty = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One value, over several lines.</summary>
    public static void Write<T>(TextWriter output, T value, JsonTypeInfo<T> type) =>
        Write(output, Pretty, writer => JsonSerializer.Serialize(writer, value, type));

    /// <summary>An array, over several lines.</summary>
    public static void WriteArray<T>(TextWriter output, IEnumerable<T> values, JsonTypeInfo<T> type) =>
        Write(output, Pretty, writer =>
        {
            writer.WriteStartArray();
            foreach (var value in values)
            {
                JsonSerializer.Serialize(writer, value, type);
            }

            writer.WriteEndArray();
        });

    /// <summary>One value on one line, for streams.</summary>
    public static void WriteLine<T>(TextWriter output, T value, JsonTypeInfo<T> type) =>
        Write(output, Compact, writer => JsonSerializer.Serialize(writer, value, type));

    /// <summary>What is written by hand, on one line.</summary>
    public static void WriteLine(TextWriter output, Action<Utf8JsonWriter> write) => Write(output, Compact, write);

    private static void Write(TextWriter output, JsonWriterOptions options, Action<Utf8JsonWriter> write)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            write(writer);
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
