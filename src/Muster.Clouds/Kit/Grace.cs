using Muster.Core;

namespace Muster.Clouds.Kit;

/// <summary>How long an instance may take to end in its own way.</summary>
internal static class Grace
{
    /// <summary>What is allowed, for error messages.</summary>
    public const string Allowed = "a time from 0s to 1h, such as 10s";

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Reads <c>500ms</c>, <c>10s</c>, <c>1m30s</c>; null when it is none, or too long.</summary>
    public static TimeSpan? Parse(string text) => DurationText.TryParse(text, out var grace) && grace <= Longest ? grace : null;
}
