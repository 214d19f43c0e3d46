using Muster.Api.Groups;
using Muster.Core.Health;

namespace Muster.Server.Groups;

/// <summary>Health checks and repair as they go over the wire.</summary>
internal static class HealthViews
{
    /// <summary>Null for no health check.</summary>
    public static HealthCheckView? View(HealthCheck? check)
    {
        if (check is null)
        {
            return null;
        }

        var isWeb = check.Kind is ProbeKind.Http or ProbeKind.Https;
        return new()
        {
            Kind = HealthRules.Word(check.Kind),
            Port = check.Port,
            Attribute = check.Attribute,
            Path = isWeb ? check.Path : null,
            Method = isWeb ? check.Method : null,
            Headers = check.Headers.IsEmpty ? null : check.Headers,
            Expect = isWeb ? check.Expect : null,
            BodyContains = check.BodyContains,
            BusyHeader = check.BusyHeader,
            VerifyTls = check.Kind is ProbeKind.Https ? check.VerifyTls : null,
            Service = check.Service,
            Network = check.Network,
            IntervalS = check.Interval.TotalSeconds,
            TimeoutS = check.Timeout.TotalSeconds,
            HealthyAfter = check.HealthyAfter,
            UnhealthyAfter = check.UnhealthyAfter,
            GraceS = check.Grace.TotalSeconds,
            BootTimeoutS = check.BootTimeout.TotalSeconds,
        };
    }

    public static RepairView View(Repair repair) => new()
    {
        Mode = RepairRules.Word(repair.Mode),
        Order = RepairRules.Word(repair.Order),
        UnavailableMax = repair.UnavailableMax.ToString(),
        Surge = repair.Surge.ToString(),
        WhenMost = RepairRules.Word(repair.WhenMost),
    };
}
