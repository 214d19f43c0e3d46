using System.Diagnostics.CodeAnalysis;

using Muster.Core;
using Muster.Core.Storage;

using Npgsql;

namespace Muster.Storage.Postgres.Sessions;

/// <summary>The way to the database: every call of it goes through here, and the one place where calls are made again.</summary>
/// <remarks>
/// Every transaction is serializable, so any may be refused because of another and then is made again from its beginning. So is
/// one whose connection broke before it could have been kept. One that may have been kept is made again too, and told so
/// (<see cref="Session.MayHaveHappened"/>): it finds out what became of the one before, or is such that a repeat does no harm.
/// </remarks>
/// <param name="source">Connections.</param>
/// <param name="where">Hosts, ports and database, for messages.</param>
/// <param name="random">Gives the jitter.</param>
/// <param name="timeProvider">Measures.</param>
internal sealed class Database(NpgsqlDataSource source, string where, IRandomSource random, TimeProvider timeProvider) : IAsyncDisposable
{
    /// <summary>Who asks whether it answers decides by that where requests go, and does not wait.</summary>
    private static readonly TimeSpan PingTime = TimeSpan.FromSeconds(2);
    private static readonly Statement Answer = new("SELECT 1::bigint");

    private readonly Lock _gate = new();

    // Guarded by the gate.
    private Task _question = Task.CompletedTask;

    public string Where { get; } = where;

    /// <summary>Reads.</summary>
    /// <exception cref="StoreException">It could not be read.</exception>
    public Task<T> ReadAsync<T>(Func<Session, CancellationToken, Task<T>> body, CancellationToken cancellationToken) =>
        RunAsync(session => body(session, cancellationToken), cancellationToken);

    /// <summary>Writes. A caller gives up before it begins or not at all: what would be broken off may have happened.</summary>
    /// <exception cref="StoreException">
    /// It was refused or could not be written; <see cref="StoreErrorKind.Ambiguous"/>: nobody knows whether it was.
    /// </exception>
    public Task<T> WriteAsync<T>(Func<Session, Task<T>> body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return RunAsync(body, CancellationToken.None);
    }

    /// <summary>Whether it answers, asked once and for a short time.</summary>
    /// <exception cref="StoreException">It does not.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Question().WaitAsync(PingTime, timeProvider, cancellationToken);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            throw PostgresErrors.Translate(error, Where, mayHaveHappened: false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Its outcome is of no more interest.
        await Task.WhenAny(_question);
        await source.DisposeAsync();
    }

    // The one that is under way, if one is: those who ask a silent database again and again must not use up its connections. It is not
    // cancelled either, since Npgsql cancels by a connection of its own and waits for that.
    private Task Question()
    {
        lock (_gate)
        {
            return _question.IsCompleted ? _question = AskAsync() : _question;
        }
    }

    private async Task AskAsync()
    {
        await using var session = await OpenAsync(mayHaveHappened: false, CancellationToken.None);
        await session.ReadAllAsync(Answer.Call(), row => row.Long(), CancellationToken.None);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Not swallowed: every error is answered by another attempt or thrown.")]
    private async Task<T> RunAsync<T>(Func<Session, Task<T>> body, CancellationToken cancellationToken)
    {
        var patience = new Patience(random, timeProvider);
        var mayHaveHappened = false;
        var mayLookUp = true;
        while (true)
        {
            Session? session = null;
            try
            {
                await using var opened = session = await OpenAsync(mayHaveHappened, cancellationToken);
                return await body(opened);
            }
            catch (Exception error) when (error is NpgsqlException or IOException)
            {
                var fault = Fault.Of(error);
                mayHaveHappened |= session is { HasSent: true } && !fault.IsRefusal;
                if (fault.IsElsewhere)
                {
                    source.Clear();
                }

                if (fault.IsPassing && await patience.WaitAsync(cancellationToken))
                {
                    continue;
                }

                // Silence may have used up all the time. To say that nobody knows, somebody must have asked.
                if (!fault.IsPassing || !mayHaveHappened || !mayLookUp)
                {
                    throw PostgresErrors.Translate(error, Where, mayHaveHappened);
                }

                mayLookUp = false;
            }
        }
    }

    private async Task<Session> OpenAsync(bool mayHaveHappened, CancellationToken cancellationToken) =>
        new(await source.OpenConnectionAsync(cancellationToken), mayHaveHappened);
}
