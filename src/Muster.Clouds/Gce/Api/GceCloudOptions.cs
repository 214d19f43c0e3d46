namespace Muster.Clouds.Gce.Api;

/// <summary>How a connection to Compute Engine is set up.</summary>
internal sealed record GceCloudOptions
{
    /// <summary>What templates call the cloud.</summary>
    public required string Cloud { get; init; }

    /// <summary>The project, by id.</summary>
    public required string Project { get; init; }

    /// <summary>The region where instances are made and listed.</summary>
    public required string Region { get; init; }

    /// <summary>Compute Engine, ending in a slash.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The Cloud Resource Manager, ending in a slash.</summary>
    public required Uri ResourceManagerEndpoint { get; init; }

    /// <summary>How long a call may take that waits for nothing.</summary>
    public required TimeSpan Timeout { get; init; }
}
