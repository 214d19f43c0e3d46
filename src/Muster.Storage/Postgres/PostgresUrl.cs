using System.Collections.Immutable;

using Muster.Storage.Postgres.Sessions;

namespace Muster.Storage.Postgres;

/// <summary>A database by its URL, as libpq writes it, without a password.</summary>
/// <remarks>See https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS.</remarks>
public sealed record PostgresUrl
{
    /// <summary>The servers that may have it, tried in this order; never empty.</summary>
    public required ImmutableArray<PostgresHost> Hosts { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>Who we are there; null for <c>PGUSER</c> or the name of the process's user.</summary>
    public string? User { get; init; }

    /// <summary>How the connection is protected.</summary>
    public required PostgresTls Tls { get; init; }

    /// <summary>A file with the authorities that may sign the server's certificate; null for the machine's own.</summary>
    public string? RootCertificate { get; init; }

    /// <summary>A file with our certificate; null when we show none.</summary>
    public string? Certificate { get; init; }

    /// <summary>A file with our certificate's key; null when it is in <see cref="Certificate"/>.</summary>
    public string? Key { get; init; }

    /// <summary>How long a connection may take to be made; null for the store's own limit.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>What we are called in the database's lists.</summary>
    public string ApplicationName { get; init; } = "muster";

    /// <summary>
    /// Which of several servers will do: <c>any</c>, <c>read-write</c>, <c>read-only</c>, <c>primary</c>, <c>standby</c> or
    /// <c>prefer-standby</c>; null for <c>read-write</c> where there are several.
    /// </summary>
    public string? TargetSessionAttributes { get; init; }

    /// <summary>Reads a URL.</summary>
    /// <param name="text">Such as <c>postgres://muster@db1,db2/muster?sslrootcert=/etc/muster/ca.crt</c>.</param>
    /// <param name="field">What the user calls it.</param>
    /// <exception cref="Core.InputException">Something is wrong with it; says everything at once, and never a password.</exception>
    public static PostgresUrl Parse(string text, string field = "url") => new PostgresUrlParser(field).Parse(text);

    /// <summary>Servers and database, for people.</summary>
    public override string ToString() => $"PostgreSQL at {string.Join(", ", Hosts)}, database {Database},";
}
