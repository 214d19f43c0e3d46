using Muster.Clouds.Gce.Wire;
using Muster.Core.Health;

namespace Muster.Clouds.Gce.Balancing;

/// <summary>What the health checks of all backend services together say of an endpoint. Pure.</summary>
/// <remarks>
/// A group may be in several backend services, each with checks of its own. Unhealthy instances are replaced, so that one service which
/// finds it healthy is enough for it to be: it serves there. Who says UNKNOWN or DRAINING tells nothing of its health.
/// </remarks>
internal static class EndpointHealths
{
    // A detail is short.
    private const int ShownMax = 10;

    private static readonly string?[] Words = ["HEALTHY", "UNHEALTHY", "DRAINING", "UNKNOWN"];

    /// <summary>Whether it works; unknown where no service tells.</summary>
    public static Verdict VerdictOf(ListedEndpoint endpoint) =>
        Says(endpoint, "HEALTHY") ? Verdict.Healthy : Says(endpoint, "UNHEALTHY") ? Verdict.Unhealthy : Verdict.Unknown;

    /// <summary>
    /// Whether it gets nothing new. A detached one that is unhealthy as well is told as UNHEALTHY by some services and as DRAINING by
    /// others; one that is HEALTHY somewhere gets traffic there.
    /// </summary>
    public static bool IsDraining(ListedEndpoint endpoint) => Says(endpoint, "DRAINING") && !Says(endpoint, "HEALTHY");

    /// <summary>What each service says, in words; null where none says anything.</summary>
    public static string? DetailOf(ListedEndpoint endpoint)
    {
        var states = (endpoint.Healths ?? []).Select(health => health?.HealthState).Where(Words.Contains).Take(ShownMax).ToArray();
        return states.Length == 0 ? null : $"Google says {string.Join(", ", states)}";
    }

    private static bool Says(ListedEndpoint endpoint, string state) =>
        endpoint.Healths?.Any(health => health?.HealthState == state) is true;
}
