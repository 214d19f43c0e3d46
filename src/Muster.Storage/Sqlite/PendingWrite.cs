using System.Diagnostics.CodeAnalysis;

using Muster.Storage.Sqlite.Sessions;

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
internal sealed class PendingWrite<T>(Func<SqliteSession, T> body, CancellationToken cancellationToken) : PendingWrite
{
    private readonly WriteOutcome<T> _outcome = new(cancellationToken);

    public Task<T> Task => _outcome.Task;

    public override bool TryBegin() => _outcome.TryBegin();

    [SuppressMessage("Design", "CA1031", Justification = "Not swallowed: the writer tells it to the caller.")]
    public override Exception? Run(SqliteSession session)
    {
        try
        {
            _outcome.Accept(body(session));
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    public override void Refuse(Exception error) => _outcome.Refuse(error);

    public override void Tell() => _outcome.Tell();
}
