using System.Collections.Immutable;

namespace Muster.Nomad.Client;

/// <summary>Where Nomad is, and how it is entered.</summary>
public sealed class NomadOptions
{
    /// <summary>Its agents, tried in turn until one answers; at least one.</summary>
    /// <value><c>http://127.0.0.1:4646</c> unless set.</value>
    public ImmutableArray<Uri> Addresses { get; set; } = [new("http://127.0.0.1:4646")];

    /// <summary>The ACL token; null where Nomad asks for none. Never to be shown.</summary>
    public string? Token { get; set; }

    /// <summary>The namespace of Muster's jobs; null for <c>default</c>.</summary>
    public string? Namespace { get; set; }

    /// <summary>The region; null for the agent's own.</summary>
    public string? Region { get; set; }

    /// <summary>A file with the certificates of those who may vouch for the agents; null for the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>A file with the certificate that Muster shows; null for none.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>A file with that certificate's key.</summary>
    public string? KeyFile { get; set; }

    /// <summary>What the agents' certificates must be for, such as <c>server.global.nomad</c>; null for the address's host.</summary>
    public string? ServerName { get; set; }

    /// <summary>How long one call may take.</summary>
    /// <value>15 seconds unless set: without a leader Nomad takes 5 to say so.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);
}
