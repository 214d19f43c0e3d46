using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Triton.Wire;

/// <summary>Whether a text is a time as Go's time.Time reads it from JSON: RFC 3339.</summary>
internal static partial class GoTime
{
    public static bool IsValid(string text) =>
        Shape().IsMatch(text)
        && DateTimeOffset.TryParseExact(
            text[..19], "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    [GeneratedRegex(
        @"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
