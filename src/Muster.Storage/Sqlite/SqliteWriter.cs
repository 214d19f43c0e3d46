using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite;

/// <summary>
/// The one who writes. What queues up while a transaction goes to disk shares the next one (group commit), so that a hundred
/// waiting writers cost one flush and not a hundred.
/// </summary>
/// <remarks>
/// Each write has a savepoint of its own: one that is refused takes nobody with it. When the transaction as a whole fails (a full
/// disk ends it), its writes are done again one by one, so that each learns its own outcome.
/// </remarks>
internal sealed class SqliteWriter : IAsyncDisposable
{
    /// <summary>Writes that may wait. More of them wait for their place: a caller who floods the store slows down.</summary>
    private const int QueuedMax = 4096;

    /// <summary>Writes in one transaction: enough to share a flush, few enough that the first does not wait long for the last.</summary>
    private const int BatchMax = 256;

    private static readonly Statement Begin = new("BEGIN IMMEDIATE");
    private static readonly Statement Commit = new("COMMIT");
    private static readonly Statement Save = new("SAVEPOINT one");
    private static readonly Statement Release = new("RELEASE one");
    private static readonly Statement RollbackToSave = new("ROLLBACK TO one");

    private readonly SqliteSession _session;
    private readonly Func<Exception, Exception> _translate;
    private readonly Channel<PendingWrite> _queue = Channel.CreateBounded<PendingWrite>(
        new BoundedChannelOptions(QueuedMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Task _loop;

    /// <summary>Takes over the session.</summary>
    public SqliteWriter(SqliteSession session, Func<Exception, Exception> translate)
    {
        _session = session;
        _translate = translate;

        // A thread of its own: it sits in flushes to disk, which would starve a small thread pool.
        _loop = Task.Factory.StartNew(
            RunLoop, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    /// <summary>Writes; has happened and is on disk when the task completes.</summary>
    /// <param name="body">What is done. May be done a second time, after the first was rolled back.</param>
    /// <param name="cancellationToken">Takes the write out of the queue; once begun, it is carried through.</param>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> body, CancellationToken cancellationToken)
    {
        var write = new PendingWrite<T>(body, cancellationToken);
        if (!_queue.Writer.TryWrite(write))
        {
            await EnqueueAsync(write, cancellationToken);
        }

        return await write.Task;
    }

    /// <summary>Finishes what is queued, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_queue.Writer.TryComplete())
        {
            await _loop;
            _session.Dispose();
        }
    }

    /// <summary>Waits for a place in a full queue.</summary>
    private async Task EnqueueAsync(PendingWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteStore));
        }
    }

    private void RunLoop()
    {
        var batch = new List<PendingWrite>(BatchMax);
        while (WaitForWrites())
        {
            batch.Clear();
            while (batch.Count < BatchMax && _queue.Reader.TryRead(out var write))
            {
                if (write.TryBegin())
                {
                    batch.Add(write);
                }
            }

            // Alone there is nothing to share: the savepoint would be for nothing.
            if (batch.Count == 1 || (batch.Count > 1 && !TryCommitTogether(batch)))
            {
                batch.ForEach(CommitAlone);
            }
        }
    }

    // Blocks on purpose: the thread is the writer's own.
    private bool WaitForWrites() => _queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Writes all in one transaction; false when it failed as a whole, and then nothing was written and nobody told.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Not swallowed: every write is done again and reports its own error.")]
    private bool TryCommitTogether(List<PendingWrite> batch)
    {
        var position = _session.LastPosition;
        try
        {
            _session.Run(Begin);
            foreach (var write in batch)
            {
                if (!TryRunInSavepoint(write))
                {
                    Abandon(position);
                    return false;
                }
            }

            _session.Run(Commit);
        }
        catch (Exception)
        {
            Abandon(position);
            return false;
        }

        foreach (var write in batch)
        {
            write.Tell();
        }

        return true;
    }

    /// <summary>Runs a write, or takes it back alone; false when the transaction is beyond that.</summary>
    private bool TryRunInSavepoint(PendingWrite write)
    {
        var position = _session.LastPosition;
        _session.Run(Save);
        if (write.Run(_session) is not { } error)
        {
            _session.Run(Release);
            return true;
        }

        if (error is SqliteException)
        {
            return false;
        }

        _session.Run(RollbackToSave);
        _session.Run(Release);
        _session.LastPosition = position;
        write.Refuse(_translate(error));
        return true;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Not swallowed: the caller of the write gets it.")]
    private void CommitAlone(PendingWrite write)
    {
        var position = _session.LastPosition;
        try
        {
            _session.Run(Begin);
            if (write.Run(_session) is { } error)
            {
                Abandon(position);
                write.Refuse(_translate(error));
            }
            else
            {
                _session.Run(Commit);
            }
        }
        catch (Exception error)
        {
            Abandon(position);
            write.Refuse(_translate(error));
        }

        write.Tell();
    }

    /// <summary>Ends the transaction, unless SQLite did so already, and takes back the positions it gave.</summary>
    private void Abandon(long position)
    {
        _session.LastPosition = position;
        _session.RollBack();
    }
}
