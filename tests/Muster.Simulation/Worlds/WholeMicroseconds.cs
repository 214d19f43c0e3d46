using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Simulation.Worlds;

/// <summary>Cuts what a check writes to whole microseconds, as the wire and every database do. The engine's own clock is finer.</summary>
internal static class WholeMicroseconds
{
    /// <summary>The record as a database has it.</summary>
    public static CheckRecord Of(CheckRecord record) => new()
    {
        State = Of(record.State),
        Launches = [.. record.Launches.Select(Of)],
        Activities =
            [.. record.Activities.Select(activity => activity with { FirstAt = Of(activity.FirstAt), LastAt = Of(activity.LastAt) })],
        ArchivedAt = Of(record.ArchivedAt),
    };

    private static GroupState Of(GroupState state) => state with
    {
        NextAttemptAt = Of(state.NextAttemptAt),
        CheckedAt = Of(state.CheckedAt),
        Placements = [.. state.Placements.Select(placement => placement with
        {
            Breaker = Of(placement.Breaker),
            FailingSince = Of(placement.FailingSince),
            UnavailableAt = Of(placement.UnavailableAt),
        })],
        RecentTerminations =
        [
            .. state.RecentTerminations.Select(one => one with { At = Of(one.At), FirstAt = Of(one.FirstAt), RetryAt = Of(one.RetryAt) }),
        ],
        Members = [.. state.Members.Select(one => one with { Since = Of(one.Since) })],
    };

    private static LaunchBreaker Of(LaunchBreaker breaker) => breaker with
    {
        ProbeAt = Of(breaker.ProbeAt),
        FailedAt = Of(breaker.FailedAt),
        ProbeInterval = Of(breaker.ProbeInterval),
    };

    private static Launch Of(Launch launch) => launch with { CreatedAt = Of(launch.CreatedAt), UpdatedAt = Of(launch.UpdatedAt) };

    private static DateTimeOffset? Of(DateTimeOffset? time) => time is { } at ? Of(at) : null;

    private static DateTimeOffset Of(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));

    private static TimeSpan Of(TimeSpan span) => new(span.Ticks - (span.Ticks % TimeSpan.TicksPerMicrosecond));
}
