namespace Muster.Core.Schedules;

/// <summary>A schedule of a group that is followed.</summary>
/// <param name="Name">What people call it: its policy's name.</param>
/// <param name="Schedule">What holds when.</param>
/// <param name="OnlyRaises">Whether it only ever keeps the level up: its maximum is not followed.</param>
public sealed record NamedSchedule(string Name, Schedule Schedule, bool OnlyRaises = false)
{
    /// <summary>
    /// What of it is followed at an instant, with its name before the reason: <c>office: outside Mon-Fri 08:00-18:00 UTC</c>.
    /// </summary>
    /// <exception cref="ZoneException">This machine does not know the schedule's time zone.</exception>
    public Framing FrameAt(DateTimeOffset now)
    {
        var framing = Schedule.FrameAt(now);
        return framing with
        {
            Frame = OnlyRaises ? framing.Frame with { Max = null } : framing.Frame,
            Why = $"{Name}: {framing.Why}",
        };
    }
}
