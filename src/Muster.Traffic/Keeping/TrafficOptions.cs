namespace Muster.Traffic.Keeping;

/// <summary>The bounds of what takes members in and out of service.</summary>
public sealed class TrafficOptions
{
    /// <summary>
    /// How often a source is asked what it holds: one that was restarted has forgotten all, and nobody gets traffic until it is told again.
    /// </summary>
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How old what is known of a group may be, where nothing tells that it is new.</summary>
    public TimeSpan ReadEvery { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one call may take, whatever the source's own time-out.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a round waits for its calls: one that takes longer goes on beside the next rounds.</summary>
    public TimeSpan RoundWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The first wait after a failure.</summary>
    public TimeSpan RetryMin { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest.</summary>
    public TimeSpan RetryMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it is tried to take the members out of a source that their group uses no more.</summary>
    public TimeSpan RetireMax { get; set; } = TimeSpan.FromMinutes(10);
}
