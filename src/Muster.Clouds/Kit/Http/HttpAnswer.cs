using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Clouds.Kit.Json;
using Muster.Clouds.Kit.Listings;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Kit.Http;

/// <summary>What a service answered, whole.</summary>
/// <param name="Call">What was asked, for error messages.</param>
/// <param name="Status">Its status code.</param>
/// <param name="Body">Its body.</param>
/// <param name="RetryAfter">How long it asked to be left alone; null when it did not.</param>
/// <param name="Doubt">The kind of an answer that says nothing of whether it happened: <see cref="CallDoubt"/>.</param>
internal sealed record HttpAnswer(string Call, HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter, CloudErrorKind Doubt)
{
    // The platform's words have the path in them, which is made of names that came with the answer.
    private const int MessageMax = 300;

    private const string InFront = "something in front of the service answers, such as a proxy, or the address is not the service's";

    /// <summary>The service's own time; null when it does not tell.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Our time when it came.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>What stands behind the status, where some services say what is wrong; null when nothing does.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it is a 2xx.</summary>
    public bool IsGood => (int)Status is >= 200 and < 300;

    /// <summary>Whether what is asked about is not there. Some services call a name that nothing can have a bad request.</summary>
    public bool IsNowhere => Status is HttpStatusCode.NotFound or HttpStatusCode.BadRequest;

    /// <summary>Whether something in front of the service answered, for people.</summary>
    public bool LooksLikeHtml => IsHtml(Body);

    /// <summary>The body as a value.</summary>
    /// <exception cref="CloudException">It is none.</exception>
    public T Read<T>(JsonTypeInfo<T> type) => Read(Body, type, Call, Doubt);

    /// <summary>The body, which is one object.</summary>
    /// <exception cref="CloudException">It is none.</exception>
    public T Read<T>(Func<JsonFields, T> read)
    {
        try
        {
            return JsonFields.Parse(Body, read);
        }
        catch (JsonException error)
        {
            throw NotUnderstood(Body, Call, Doubt, error);
        }
    }

    /// <summary>The body as what a service says of a failure; null where it is nothing of the kind: then the status alone speaks.</summary>
    public T? TryRead<T>(Func<JsonFields, T> read) where T : class
    {
        try
        {
            return JsonFields.Parse(Body, read);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The body as what a service says of a failure; null where it is nothing of the kind: then the status alone speaks.</summary>
    public T? TryRead<T>(JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The elements of a listing, each by itself.</summary>
    /// <inheritdoc cref="ListingReader.Read"/>
    /// <exception cref="CloudException">It is no listing.</exception>
    public IEnumerable<(T? Good, OddElement? Odd)> ReadElements<T, TWhole>(
        JsonTypeInfo<TWhole> wholeType,
        Func<TWhole, IReadOnlyList<T?>?> elements,
        string? path,
        JsonTypeInfo<T> type,
        Func<T, string?> flaw)
        where T : class
    {
        try
        {
            return ListingReader.Read(Body, wholeType, elements, path, type, flaw);
        }
        catch (JsonException error)
        {
            throw NotUnderstood(Body, Call, Doubt, error);
        }
    }

    /// <summary>The elements of a listing, each by itself.</summary>
    /// <inheritdoc cref="ListingReader.Read{T}"/>
    /// <exception cref="CloudException">It is no listing.</exception>
    public IEnumerable<(T? Good, OddElement? Odd)> ReadElements<T>(string? path, Func<JsonFields, T> read, Func<T, string?> flaw)
        where T : class
    {
        try
        {
            return ListingReader.Read(Body, path, read, flaw);
        }
        catch (JsonException error)
        {
            throw NotUnderstood(Body, Call, Doubt, error);
        }
    }

    /// <summary>The one element of an answer, or what is odd about it.</summary>
    /// <param name="path">The field that it is in; null where the answer is it.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="flaw">What is wrong with one that could be read; null when nothing is.</param>
    /// <exception cref="CloudException">There is no such field, or the answer is no JSON.</exception>
    public (T? Good, OddElement? Odd) ReadElement<T>(string? path, Func<JsonFields, T> read, Func<T, string?> flaw) where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(Body);
            var found = path is null ? document.RootElement : JsonTexts.Field(document.RootElement, path);
            return found is { ValueKind: not JsonValueKind.Null } element
                ? ListingReader.ReadOne(element, read, flaw)
                : throw new JsonException("there is nothing in it");
        }
        catch (JsonException error)
        {
            throw NotUnderstood(Body, Call, Doubt, error);
        }
    }

    /// <summary>The one element of an answer, or what is odd about it.</summary>
    /// <param name="wholeType">How the answer is written.</param>
    /// <param name="element">Where it is in it; null when it is not.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="flaw">What is wrong with one that could be read; null when nothing is.</param>
    /// <exception cref="CloudException">It is no such answer.</exception>
    public (T? Good, OddElement? Odd) ReadElement<T, TWhole>(
        JsonTypeInfo<TWhole> wholeType, Func<TWhole, JsonElement?> element, JsonTypeInfo<T> type, Func<T, string?> flaw)
        where T : class =>
        element(Read(wholeType)) is { } found
            ? ListingReader.ReadOne(found, type, flaw)
            : throw NotUnderstood(Body, Call, Doubt, new JsonException("there is nothing in it"));

    /// <summary>A part of an answer, such as one line of a stream, as a value.</summary>
    /// <exception cref="CloudException">It is none; of kind <paramref name="doubt"/>.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, string call, CloudErrorKind doubt)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw NotUnderstood(json, call, doubt, error);
        }
    }

    /// <summary>The refusal as an exception of the port, by its status.</summary>
    /// <param name="message">What the service says is wrong; null when it says nothing.</param>
    /// <param name="other">See <see cref="StatusKinds.Of"/>.</param>
    public CloudException Failure(string? message, CloudErrorKind? other = null) => Failure(StatusKinds.Of(Status, Doubt, other), message);

    /// <summary>The refusal as an exception of the port.</summary>
    public CloudException Failure(CloudErrorKind kind, string? message) =>
        new(kind, $"{Call}: {message ?? $"status {(int)Status}{(LooksLikeHtml ? $", in HTML: {InFront}" : "")}"}", RetryAfter);

    private static CloudException NotUnderstood(ReadOnlySpan<byte> json, string call, CloudErrorKind doubt, JsonException error) =>
        new(
            doubt,
            IsHtml(json)
                ? $"{call} was answered in HTML: {InFront}"
                : $"{call} was answered with something that is not understood: {ForeignText.Shown(error.Message, MessageMax)}",
            innerException: error);

    private static bool IsHtml(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8).StartsWith("<"u8);
}
