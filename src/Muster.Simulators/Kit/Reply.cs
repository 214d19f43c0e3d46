using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Simulators.Kit;

/// <summary>What is answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body; null for none.</param>
/// <param name="ContentType">What the body is.</param>
internal sealed record Reply(int Status, byte[]? Body = null, string ContentType = "application/json")
{
    /// <summary>An answer of JSON.</summary>
    public Reply(int status, JsonNode body)
        : this(status, Write(body))
    {
    }

    /// <summary>Headers beside those of every answer.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    private static byte[] Write(JsonNode body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            // As real services write it: clients made with Go read times byte by byte, and know no escaped plus.
            body.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
