using System.Collections.Immutable;

using Muster.Core.Schedules;

namespace Muster.Core.Claims;

/// <summary>What a claim or a schedule allows, and who says so.</summary>
internal sealed record Bound(string Name, string Why, int? Min, int? Max, int? Floor, DateTimeOffset? Until)
{
    public static Bound Of(Claim claim)
    {
        var name = claim.Author ?? claim.Source;
        return new(name, $"{name}: {claim.Reason}", claim.Min, claim.Max, Floor: null, claim.Until);
    }

    /// <summary>
    /// Those of all schedules, by name: of two that allow the same, the same is named every time. One whose time zone this machine does not
    /// know says nothing: it must not keep the group, and all that are checked with it, from being kept.
    /// </summary>
    public static List<Bound> OfSchedules(ImmutableArray<NamedSchedule> schedules, DateTimeOffset now) => schedules.IsDefaultOrEmpty ? [] :
    [
        .. schedules
            .Where(schedule => Zones.TryFind(schedule.Schedule.Zone, out _, out _))
            .OrderBy(schedule => schedule.Name, StringComparer.Ordinal)
            .Select(schedule => (schedule.Name, Framing: schedule.FrameAt(now)))
            .Select(one => new Bound(
                one.Name,
                one.Framing.Why,
                one.Framing.Frame.Min,
                one.Framing.Frame.Max,
                one.Framing.Frame.Floor,
                one.Framing.ChangesAt)),
    ];
}
