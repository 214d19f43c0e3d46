namespace Muster.Health.Keeping;

/// <summary>The bounds of a server's probes.</summary>
public sealed class HealthOptions
{
    /// <summary>
    /// Probes in flight at once. 2,000 are 10,000 instances at the usual interval and time-out, none of which answers; each takes a
    /// descriptor.
    /// </summary>
    public int ProbesMax { get; set; } = 2_000;

    /// <summary>Groups whose notes are written at once: a store that is slow is not made slower.</summary>
    public int WritesMax { get; set; } = 8;

    /// <summary>From the beginning of one write of a group's notes to the next. The first of a row is written at once.</summary>
    public TimeSpan WriteEvery { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Most of what is said that goes into one write.</summary>
    public int WriteMax { get; set; } = 1_000;
}
