using Muster.Clouds.Kit.Json;

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

    public static Droplet Of(JsonFields of) => new()
    {
        Id = of.Number("id") ?? default,
        Name = of.Text("name"),
        Status = of.Text("status"),
        CreatedAt = of.Time("created_at"),
        Tags = of.Texts("tags"),
        Region = of.Object("region", Region.Of),
        Networks = of.Object("networks", DropletNetworks.Of),
        Image = of.Object("image", Image.Of),
        SizeSlug = of.Text("size_slug"),
        VpcUuid = of.Text("vpc_uuid"),
        Locked = of.Flag("locked"),
        Memory = of.Number("memory"),
        Vcpus = of.Small("vcpus"),
        Disk = of.Number("disk"),
        Features = of.Texts("features"),
        VolumeIds = of.Texts("volume_ids"),
    };
}

/// <summary>Where a droplet is reached.</summary>
internal sealed record DropletNetworks(DropletAddress?[]? V4, DropletAddress?[]? V6)
{
    public static DropletNetworks Of(JsonFields of) => new(of.Array("v4", DropletAddress.Of), of.Array("v6", DropletAddress.Of));
}

/// <summary>One address.</summary>
/// <param name="IpAddress">The address.</param>
/// <param name="Type"><c>public</c> or <c>private</c>.</param>
internal sealed record DropletAddress(string? IpAddress, string? Type)
{
    public static DropletAddress Of(JsonFields of) => new(of.Text("ip_address"), of.Text("type"));
}
