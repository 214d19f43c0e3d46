namespace Muster.Core.Schedules;

/// <summary>
/// When a window is open, as a person writes it: <c>Mon-Fri 08:00-18:00</c>, <c>0 8 * * 1-5 for 10h</c>,
/// <c>2026-12-24 18:00 to 2026-12-27 08:00</c>.
/// </summary>
/// <param name="Text">As it is written, without what says nothing.</param>
public sealed record Window(string Text)
{
    /// <inheritdoc/>
    public override string ToString() => Text;
}
