using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

using Microsoft.Net.Http.Headers;

using Muster.Server.Problems;

namespace Muster.Server.Requests;

/// <summary>Reads a JSON body strictly, and says all that is wrong with it at once.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <exception cref="ProblemException">It is none, or not of this type.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        CheckMediaType(request);
        using var document = Parse(await ReadBytesAsync(request, cancellationToken));
        JsonShape.Check(document.RootElement, type);
        return document.RootElement.Deserialize(type)
            ?? throw new ProblemException(ProblemKinds.MalformedJson, "the body is null: a JSON object is expected");
    }

    /// <summary>Like <see cref="ReadAsync"/>, but no body at all is fine.</summary>
    public static async Task<T?> ReadIfAnyAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        request.ContentType is null && request.ContentLength is null or 0
            ? null
            : await ReadAsync(request, type, cancellationToken);

    private static void CheckMediaType(HttpRequest request)
    {
        var isJson = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        if (!isJson || request.Headers.ContentEncoding.Count > 0)
        {
            throw ProblemException.About(ProblemKinds.UnsupportedMediaType, "Content-Type", request.ContentType, "application/json, in UTF-8, uncompressed");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // The web server bounds the body's size; the buffer grows with what really comes, not with what a header promises.
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
        {
            json = json[3..];
        }

        if (json.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            throw new ProblemException(ProblemKinds.MalformedJson, "the body is empty: a JSON object is expected");
        }

        if (!Utf8.IsValid(json.Span))
        {
            throw new ProblemException(ProblemKinds.MalformedJson, "the body is not UTF-8");
        }

        try
        {
            CheckEscapes(json.Span);
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException error)
        {
            throw new ProblemException(ProblemKinds.MalformedJson, Sentence(error));
        }
    }

    /// <summary>Half a surrogate pair passes the parser and is no text: whoever reads it later would fail.</summary>
    private static void CheckEscapes(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new() { MaxDepth = Strict.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped && !IsText(ref reader))
            {
                throw new ProblemException(ProblemKinds.MalformedJson, string.Create(
                    CultureInfo.InvariantCulture, $"byte {reader.TokenStartIndex + 1}: a text with half a surrogate pair is no text"));
            }
        }
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Counts lines and bytes from 1, as editors do; the reader counts from 0 and hides it in the sentence's tail.</summary>
    private static string Sentence(JsonException error)
    {
        var tail = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var what = tail < 0 ? error.Message : error.Message[..tail];
        return error.LineNumber is { } line
            ? string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, byte {(error.BytePositionInLine ?? 0) + 1}: {what}")
            : what;
    }
}
