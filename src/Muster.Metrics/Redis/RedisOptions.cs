using System.Collections.Immutable;

using Muster.Metrics.Kit;

namespace Muster.Metrics.Redis;

/// <summary>What is read, and where.</summary>
internal sealed record RedisOptions
{
    /// <summary>Where; at least one.</summary>
    public required ImmutableArray<RedisServer> Servers { get; init; }

    /// <summary>With placeholders or without.</summary>
    public required string Key { get; init; }

    /// <summary>Whether the key holds a stream; a list otherwise.</summary>
    public bool IsStream { get; init; }

    /// <summary>With placeholders or without; null for none.</summary>
    public string? ConsumerGroup { get; init; }

    /// <summary>What of it.</summary>
    public RedisMeasure Measure { get; init; }

    /// <summary>The database's number.</summary>
    public int Database { get; init; }

    /// <summary>As whom; null for Redis' own default.</summary>
    public string? User { get; init; }

    /// <summary>Null for none.</summary>
    public SecretText? Password { get; init; }

    /// <summary>Whether TLS is spoken.</summary>
    public bool Tls { get; init; }

    /// <summary>Who vouches for the server; null for the system's.</summary>
    public string? CaFile { get; init; }
}
