using System.Globalization;

namespace Muster.Core.Health;

/// <summary>What the audit trail says of health checks and their changes.</summary>
public static class HealthWords
{
    /// <summary>A health check in a few words: <c>http on port 8080, /healthz every 10s</c>.</summary>
    public static string Of(HealthCheck? check) => check switch
    {
        null => HealthRules.None,
        { Kind: ProbeKind.Report } => "report",
        _ => Text($"{HealthRules.Word(check.Kind)} on {Port(check)}{Asked(check)} every {DurationText.Format(check.Interval)}"),
    };

    /// <summary>What is another after a change.</summary>
    internal static IEnumerable<string> Differences(HealthCheck? before, HealthCheck? after)
    {
        if (before == after)
        {
            yield break;
        }

        var (was, now) = (Of(before), Of(after));
        yield return was == now ? $"health check {now}, otherwise" : $"health check {was} → {now}";
    }

    /// <summary>What is another after a change.</summary>
    internal static IEnumerable<string> Differences(Repair before, Repair after)
    {
        if (before.Mode != after.Mode)
        {
            yield return $"repair {RepairRules.Word(before.Mode)} → {RepairRules.Word(after.Mode)}";
        }

        if (before.Order != after.Order)
        {
            yield return $"replace {RepairRules.Word(before.Order)} → {RepairRules.Word(after.Order)}";
        }

        if (before.UnavailableMax != after.UnavailableMax)
        {
            yield return $"unavailable_max {before.UnavailableMax} → {after.UnavailableMax}";
        }

        if (before.Surge != after.Surge)
        {
            yield return $"surge of repairs {before.Surge} → {after.Surge}";
        }

        if (before.WhenMost != after.WhenMost)
        {
            yield return $"when most are unhealthy {RepairRules.Word(before.WhenMost)} → {RepairRules.Word(after.WhenMost)}";
        }
    }

    private static string Port(HealthCheck check) =>
        check.Attribute is { } attribute ? $"attribute {attribute}" : Text($"port {check.Port}");

    private static string Asked(HealthCheck check) => check.Kind is ProbeKind.Http or ProbeKind.Https ? $", {check.Path}" : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
