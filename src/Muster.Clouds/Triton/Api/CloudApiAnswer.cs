using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Muster.Core.Clouds;

namespace Muster.Clouds.Triton.Api;

/// <summary>What CloudAPI, or something in front of it, answered.</summary>
/// <param name="Call">What was asked, in words.</param>
/// <param name="Changes">Whether the call changes something, so that an unreadable answer says nothing of whether it happened.</param>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
/// <param name="RetryAfter">How long it asked to be left alone.</param>
/// <param name="Date">Its own time.</param>
internal sealed record CloudApiAnswer(
    string Call, bool Changes, HttpStatusCode Status, string Body, TimeSpan? RetryAfter, DateTimeOffset? Date)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The body's object.</summary>
    /// <exception cref="CloudException">It is none: something else than CloudAPI answered.</exception>
    public T Read<T>(JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw NotUnderstood(error);
        }
    }

    /// <summary>An answer that is none of CloudAPI.</summary>
    public CloudException NotUnderstood(JsonException error) => new(
        Changes ? CloudErrorKind.Ambiguous : CloudErrorKind.Unavailable,
        $"{Call}: the answer ({(int)Status}) is {(LooksLikeHtml ? "HTML" : "not the JSON expected")}: is the url that of CloudAPI?",
        innerException: error);

    public bool LooksLikeHtml => Body.AsSpan().TrimStart().StartsWith("<");
}
