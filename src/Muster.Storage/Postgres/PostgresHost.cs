using System.Globalization;
using System.Net;

namespace Muster.Storage.Postgres;

/// <summary>One server that may have the database.</summary>
/// <param name="Name">A host name, an address, or the directory of a Unix socket, which begins with a slash.</param>
/// <param name="Port">Its port; of a Unix socket, the number in the file's name.</param>
public sealed record PostgresHost(string Name, int Port)
{
    /// <summary>PostgreSQL's own port; CockroachDB's is 26257.</summary>
    public const int PortDefault = 5432;

    /// <summary>Whether it is a Unix socket.</summary>
    public bool IsSocket => Name.StartsWith('/');

    /// <summary>Whether nothing sent there leaves the machine.</summary>
    public bool IsLocal =>
        IsSocket
        || Name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Name, out var address) && IPAddress.IsLoopback(address));

    /// <summary>As a person would write it.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsSocket ? Name + "/.s.PGSQL." : Name.Contains(':', StringComparison.Ordinal) ? $"[{Name}]:" : Name + ":")}{Port}");
}
