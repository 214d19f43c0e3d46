using System.Collections.Frozen;

using Muster.Core.Launches;

namespace Muster.Core.Reconciling.Edges;

/// <summary>How a check may change the launch breaker: by failures and successes that it tells of, and else not.</summary>
internal static class BreakerEdge
{
    private const string Path = "record.state.placements.breaker";

    /// <summary>The rule of each member of <see cref="LaunchBreaker"/>.</summary>
    public static FrozenDictionary<string, Action<CheckEdge, LaunchBreaker, LaunchBreaker>> Rules { get; } =
        new Dictionary<string, Action<CheckEdge, LaunchBreaker, LaunchBreaker>>
        {
            [nameof(LaunchBreaker.FailuresInRow)] = (edge, known, told) => edge.RequireFrom(
                told.FailuresInRow >= (edge.HasSettled ? 0 : known.FailuresInRow)
                    && told.FailuresInRow <= known.FailuresInRow + edge.Failures,
                $"{Path}.failures_in_row",
                told.FailuresInRow,
                "as many more as launches are told to have failed, and fewer only after one that came good"),
            [nameof(LaunchBreaker.ProbeAt)] = CheckProbe,
            [nameof(LaunchBreaker.ProbeInterval)] = (edge, known, told) =>
            {
                var interval = told.ProbeInterval;
                edge.Require(
                    interval >= LaunchBreaker.ProbeIntervalMin && interval <= LaunchBreaker.ProbeIntervalMax,
                    $"{Path}.probe_interval", interval, $"{LaunchBreaker.ProbeIntervalMin} to {LaunchBreaker.ProbeIntervalMax}");
                edge.RequireFrom(
                    edge.Failures > 0 || interval <= known.ProbeInterval,
                    $"{Path}.probe_interval",
                    interval,
                    "longer only after a failure");
            },
            [nameof(LaunchBreaker.FailedAt)] = (edge, known, told) => edge.RequireFrom(
                told.FailedAt == known.FailedAt
                    || (told.FailedAt is { } at ? edge.Failures > 0 && CheckBounds.IsRecent(at, edge.Now) : edge.HasSettled),
                $"{Path}.failed_at", told.FailedAt, "as before, or a moment of this check that tells of a failure"),
            [nameof(LaunchBreaker.LastFailure)] = (edge, known, told) =>
            {
                var failure = told.LastFailure;
                edge.Require(CheckBounds.IsText(failure), $"{Path}.last_failure", failure, $"at most {CheckBounds.TextMax} characters");
                edge.RequireFrom(
                    failure == known.LastFailure || (failure is null ? edge.HasSettled : edge.Failures > 0),
                    $"{Path}.last_failure", failure, "as before, or that of this check");
            },
        }.ToFrozenDictionary();

    /// <param name="edge">The step.</param>
    /// <param name="known">The breaker as the store has it.</param>
    /// <param name="told">The breaker as it is told.</param>
    public static void Check(CheckEdge edge, LaunchBreaker known, LaunchBreaker told)
    {
        foreach (var rule in Rules.Values)
        {
            rule(edge, known, told);
        }
    }

    private static void CheckProbe(CheckEdge edge, LaunchBreaker knownBreaker, LaunchBreaker toldBreaker)
    {
        var (known, told) = (knownBreaker.ProbeAt, toldBreaker.ProbeAt);

        // Sooner without more: a person changed the group since it failed.
        var isRight = (known, told) switch
        {
            (null, null) => true,
            ({ }, null) => edge.HasSettled,
            ({ } before, { } after) when after <= before => true,
            _ => edge.Failures > 0,
        };
        edge.Require(
            told is not { } at || at == known || at <= edge.Now + LaunchBreaker.ProbeIntervalMax + CheckBounds.ClockSlack,
            $"{Path}.probe_at", told, $"at most {LaunchBreaker.ProbeIntervalMax.TotalMinutes} minutes from now");
        edge.RequireFrom(
            isRight,
            $"{Path}.probe_at",
            told,
            "as before or sooner, later only after a failure, and none only after a launch that came good");
    }
}
