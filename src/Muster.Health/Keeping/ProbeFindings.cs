using System.Collections.Immutable;

using Muster.Core.Health;
using Muster.Core.Members;

namespace Muster.Health.Keeping;

/// <summary>What probes say of an instance, and for how long it holds. Pure.</summary>
internal static class ProbeFindings
{
    /// <summary>Their name among the sources of health.</summary>
    public const string Source = "probe";

    // An unhealthy word of a server that died holds no longer than this, or than three probes.
    private static readonly TimeSpan LifeMin = TimeSpan.FromMinutes(1);

    /// <summary>How long an unhealthy word holds unless it is said again.</summary>
    public static TimeSpan LifeOf(HealthCheck check) => check.Interval * 3 > LifeMin ? check.Interval * 3 : LifeMin;

    /// <summary>The finding of a verdict.</summary>
    public static Finding Make(HealthCheck check, Verdict verdict, string? why, DateTimeOffset now) =>
        new(Source, verdict, now, why, verdict is Verdict.Unhealthy ? now + LifeOf(check) : null);

    /// <summary>Whether what was said is said again now, since half of its life would be over before the next probe.</summary>
    public static bool MustBeSaidAgain(Finding said, HealthCheck check, DateTimeOffset now) =>
        said.ExpiresAt is { } end && now + check.Interval >= end - (LifeOf(check) / 2);

    /// <summary>What probes said; null for nothing.</summary>
    public static Finding? Of(MemberNote? note)
    {
        foreach (var finding in note?.Findings ?? [])
        {
            if (finding.Source == Source)
            {
                return finding;
            }
        }

        return null;
    }

    /// <summary>The newest instant of which a note tells; null where it tells of none.</summary>
    public static DateTimeOffset? NewestOf(MemberNote note)
    {
        var newest = note.ServedAt;
        foreach (var finding in note.Findings)
        {
            newest = newest > finding.Since ? newest : finding.Since;
        }

        return newest;
    }
}
