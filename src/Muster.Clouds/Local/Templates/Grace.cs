using System.Globalization;

namespace Muster.Clouds.Local.Templates;

/// <summary>Reads a length of time as people write it.</summary>
internal static class Grace
{
    /// <summary>What is allowed, for error messages.</summary>
    public const string Allowed = "a number with ms, s or m, from 0s to 60m: 10s";

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Reads <c>500ms</c>, <c>10s</c>, <c>2m</c>; null when it is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        var (digits, unitMs) = text switch
        {
            [.. var number, 'm', 's'] => (number, 1),
            [.. var number, 's'] => (number, 1000),
            [.. var number, 'm'] => (number, 60_000),
            _ => ("", 0),
        };
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && TimeSpan.FromMilliseconds((double)count * unitMs) is var grace && grace <= Longest
                ? grace
                : null;
    }
}
