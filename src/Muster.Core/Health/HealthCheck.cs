using System.Collections.Immutable;

namespace Muster.Core.Health;

/// <summary>How it is found out whether a group's instances work. Valid when made by <see cref="HealthRules"/>.</summary>
public sealed record HealthCheck
{
    /// <summary>How they are asked.</summary>
    public required ProbeKind Kind { get; init; }

    /// <summary>The port, 1 to 65535; null where <see cref="Attribute"/> names it, and for reports.</summary>
    public int? Port { get; init; }

    /// <summary>The attribute of each instance that holds its port; null where <see cref="Port"/> says it.</summary>
    public string? Attribute { get; init; }

    /// <summary>What is asked for, with a slash in front; of HTTP and HTTPS.</summary>
    public string Path { get; init; } = "/";

    /// <summary><c>GET</c>, <c>HEAD</c>, <c>POST</c> or <c>OPTIONS</c>; of HTTP and HTTPS.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Headers to send, by name; of HTTP and HTTPS.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Status codes that mean healthy: <c>200</c>, <c>200-299</c>, several with commas; of HTTP and HTTPS.</summary>
    public string Expect { get; init; } = HealthRules.ExpectDefault;

    /// <summary>What the beginning of the answer's body must contain; null for nothing. Of HTTP and HTTPS.</summary>
    public string? BodyContains { get; init; }

    /// <summary>The header of the answer that says how busy the instance is, as a number; null for none. Of HTTP and HTTPS.</summary>
    public string? BusyHeader { get; init; }

    /// <summary>Whether the certificate must be one that this machine trusts, for the address or the Host header; of HTTPS.</summary>
    public bool VerifyTls { get; init; } = true;

    /// <summary>The service asked about; null for the server as a whole. Of gRPC.</summary>
    public string? Service { get; init; }

    /// <summary>
    /// Which of an instance's addresses: the first within this network, as in <c>10.0.0.0/8</c>; null for the first of all.
    /// </summary>
    public string? Network { get; init; }

    /// <summary>From the start of one probe of an instance to the next.</summary>
    public TimeSpan Interval { get; init; } = HealthRules.IntervalDefault;

    /// <summary>How long one probe may take; at most <see cref="Interval"/>.</summary>
    public TimeSpan Timeout { get; init; } = HealthRules.TimeoutDefault;

    /// <summary>Probes in a row that must succeed.</summary>
    public int HealthyAfter { get; init; } = HealthRules.HealthyAfterDefault;

    /// <summary>Probes in a row that must fail.</summary>
    public int UnhealthyAfter { get; init; } = HealthRules.UnhealthyAfterDefault;

    /// <summary>The time after its launch in which nothing that is found counts, neither way.</summary>
    public TimeSpan Grace { get; init; } = HealthRules.GraceDefault;

    /// <summary>How long after its launch an instance that was never healthy has failed to boot.</summary>
    public TimeSpan BootTimeout { get; init; } = HealthRules.BootTimeoutDefault;

    /// <summary>By content: record equality would compare the headers by reference.</summary>
    public bool Equals(HealthCheck? other) =>
        other is not null && Kind == other.Kind && Port == other.Port && Attribute == other.Attribute && Path == other.Path
        && Method == other.Method && Headers.SequenceEqual(other.Headers) && Expect == other.Expect && BodyContains == other.BodyContains
        && BusyHeader == other.BusyHeader
        && VerifyTls == other.VerifyTls && Service == other.Service && Network == other.Network && Interval == other.Interval
        && Timeout == other.Timeout && HealthyAfter == other.HealthyAfter && UnhealthyAfter == other.UnhealthyAfter
        && Grace == other.Grace && BootTimeout == other.BootTimeout;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Port, Attribute, Path, Interval, Timeout);
}
