namespace Muster.Traffic.Keeping;

/// <summary>Wakes the one loop that waits for a time or a ring, whichever comes first.</summary>
/// <param name="timeProvider">The clock.</param>
internal sealed class Bell(TimeProvider timeProvider)
{
    private TaskCompletionSource _rung = NewSignal();

    /// <summary>Wakes it; one that does not wait now will not wait next.</summary>
    public void Ring() => Volatile.Read(ref _rung).TrySetResult();

    /// <summary>Returns after a wait, or at a ring; at once if it rang since the last wait.</summary>
    /// <exception cref="OperationCanceledException">It is over.</exception>
    public async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        try
        {
            await Volatile.Read(ref _rung).Task.WaitAsync(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It is time.
        }

        // A ring that comes just now is about what is looked at next.
        Volatile.Write(ref _rung, NewSignal());
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
