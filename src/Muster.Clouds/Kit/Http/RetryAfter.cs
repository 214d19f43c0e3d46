using System.Globalization;
using System.Net;

using Muster.Outbound;

namespace Muster.Clouds.Kit.Http;

/// <summary>How long an answer asks to be left alone.</summary>
internal static class RetryAfter
{
    // draft-ietf-httpapi-ratelimit-headers before its tenth version; older services put an X in front.
    private static readonly string[] Resets = ["RateLimit-Reset", "X-RateLimit-Reset"];

    // Of services that want to be asked again within a second; they say it besides, or alone.
    private static readonly string[] Milliseconds = ["Retry-After-Ms", "X-Ms-Retry-After-Ms"];

    // No service asks for so many seconds; a larger number is a Unix time, and one of the third size a Unix time in milliseconds.
    private const decimal SecondsMax = 100_000_000, UnixSecondsMax = 100_000_000_000;

    /// <summary>
    /// The time: Retry-After (RFC 9110 §10.2.3), or the same in milliseconds; or where a throttled answer has none, when its rate limit
    /// begins anew.
    /// </summary>
    /// <returns>
    /// Null when it asks for none, or for a time that is over, or in words that are not understood; never longer than
    /// <see cref="RetryAfterHeader.Longest"/>.
    /// </returns>
    public static TimeSpan? Read(HttpResponseMessage response, DateTimeOffset now) =>
        RetryAfterHeader.Read(response.Headers, now)
        ?? Milliseconds.Select(name => Wait(NumberOf(TextOf(response, name)) / 1000)).FirstOrDefault(wait => wait is not null)
        ?? (response.StatusCode is HttpStatusCode.TooManyRequests
            ? Resets.Select(name => ResetOf(response, name, now)).FirstOrDefault(wait => wait is not null)
            : null);

    private static TimeSpan? ResetOf(HttpResponseMessage response, string name, DateTimeOffset now)
    {
        var text = TextOf(response, name);
        return NumberOf(text) is { } number
            ? Wait(number < SecondsMax ? number : (number < UnixSecondsMax ? number : number / 1000) - now.ToUnixTimeSeconds())
            : text is null ? null : RetryAfterHeader.Read(text, now);
    }

    private static string? TextOf(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) && values.Count > 0 ? values.First().Trim() : null;

    private static decimal? NumberOf(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static TimeSpan? Wait(decimal? seconds) => seconds switch
    {
        null or <= 0 => null,
        { } wait => TimeSpan.FromSeconds((double)Math.Min(wait, (decimal)RetryAfterHeader.Longest.TotalSeconds)),
    };
}
