using System.Diagnostics.CodeAnalysis;

namespace Muster.Storage.Sqlite;

/// <summary>One write on its way: queued, then begun or cancelled, then run (perhaps twice), then told.</summary>
internal abstract class PendingWrite
{
    /// <summary>Claims it for running; false when its caller gave up meanwhile.</summary>
    public abstract bool TryBegin();

    /// <summary>Does it; what it returns is held back until <see cref="Tell"/>.</summary>
    /// <returns>What was thrown; null when all went well.</returns>
    public abstract Exception? Run(SqliteSession session);

    /// <summary>Its outcome is an error.</summary>
    public abstract void Refuse(Exception error);

    /// <summary>Hands the outcome to the caller: after the commit and not before.</summary>
    public abstract void Tell();
}

/// <inheritdoc/>
internal sealed class PendingWrite<T> : PendingWrite
{
    private readonly Func<SqliteSession, T> body;
    private readonly CancellationTokenRegistration cancellation;

    // The caller's code must not run on the writer's thread.
    private readonly TaskCompletionSource<T> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int begun;
    private T? result;
    private Exception? refusal;

    public PendingWrite(Func<SqliteSession, T> body, CancellationToken cancellationToken)
    {
        this.body = body;
        cancellation = cancellationToken.UnsafeRegister(
            static (write, token) => ((PendingWrite<T>)write!).Cancel(token), this);
    }

    public Task<T> Task => told.Task;

    public override bool TryBegin() => Interlocked.Exchange(ref begun, 1) == 0;

    [SuppressMessage("Design", "CA1031", Justification = "Not swallowed: the writer tells it to the caller.")]
    public override Exception? Run(SqliteSession session)
    {
        try
        {
            refusal = null;
            result = body(session);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    public override void Refuse(Exception error) => refusal = error;

    public override void Tell()
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
