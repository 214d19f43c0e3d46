using System.Diagnostics.CodeAnalysis;

namespace Muster.Core.Schedules;

/// <summary>
/// When a window is open, as a person writes it: <c>Mon-Fri 08:00-18:00</c>, <c>0 8 * * 1-5 for 10h</c>,
/// <c>2026-12-24 18:00 to 2026-12-27 08:00</c>.
/// </summary>
/// <param name="Text">As it is written, without what says nothing.</param>
/// <remarks>
/// <para>Times are what the clock on the wall reads in the schedule's zone. A window opens as soon as the clock reads its beginning or
/// more, and closes once the clock never reads less than its end again. So on the day when clocks are put forward from 02:00 to 03:00, a
/// window from 02:30 opens at 03:00, one until 02:30 closes at 03:00, and one within that hour does not open at all. On the day when they
/// are put back from 03:00 to 02:00, a window from 02:30 opens at the first 02:30, and one until 02:30 closes at the second.</para>
/// <para>A cron line opens a window for as long as it says, whatever clocks do meanwhile. A time that does not exist is the moment
/// in which the clock jumps over it; one that exists twice counts once, unless the line has a step or a star for hours or minutes. Day of
/// the month and day of the week must both fit where both are given.</para>
/// </remarks>
public sealed record Window(string Text)
{
    private WindowShape? _shape;

    private Window(Window original) => Text = original.Text;

    /// <summary>What it says. Read once: it is asked at every check of its group.</summary>
    internal WindowShape Shape => _shape ??= WindowReader.Read(Text) is ({ } shape, _)
        ? shape
        : throw new FormatException($"'{Text}' is no window");

    /// <summary>Reads one; false where it is none or can never open, with what is allowed.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Window? window, [NotNullWhen(false)] out string? problem)
    {
        (var shape, problem) = WindowReader.Read(text);
        window = shape is null ? null : new(shape.Text) { _shape = shape };
        problem = shape is null ? problem ?? "a window" : null;
        return window is not null;
    }

    /// <summary>Whether it is open at an instant, or opens later.</summary>
    public bool OpensFrom(DateTimeOffset now, TimeZoneInfo zone) =>
        Shape.OpenUntil(now, zone) is not null || Shape.OpensAfter(now, zone) is not null;

    /// <summary>By what is written.</summary>
    public bool Equals(Window? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
