using System.Collections.Immutable;

namespace Muster.Core.Schedules;

/// <summary>When a group may be how large: a pure function of the instant, so that nothing is missed while nobody looks.</summary>
public sealed record Schedule
{
    /// <summary>Most windows of one schedule: each is asked at every check.</summary>
    public const int WindowsMax = 32;

    // Two weeks of a window a day.
    private const int ClosingsMax = 14;

    /// <summary>The IANA name of the time zone that its windows are written in: <c>Europe/Berlin</c>.</summary>
    public required string Zone { get; init; }

    /// <summary>Its windows; at least one. Where several are open at once, the schedule is inside.</summary>
    public required ImmutableArray<Window> Windows { get; init; }

    /// <summary>What holds while a window is open.</summary>
    public Frame Inside { get; init; } = Frame.Open;

    /// <summary>What holds while none is.</summary>
    public Frame Outside { get; init; } = Frame.Open;

    /// <summary>What it allows at an instant. Pure, and right across changes of the clock; see <see cref="Window"/>.</summary>
    /// <exception cref="ZoneException">This machine does not know the schedule's time zone.</exception>
    public Framing FrameAt(DateTimeOffset now)
    {
        var zone = Zones.Get(Zone);
        var open = Windows.FirstOrDefault(window => window.Shape.OpenUntil(now, zone) is not null);
        return open is not null
            ? new(Inside, ClosesAt(now, zone), $"inside {open.Text} {Zone}", IsInside: true)
            : new(Outside, OpensAt(now, zone), $"outside {Named()} {Zone}", IsInside: false);
    }

    /// <summary>By content: record equality would compare the windows by reference.</summary>
    public bool Equals(Schedule? other) =>
        other is not null && Zone == other.Zone && Windows.SequenceEqual(other.Windows) && Inside == other.Inside
            && Outside == other.Outside;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Zone, Windows.Length, Inside, Outside);

    // A window may open before another closes. Where they never all close, or not for so long, it is enough to look again then.
    private DateTimeOffset ClosesAt(DateTimeOffset now, TimeZoneInfo zone)
    {
        var until = now;
        for (var turn = 0; turn < ClosingsMax; turn++)
        {
            var last = until;
            foreach (var window in Windows)
            {
                until = window.Shape.OpenUntil(last, zone) is { } closes && closes > until ? closes : until;
            }

            if (until == last)
            {
                break;
            }
        }

        return until;
    }

    private DateTimeOffset? OpensAt(DateTimeOffset now, TimeZoneInfo zone) =>
        Windows.Min(window => window.Shape.OpensAfter(now, zone));

    private string Named() => Windows.Length == 1 ? Windows[0].Text : $"{Windows[0].Text} and {Windows.Length - 1} more,";
}
