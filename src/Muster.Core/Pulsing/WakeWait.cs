namespace Muster.Core.Pulsing;

/// <summary>A wait of a running check that a wake ends: a user's change is not to stand in the line of what it changes.</summary>
internal sealed class WakeWait : IDisposable
{
    private readonly Wakes _wakes;
    private readonly GroupId _group;

    // Never disposed, and nothing to dispose of: a wake may come while the wait ends.
    private readonly CancellationTokenSource _woken = new();
    private readonly CancellationTokenSource _either;

    /// <summary>A wait that wakes know of.</summary>
    public WakeWait(Wakes wakes, GroupId group, CancellationToken stopping, CancellationToken abort)
    {
        _wakes = wakes;
        _group = group;
        _either = CancellationTokenSource.CreateLinkedTokenSource(_woken.Token, stopping, abort);
    }

    /// <summary>Ends at a wake, and at a stop.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>The group is woken.</summary>
    public void Wake() => _woken.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _wakes.EndWait(_group, this);
        _either.Dispose();
    }
}
