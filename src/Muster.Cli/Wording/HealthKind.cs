namespace Muster.Cli.Wording;

/// <summary>What <c>--health</c> takes: the kinds of probes, and none.</summary>
internal enum HealthKind
{
    /// <summary>An HTTP request.</summary>
    Http,

    /// <summary>The same over TLS.</summary>
    Https,

    /// <summary>A TCP connection.</summary>
    Tcp,

    /// <summary>A call of grpc.health.v1.</summary>
    Grpc,

    /// <summary>Reports alone.</summary>
    Report,

    /// <summary>No health check.</summary>
    None,
}
