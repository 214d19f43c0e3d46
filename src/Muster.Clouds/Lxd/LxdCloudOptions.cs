using System.Collections.Immutable;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Templates;

namespace Muster.Clouds.Lxd;

/// <summary>How an LXD or Incus cloud is set up.</summary>
internal sealed record LxdCloudOptions
{
    /// <summary>Which daemon of the family it is.</summary>
    public required LxdDialect Dialect { get; init; }

    /// <summary>Where the daemon listens, and the credential for it.</summary>
    public required DaemonEndpoint Endpoint { get; init; }

    /// <summary>The project that instances live in.</summary>
    public required string Project { get; init; }

    /// <summary>A file with a trust token, used once when the daemon does not know the certificate; null for none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>How long a shutdown may take before the instance is stopped by force; zero for force at once.</summary>
    public required TimeSpan StopGrace { get; init; }

    /// <summary>Servers of images (simplestreams), by what templates call them before the colon.</summary>
    public required ImmutableSortedDictionary<string, string> Remotes { get; init; }

    /// <summary>What of templates that reaches the host is allowed.</summary>
    public required HostAllowance Allowance { get; init; }

    /// <summary>How long one call may take; operations have their own time.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
