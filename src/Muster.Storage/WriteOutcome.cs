namespace Muster.Storage;

/// <summary>
/// What the caller of a queued write waits for: the write is begun or cancelled, comes out one way or the other, and is told.
/// </summary>
internal sealed class WriteOutcome<T>
{
    private readonly CancellationTokenRegistration _cancellation;

    // The caller's code must not run where the writes do.
    private readonly TaskCompletionSource<T> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;
    private T? _result;
    private Exception? _refusal;

    public WriteOutcome(CancellationToken cancellationToken) =>
        _cancellation = cancellationToken.UnsafeRegister(static (outcome, token) => ((WriteOutcome<T>)outcome!).Cancel(token), this);

    /// <summary>What the write returns; it has happened when this completes.</summary>
    public Task<T> Task => _told.Task;

    /// <summary>Claims the write for running; false when its caller gave up meanwhile.</summary>
    public bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;

    /// <summary>It went well, this time; held back until <see cref="Tell"/>.</summary>
    public void Accept(T value) => (_result, _refusal) = (value, null);

    /// <summary>It came to an error, this time; held back until <see cref="Tell"/>.</summary>
    public void Refuse(Exception error) => _refusal = error;

    /// <summary>Hands the last outcome to the caller: after the commit and not before.</summary>
    public void Tell()
    {
        _cancellation.Dispose();
        if (_refusal is null)
        {
            _told.SetResult(_result!);
        }
        else
        {
            _told.SetException(_refusal);
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (TryBegin())
        {
            _told.SetCanceled(cancellationToken);
        }
    }
}
