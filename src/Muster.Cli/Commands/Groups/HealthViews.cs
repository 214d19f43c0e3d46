using System.Globalization;

using Muster.Api.Groups;
using Muster.Cli.Rendering;

namespace Muster.Cli.Commands.Groups;

/// <summary>How health checks, repair and traffic are shown.</summary>
internal static class HealthViews
{
    /// <summary>
    /// Adds a line for the health check, for repair, for the lifetime of instances, and one for each source of traffic; none for what was
    /// not said.
    /// </summary>
    public static void AddTo(Details details, GroupView group)
    {
        if (group.Health is { } health)
        {
            details.Add("Health check", Words(health));
        }

        if (group.Repair is { } repair)
        {
            details.Add("Repair", Words(repair));
        }

        if (group.LifetimeMaxS is { } most)
        {
            details.Add("Lifetime", $"at most {Moments.Seconds(most)}");
        }

        foreach (var use in group.Traffic ?? [])
        {
            details.Add("Traffic", Words(use));
        }
    }

    private static string Words(TrafficUseView use)
    {
        string?[] said =
        [
            use.Backend is { } backend ? $"backend {backend}" : null,
            use.Service is { } service ? $"service {service}" : null,
            use.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"port {port}") : null,
            use.Attribute is { } attribute ? $"port in attribute {attribute}" : null,
            use.Path is { } path ? $"path {path}" : null,
            use.Network is { } network ? $"network {network}" : null,
            use.Health ? "its checks count as health" : null,
        ];
        var words = string.Join(", ", said.OfType<string>());
        return words.Length == 0 ? use.Source : $"{use.Source}: {words}";
    }

    private static string Words(HealthCheckView health)
    {
        var asked = health.Kind switch
        {
            "report" => "report",
            "http" or "https" => $"{health.Method} {health.Kind} {Port(health)}{health.Path}, expects {health.Expect}",
            _ => $"{health.Kind} {Port(health)}",
        };
        var often = health.Kind == "report"
            ? ""
            : $", every {Moments.Seconds(health.IntervalS)} within {Moments.Seconds(health.TimeoutS)}; "
            + $"healthy after {health.HealthyAfter}, unhealthy after {health.UnhealthyAfter}";
        return $"{asked}{often}; grace {Moments.Seconds(health.GraceS)}, boot time-out {Moments.Seconds(health.BootTimeoutS)}";
    }

    private static string Words(RepairView repair) => repair.Mode == "replace"
        ? $"replace, {repair.Order}, at most {repair.UnavailableMax} too few and {repair.Surge} too many; "
            + (repair.WhenMost == "hold" ? "holds when most are unhealthy" : "goes on when most are unhealthy")
        : repair.Mode;

    private static string Port(HealthCheckView health) => health.Attribute is { } attribute
        ? $"attribute {attribute} "
        : string.Create(CultureInfo.InvariantCulture, $":{health.Port}");
}
