using Muster.Core;
using Muster.Core.Storage;

namespace Muster.Server.Reporting;

/// <summary>An instance that reports its own health.</summary>
/// <param name="Record">Its group.</param>
/// <param name="Launch">The launch that made it.</param>
internal sealed record Reporter(GroupRecord Record, LaunchId Launch);

/// <summary>Hands the reporter from the gate to the handler.</summary>
internal static class ReporterOfRequest
{
    private static readonly object Key = new();

    public static void SetReporter(this HttpContext http, Reporter reporter) => http.Items[Key] = reporter;

    /// <summary>The instance that reports of itself; null where somebody else reports.</summary>
    public static Reporter? Reporter(this HttpContext http) => http.Items[Key] as Reporter;
}
