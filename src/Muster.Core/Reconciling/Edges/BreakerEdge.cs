using System.Collections.Immutable;

namespace Muster.Core.Reconciling.Edges;

/// <summary>How a check may change the launch breaker: by failures and successes that it tells of, and else not.</summary>
internal static class BreakerEdge
{
    private const string Path = "record.state.breaker";

    /// <summary>The rule of each member of <see cref="LaunchBreaker"/>.</summary>
    public static ImmutableDictionary<string, Action<CheckEdge>> Rules { get; } = new Dictionary<string, Action<CheckEdge>>
    {
        [nameof(LaunchBreaker.FailuresInRow)] = edge => edge.RequireFrom(
            Told(edge).FailuresInRow >= (edge.HasSettled ? 0 : Known(edge).FailuresInRow) && Told(edge).FailuresInRow <= Known(edge).FailuresInRow + edge.Failures,
            $"{Path}.failures_in_row", Told(edge).FailuresInRow, "as many more as launches are told to have failed, and fewer only after one that came good"),
        [nameof(LaunchBreaker.ProbeAt)] = CheckProbe,
        [nameof(LaunchBreaker.ProbeInterval)] = edge =>
        {
            var interval = Told(edge).ProbeInterval;
            edge.Require(
                interval >= LaunchBreaker.ProbeIntervalMin && interval <= LaunchBreaker.ProbeIntervalMax,
                $"{Path}.probe_interval", interval, $"{LaunchBreaker.ProbeIntervalMin} to {LaunchBreaker.ProbeIntervalMax}");
            edge.RequireFrom(
                edge.Failures > 0 || interval <= Known(edge).ProbeInterval, $"{Path}.probe_interval", interval, "longer only after a failure");
        },
        [nameof(LaunchBreaker.FailedAt)] = edge => edge.RequireFrom(
            Told(edge).FailedAt == Known(edge).FailedAt
                || (Told(edge).FailedAt is { } at ? edge.Failures > 0 && CheckBounds.IsRecent(at, edge.Now) : edge.HasSettled),
            $"{Path}.failed_at", Told(edge).FailedAt, "as before, or a moment of this check that tells of a failure"),
        [nameof(LaunchBreaker.LastFailure)] = edge =>
        {
            var failure = Told(edge).LastFailure;
            edge.Require(CheckBounds.IsText(failure), $"{Path}.last_failure", failure, $"at most {CheckBounds.TextMax} characters");
            edge.RequireFrom(
                failure == Known(edge).LastFailure || (failure is null ? edge.HasSettled : edge.Failures > 0),
                $"{Path}.last_failure", failure, "as before, or that of this check");
        },
    }.ToImmutableDictionary();

    public static void Check(CheckEdge edge)
    {
        foreach (var rule in Rules.Values)
        {
            rule(edge);
        }
    }

    private static void CheckProbe(CheckEdge edge)
    {
        var (known, told) = (Known(edge).ProbeAt, Told(edge).ProbeAt);

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
            isRight, $"{Path}.probe_at", told, "as before or sooner, later only after a failure, and none only after a launch that came good");
    }

    private static LaunchBreaker Known(CheckEdge edge) => edge.Known.State.Breaker;

    private static LaunchBreaker Told(CheckEdge edge) => edge.Told.State.Breaker;
}
