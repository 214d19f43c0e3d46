using System.Net.Sockets;
using System.Security.Authentication;

using Muster.Core.Storage;

using Npgsql;

namespace Muster.Storage.Postgres.Sessions;

/// <summary>What the database or the way to it reports, in the words of the store port.</summary>
internal static class PostgresErrors
{
    /// <summary>For the caller of the port.</summary>
    /// <param name="error">As it was reported.</param>
    /// <param name="where">Hosts, ports and database, which the user must find. No password.</param>
    /// <param name="mayHaveHappened">Whether a write was sent whose outcome nobody knows.</param>
    /// <returns>
    /// A <see cref="StoreException"/>; the error itself when it is a bug here, and none of the user's business. A write of unknown outcome
    /// is always told as one: whoever heard of a bug would take it that nothing was kept, and write again.
    /// </returns>
    public static Exception Translate(Exception error, string where, bool mayHaveHappened)
    {
        var told = Of(error, where);
        return mayHaveHappened
            ? new StoreException(
                StoreErrorKind.Ambiguous,
                $"{(told ?? Silent(error, where, error.Message)).Message}; "
                + "it broke off during a write, which may or may not have been kept",
                error)
            : told ?? error;
    }

    private static StoreException? Of(Exception error, string where) => error switch
    {
        StoreException told => told,
        PostgresException refused => OfCode(refused, where),
        NpgsqlException { InnerException: AggregateException many } => OfMany(many, where),
        NpgsqlException { InnerException: AuthenticationException reason } => Unusable(
            error,
            $"{where} shows a TLS certificate that is not to be trusted: of an unknown authority, of another host, "
            + $"or out of date ({reason.Message}); sslrootcert names the authority that signed it"),
        NpgsqlException { InnerException: SocketException reason } => Silent(error, where, reason.Message),
        NpgsqlException { InnerException: TimeoutException } when IsPoolEmpty(error) => Silent(
            error, where, "every connection of the pool is in use; connections_max allows more"),
        NpgsqlException { InnerException: TimeoutException } => Silent(error, where, "it took too long"),
        NpgsqlException when error.Message.Contains("SSL", StringComparison.Ordinal) => Unusable(
            error, $"{where} speaks no TLS, which sslmode demands: {error.Message}"),
        NpgsqlException when error.Message.Contains("password", StringComparison.OrdinalIgnoreCase) => Unusable(
            error, $"{where} asks for a password and none was given; it is read from a password file or the environment"),
        TimeoutException => Silent(error, where, "it took too long"),
        NpgsqlException or IOException or SocketException => Silent(error, where, error.Message),
        _ => null,
    };

    private static StoreException? OfCode(PostgresException error, string where) => error.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => Unusable(
            error, $"{where} does not let us in: {error.MessageText}; check the user, the password and pg_hba.conf"),
        PostgresErrorCodes.InvalidCatalogName => Unusable(
            error, $"{where} does not exist: {error.MessageText}; create it, then run muster migrate"),
        PostgresErrorCodes.InsufficientPrivilege => Unusable(
            error, $"{where} does not permit it: {error.MessageText}; docs/postgresql.md lists the rights that muster needs"),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => Unusable(
            error, $"{where} lacks something of muster's schema: {error.MessageText}; run muster migrate"),
        PostgresErrorCodes.DiskFull => new(
            StoreErrorKind.Full, $"the disk of {where} is full: nothing was written; make room, and it goes on by itself", error),
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => Unusable(
            error, $"{where} is damaged: {error.MessageText}; restore a backup"),
        PostgresErrorCodes.TooManyConnections => Silent(
            error, where, $"{error.MessageText}; raise its max_connections or lower connections_max of the servers that share it"),
        PostgresErrorCodes.QueryCanceled => Silent(error, where, "a statement took too long and was ended"),
        PostgresErrorCodes.ReadOnlySqlTransaction => Silent(
            error, where, "it only reads: a standby, or a primary that was made read-only"),
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => Silent(
            error, where, "too many others write at the same time"),
        PostgresErrorCodes.StatementCompletionUnknown or Fault.IdleInTransaction => Silent(error, where, error.MessageText),
        PostgresErrorCodes.NotNullViolation when IsToldAlready(error) => Refusal.ToldAlready(error),
        [('2' or '4'), ..] => null,
        _ => Silent(error, where, error.MessageText),
    };

    private static StoreException OfMany(AggregateException many, string where)
    {
        var told = many.Flatten().InnerExceptions.Select(error => Of(error, where)).OfType<StoreException>().ToList();
        return new(
            told.Count > 0 && told.TrueForAll(each => each.Kind is StoreErrorKind.Unusable)
                ? StoreErrorKind.Unusable
                : StoreErrorKind.Unavailable,
            told.Count > 0 ? string.Join("; ", told.Select(each => each.Message).Distinct()) : $"{where} does not answer",
            many);
    }

    /// <summary>
    /// Whether it is what the trail's own statement says of an id that is another entry's (<see cref="Tables.ActivityTable"/>). CockroachDB
    /// names neither table nor column but in the message, which in every language has the column's name in it.
    /// </summary>
    private static bool IsToldAlready(PostgresException error) =>
        error is { TableName: null or "" or "activities", ColumnName: null or "" or "position" }
        && error.MessageText.Contains("position", StringComparison.Ordinal);

    private static bool IsPoolEmpty(Exception error) => error.Message.Contains("pool has been exhausted", StringComparison.Ordinal);

    private static StoreException Unusable(Exception error, string message) => new(StoreErrorKind.Unusable, message, error);

    private static StoreException Silent(Exception error, string where, string reason) =>
        new(StoreErrorKind.Unavailable, $"{where} does not answer: {reason}", error);
}
