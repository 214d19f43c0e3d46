namespace Muster.Core.Pulsing;

/// <summary>A wait of a claimed group's check that a wake ends: a user's change is not to stand in the line of what it changes.</summary>
internal sealed class WakeWait : IDisposable
{
    private readonly Schedule schedule;
    private readonly GroupId group;

    // Never disposed, and nothing to dispose of: a wake may come while the wait ends.
    private readonly CancellationTokenSource woken = new();
    private readonly CancellationTokenSource either;

    /// <summary>A wait that the schedule knows.</summary>
    public WakeWait(Schedule schedule, GroupId group, CancellationToken stopping, CancellationToken abort)
    {
        this.schedule = schedule;
        this.group = group;
        either = CancellationTokenSource.CreateLinkedTokenSource(woken.Token, stopping, abort);
    }

    /// <summary>Ends at a wake, and at a stop.</summary>
    public CancellationToken Token => either.Token;

    /// <summary>Whether a wake ended it.</summary>
    public bool IsWoken => woken.IsCancellationRequested;

    /// <summary>The group is woken.</summary>
    public void Wake() => woken.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        schedule.EndWait(group, this);
        either.Dispose();
    }
}
