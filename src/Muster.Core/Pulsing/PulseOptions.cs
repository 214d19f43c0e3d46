namespace Muster.Core.Pulsing;

/// <summary>Settings of the embedded pulse.</summary>
public sealed class PulseOptions
{
    /// <summary>Sweeps that run at once in this server.</summary>
    /// <value>
    /// 32 unless set. A sweep waits for its cloud nearly all the time: at a second each, 32 at once make 1,900 a minute. Each holds the
    /// whole listing of an account in memory and a connection to the store at its ends; a start with thousands of sweeps that are all
    /// due must neither fill the one nor use up the other.
    /// </value>
    public int SweepsInFlightMax { get; set; } = 32;

    /// <summary>Checks that act at once on one cloud credential.</summary>
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
