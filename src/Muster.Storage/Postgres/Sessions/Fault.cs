using System.Net.Sockets;
using System.Security.Authentication;

using Npgsql;

namespace Muster.Storage.Postgres.Sessions;

/// <summary>What a failed attempt means for the next one.</summary>
/// <param name="IsPassing">Whether another attempt may go better.</param>
/// <param name="IsRefusal">
/// Whether the database said no, so that nothing of the transaction is kept. Otherwise what was sent may have been carried out.
/// </param>
/// <param name="IsElsewhere">Whether the writable database is another one now: every connection in the pool leads astray.</param>
internal readonly record struct Fault(bool IsPassing, bool IsRefusal, bool IsElsewhere)
{
    /// <summary>The session did nothing in a transaction for too long, and was ended.</summary>
    public const string IdleInTransaction = "25P03";

    /// <summary>Reads it off the exception. See https://www.postgresql.org/docs/current/errcodes-appendix.html.</summary>
    public static Fault Of(Exception error) => error switch
    {
        PostgresException refused => OfCode(refused),
        NpgsqlException { InnerException: AuthenticationException } => new(IsPassing: false, IsRefusal: false, IsElsewhere: false),
        NpgsqlException { InnerException: AggregateException many } => OfMany(many),
        NpgsqlException failed => new(IsBroken(failed), IsRefusal: false, IsElsewhere: false),
        IOException or SocketException or TimeoutException => new(IsPassing: true, IsRefusal: false, IsElsewhere: false),
        _ => default,
    };

    private static bool IsBroken(NpgsqlException error) =>
        error.IsTransient || error.InnerException is IOException or SocketException or TimeoutException;

    // Several hosts were tried and each failed in its own way.
    private static Fault OfMany(AggregateException many)
    {
        var faults = many.Flatten().InnerExceptions.Select(Of).ToList();
        return new(faults.Exists(fault => fault.IsPassing), IsRefusal: false, faults.Exists(fault => fault.IsElsewhere));
    }

    private static Fault OfCode(PostgresException error)
    {
        // A session that is being ended (FATAL) says nothing of the statement it was busy with; 40003 says so in words.
        var refusal = error is { InvariantSeverity: "ERROR", SqlState: not PostgresErrorCodes.StatementCompletionUnknown };
        return error.SqlState switch
        {
            PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.StatementCompletionUnknown
                or IdleInTransaction
                or PostgresErrorCodes.TooManyConnections => new(IsPassing: true, refusal, IsElsewhere: false),
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
                or PostgresErrorCodes.ReadOnlySqlTransaction => new(IsPassing: true, refusal, IsElsewhere: true),
            ['0', '8', ..] => new(IsPassing: true, refusal, IsElsewhere: false),
            _ => new(IsPassing: false, refusal, IsElsewhere: false),
        };
    }
}
