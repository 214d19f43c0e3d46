using System.Collections.Concurrent;

using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite;

/// <summary>A few connections that only read. A reader sees what was committed when it began, and waits for no writer.</summary>
internal sealed class SqliteReaders(Func<SqliteSession> open, Func<Exception, Exception> translate) : IAsyncDisposable
{
    /// <summary>Reads at once: a read is mostly CPU time, so more of them than cores would only queue elsewhere.</summary>
    private const int ReadersMax = 4;

    private static readonly Statement Begin = new("BEGIN");
    private static readonly Statement End = new("COMMIT");

    private readonly SemaphoreSlim _places = new(ReadersMax);
    private readonly ConcurrentStack<SqliteSession> _idle = new();
    private bool _disposed;

    /// <summary>Reads from one snapshot, on the caller's thread.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> body, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), typeof(SqliteStore));
        await _places.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), typeof(SqliteStore));
            var session = _idle.TryPop(out var pooled) ? pooled : open();
            try
            {
                return Read(session, body);
            }
            finally
            {
                _idle.Push(session);
            }
        }
        catch (Exception error) when (translate(error) is var translated && translated != error)
        {
            throw translated;
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Waits for reads in flight, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        for (var place = 0; place < ReadersMax; place++)
        {
            await _places.WaitAsync();
        }

        while (_idle.TryPop(out var session))
        {
            session.Dispose();
        }

        // Those who waited for a place meanwhile get one, and find the store closed.
        _places.Release(ReadersMax);
    }

    private static T Read<T>(SqliteSession session, Func<SqliteSession, T> body)
    {
        session.Run(Begin);
        try
        {
            var value = body(session);
            session.CloseQueries();
            session.Run(End);
            return value;
        }
        catch
        {
            session.RollBack();
            throw;
        }
    }
}
