namespace Muster.Storage;

/// <summary>What the caller of a queued write waits for: the write is begun or cancelled, comes out one way or the other, and is told.</summary>
internal sealed class WriteOutcome<T>
{
    private readonly CancellationTokenRegistration cancellation;

    // The caller's code must not run where the writes do.
    private readonly TaskCompletionSource<T> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int begun;
    private T? result;
    private Exception? refusal;

    public WriteOutcome(CancellationToken cancellationToken) =>
        cancellation = cancellationToken.UnsafeRegister(static (outcome, token) => ((WriteOutcome<T>)outcome!).Cancel(token), this);

    /// <summary>What the write returns; it has happened when this completes.</summary>
    public Task<T> Task => told.Task;

    /// <summary>Claims the write for running; false when its caller gave up meanwhile.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref begun, 1) == 0;

    /// <summary>It went well, this time; held back until <see cref="Tell"/>.</summary>
    public void Accept(T value) => (result, refusal) = (value, null);

    /// <summary>It came to an error, this time; held back until <see cref="Tell"/>.</summary>
    public void Refuse(Exception error) => refusal = error;

    /// <summary>Hands the last outcome to the caller: after the commit and not before.</summary>
    public void Tell()
    {
        cancellation.Dispose();
        if (refusal is null)
        {
            told.SetResult(result!);
        }
        else
        {
            told.SetException(refusal);
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (TryBegin())
        {
            told.SetCanceled(cancellationToken);
        }
    }
}
