using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Templates;

namespace Muster.Clouds.Docker;

/// <summary>How a Docker cloud is set up.</summary>
internal sealed record DockerCloudOptions
{
    /// <summary>Where the daemon listens, and the credential for it.</summary>
    public required DaemonEndpoint Endpoint { get; init; }

    /// <summary>From the image's stop signal to SIGKILL; zero for SIGKILL at once.</summary>
    public required TimeSpan StopGrace { get; init; }

    /// <summary>What of templates that reaches the host is allowed.</summary>
    public required HostAllowance Allowance { get; init; }

    /// <summary>How long one call may take; pulls and stops have their own time.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
