namespace Muster.Clouds.DigitalOcean.Wire;

/// <summary>What DigitalOcean says of a droplet, as far as Muster reads it.</summary>
internal sealed record Droplet
{
    public long Id { get; init; }

    public string? Name { get; init; }

    public string? Status { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public string?[]? Tags { get; init; }

    public Region? Region { get; init; }

    public DropletNetworks? Networks { get; init; }

    public Image? Image { get; init; }

    public string? SizeSlug { get; init; }

    public string? VpcUuid { get; init; }

    public bool? Locked { get; init; }

    public long? Memory { get; init; }

    public int? Vcpus { get; init; }

    public long? Disk { get; init; }

    public string?[]? Features { get; init; }

    public string?[]? VolumeIds { get; init; }
}

/// <summary>Where a droplet is reached.</summary>
internal sealed record DropletNetworks(DropletAddress?[]? V4, DropletAddress?[]? V6);

/// <summary>One address.</summary>
/// <param name="IpAddress">The address.</param>
/// <param name="Type"><c>public</c> or <c>private</c>.</param>
internal sealed record DropletAddress(string? IpAddress, string? Type);
