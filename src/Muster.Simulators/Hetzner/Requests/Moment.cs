using System.Globalization;

namespace Muster.Simulators.Hetzner.Requests;

/// <summary>Times as the API writes them.</summary>
internal static class Moment
{
    /// <summary>ISO 8601, in whole seconds.</summary>
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture);
}
