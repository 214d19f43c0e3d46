using Muster.Clouds.Kit;

namespace Muster.Clouds.Hetzner;

/// <summary>How a connection to the API is set up. <c>HetznerDescription</c> has what holds unless set.</summary>
internal sealed record HetznerCloudOptions
{
    /// <summary>What templates call the cloud, for messages.</summary>
    public required string Cloud { get; init; }

    /// <summary>The API, its version included. HTTPS, or HTTP on this machine only.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The API token of the project.</summary>
    public required ApiToken Token { get; init; }

    /// <summary>How long a call may take.</summary>
    public required TimeSpan Timeout { get; init; }
}
