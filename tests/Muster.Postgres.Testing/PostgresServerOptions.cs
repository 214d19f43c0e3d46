using System.Security.Cryptography;

namespace Muster.Postgres.Testing;

/// <summary>What a server is started with.</summary>
public sealed record PostgresServerOptions
{
    /// <summary>Whether what it acknowledged outlives a kill and a restart of the machine: <c>fsync</c>.</summary>
    public bool IsDurable { get; init; }

    /// <summary>The super-user's password.</summary>
    public string Password { get; init; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>A certificate and its key, for a server that speaks TLS; null for one that does not.</summary>
    public ServerCertificate? Certificate { get; init; }

    /// <summary>Further settings, as in postgresql.conf.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Where what it says once it is ready is written to; null for nowhere.</summary>
    public string? LogPath { get; init; }
}
