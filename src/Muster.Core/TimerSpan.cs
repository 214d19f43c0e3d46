namespace Muster.Core;

/// <summary>Times as a timer takes them. The platform's count 32 bits of milliseconds and throw above that.</summary>
public static class TimerSpan
{
    /// <summary>The longest wait of one timer; the platform's own limit is 49 days and 17 hours.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    /// <summary>
    /// The wait in whole milliseconds, rounded up, so that a timer does not fire early and spin; cut to <see cref="Longest"/>.
    /// </summary>
    /// <remarks>Who waits for longer looks again when the timer fires, and finds that it is not time yet.</remarks>
    public static TimeSpan Of(TimeSpan wait) =>
        wait >= Longest ? Longest
        : wait <= TimeSpan.Zero ? TimeSpan.Zero
        : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
}
