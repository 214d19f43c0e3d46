using System.Globalization;
using System.Net.Http.Headers;

namespace Muster.Outbound;

/// <summary>Reads how long an answer asks to be left alone (RFC 9110 §10.2.3): seconds, or a date.</summary>
public static class RetryAfterHeader
{
    /// <summary>What stands for any longer time, so that nothing overflows; whoever acts on it has a bound of his own.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>The time from now; null when there is none, it is over, or it is not understood.</summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return headers.NonValidated.TryGetValues("Retry-After", out var values) && values.Count > 0 ? Read(values.First(), now) : null;
    }

    /// <inheritdoc cref="Read(HttpResponseHeaders, DateTimeOffset)"/>
    public static TimeSpan? Read(string text, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(text);
        var value = text.Trim();
        if (value.Length > 0 && value.All(char.IsAsciiDigit))
        {
            // More digits than a number of any kind has are a very long time, and not no time.
            var isLong = !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                || seconds > Longest.TotalSeconds;
            return isLong ? Longest : seconds > 0 ? TimeSpan.FromSeconds(seconds) : null;
        }

        if (!RetryConditionHeaderValue.TryParse(value, out var parsed) || parsed.Date is not { } date)
        {
            return null;
        }

        var wait = date - now;
        return wait <= TimeSpan.Zero ? null : wait < Longest ? wait : Longest;
    }
}
