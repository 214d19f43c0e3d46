namespace Muster.Core.Pulsing;

/// <summary>Settings of the embedded pulse.</summary>
public sealed class PulseOptions
{
    /// <summary>How often the store is asked for accounts and clouds that have groups since.</summary>
    /// <value>15 seconds unless set: another server's new group is found within it; one made here is woken at once.</value>
    public TimeSpan DiscoverInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Checks that act at once on one account and cloud.</summary>
    /// <value>128 unless set: each holds a lease that must be renewed; what they may call is the governor's matter.</value>
    public int ActingMax { get; set; } = 128;

    /// <summary>Shortest time between two woken checks of one group: hints that arrive faster melt into one.</summary>
    public TimeSpan WakeGap { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>First wait before a group on its way to its level is looked at again; doubles up to the group's interval.</summary>
    public TimeSpan FollowUpMin { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a stop waits for what is in flight before it drops it.</summary>
    /// <value>30 seconds unless set. What is dropped is found again by the next start.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
