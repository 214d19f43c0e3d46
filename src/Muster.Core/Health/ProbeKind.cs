namespace Muster.Core.Health;

/// <summary>How an instance is asked whether it works.</summary>
public enum ProbeKind
{
    /// <summary>An HTTP request, whose answer must be as expected.</summary>
    Http,

    /// <summary>The same over TLS.</summary>
    Https,

    /// <summary>A TCP connection that must open.</summary>
    Tcp,

    /// <summary>The call <c>grpc.health.v1.Health/Check</c>, which must answer that it serves.</summary>
    Grpc,

    /// <summary>Nobody asks: the instance, or somebody for it, reports.</summary>
    Report,
}
