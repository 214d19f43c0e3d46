using System.Globalization;

using Muster.Core;

namespace Muster.Cli.Rendering;

/// <summary>Times for people: always UTC, so that they line up with logs.</summary>
internal static class Moments
{
    /// <summary>To the second; null is a dash.</summary>
    public static string Text(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>How long ago; what a clock a little ahead calls the future is now.</summary>
    public static string Age(DateTimeOffset at, DateTimeOffset now) =>
        now - at is { Ticks: > 0 } age && age >= TimeSpan.FromSeconds(1)
            ? DurationText.Format(TimeSpan.FromSeconds((long)age.TotalSeconds))
            : "0s";

    /// <summary>A number of seconds from the API.</summary>
    public static string Seconds(double seconds) => DurationText.Format(TimeSpan.FromSeconds(seconds));
}
