using System.Globalization;

namespace Muster.Core;

/// <summary>Points in time as programs read them: RFC 3339, in UTC, to the second, such as <c>2026-07-01T12:00:00Z</c>.</summary>
public static class MomentText
{
    /// <summary>Writes one; parts of a second are cut off.</summary>
    public static string Format(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
