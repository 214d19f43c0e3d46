namespace Muster.Core.Pulsing;

/// <summary>A wait of a claimed group's check that a wake ends: a user's change is not to stand in the line of what it changes.</summary>
internal sealed class WakeWait : IDisposable
{
    private readonly Schedule _schedule;
    private readonly GroupId _group;

    // Never disposed, and nothing to dispose of: a wake may come while the wait ends.
    private readonly CancellationTokenSource _woken = new();
    private readonly CancellationTokenSource _either;

    /// <summary>A wait that the schedule knows.</summary>
    public WakeWait(Schedule schedule, GroupId group, CancellationToken stopping, CancellationToken abort)
    {
        _schedule = schedule;
        _group = group;
        _either = CancellationTokenSource.CreateLinkedTokenSource(_woken.Token, stopping, abort);
    }

    /// <summary>Ends at a wake, and at a stop.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether a wake ended it.</summary>
    public bool IsWoken => _woken.IsCancellationRequested;

    /// <summary>The group is woken.</summary>
    public void Wake() => _woken.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _schedule.EndWait(_group, this);
        _either.Dispose();
    }
}
