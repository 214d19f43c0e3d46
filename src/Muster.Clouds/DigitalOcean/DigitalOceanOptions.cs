namespace Muster.Clouds.DigitalOcean;

/// <summary>How a connection to DigitalOcean is set up. <see cref="DigitalOceanDescription"/> has what holds unless set.</summary>
internal sealed record DigitalOceanOptions
{
    /// <summary>Where the API is. HTTPS, or HTTP on this machine only.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Droplets on one page of a listing.</summary>
    public required int PageSize { get; init; }

    /// <summary>How late a listing may show a new droplet, or its tags.</summary>
    public required TimeSpan ListingLag { get; init; }

    /// <summary>How long a call may take.</summary>
    public required TimeSpan Timeout { get; init; }
}
