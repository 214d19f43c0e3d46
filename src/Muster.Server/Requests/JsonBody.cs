using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

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
        using var document = Parse(await RequestBytes.ReadAsync(request, cancellationToken));
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

    /// <summary>Reads a body of which only some is known. The caller disposes it.</summary>
    /// <exception cref="ProblemException">It is no JSON.</exception>
    public static async Task<JsonDocument> ReadAnyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        CheckMediaType(request);
        return Parse(await RequestBytes.ReadAsync(request, cancellationToken));
    }

    private static void CheckMediaType(HttpRequest request)
    {
        var isJson = MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
        if (!isJson || request.Headers.ContentEncoding.Count > 0)
        {
            throw ProblemException.About(
                ProblemKinds.UnsupportedMediaType, "Content-Type", request.ContentType, "application/json, in UTF-8, uncompressed");
        }
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

        try
        {
            JsonText.Ensure(json.Span, Strict.MaxDepth);
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException error)
        {
            throw new ProblemException(ProblemKinds.MalformedJson, Sentence(error));
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
