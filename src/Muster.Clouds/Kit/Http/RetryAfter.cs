using System.Globalization;
using System.Net;

using Muster.Outbound;

namespace Muster.Clouds.Kit.Http;

/// <summary>How long an answer asks to be left alone.</summary>
internal static class RetryAfter
{
    // draft-ietf-httpapi-ratelimit-headers before its tenth version; older services put an X in front.
    private static readonly string[] Resets = ["RateLimit-Reset", "X-RateLimit-Reset"];

    // No service asks for so many seconds; a larger number is a Unix time.
    private const long SecondsMax = 100_000_000;

    /// <summary>The time: Retry-After (RFC 9110 §10.2.3), or where a throttled answer has none, when its rate limit begins anew.</summary>
    /// <returns>Null when it asks for none, or for a time that is over.</returns>
    public static TimeSpan? Read(HttpResponseMessage response, DateTimeOffset now) =>
        RetryAfterHeader.Read(response.Headers, now)
        ?? (response.StatusCode is HttpStatusCode.TooManyRequests
            ? Resets.Select(name => ResetOf(response, name, now)).FirstOrDefault(wait => wait is not null)
            : null);

    private static TimeSpan? ResetOf(HttpResponseMessage response, string name, DateTimeOffset now)
    {
        if (!response.Headers.NonValidated.TryGetValues(name, out var values)
            || !long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return null;
        }

        var wait = seconds < SecondsMax ? seconds : seconds - now.ToUnixTimeSeconds();
        return wait <= 0 ? null : TimeSpan.FromSeconds(Math.Min(wait, RetryAfterHeader.Longest.TotalSeconds));
    }
}
