using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Hetzner.Wire;

/// <summary>What the API says of a server, as far as Muster reads it. Field names are its own.</summary>
/// <remarks>hetznercloud/hcloud-go: hcloud/schema/server.go, as of August 2026.</remarks>
internal sealed record Server
{
    public long Id { get; init; }

    public string? Name { get; init; }

    public string? Status { get; init; }

    public DateTimeOffset? Created { get; init; }

    public PublicNet? PublicNet { get; init; }

    public PrivateNet[]? PrivateNet { get; init; }

    public Named? ServerType { get; init; }

    public ServerImage? Image { get; init; }

    public Named? Location { get; init; }

    /// <summary>Where the location stood until July 2026.</summary>
    public Datacenter? Datacenter { get; init; }

    public ServerProtection? Protection { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public bool? Locked { get; init; }

    public long[]? Volumes { get; init; }

    public long[]? LoadBalancers { get; init; }

    public string? BackupWindow { get; init; }

    public Named? PlacementGroup { get; init; }

    /// <summary>The location's name; null where it is not told.</summary>
    public string? Place => Location?.Name ?? Datacenter?.Location?.Name;

    public static Server Of(JsonFields of) => new()
    {
        Id = of.Number("id") ?? default,
        Name = of.Text("name"),
        Status = of.Text("status"),
        Created = of.Time("created"),
        PublicNet = of.Object("public_net", PublicNet.Of),
        PrivateNet = of.Array("private_net", Wire.PrivateNet.Of),
        ServerType = of.Object("server_type", Named.Of),
        Image = of.Object("image", ServerImage.Of),
        Location = of.Object("location", Named.Of),
        Datacenter = of.Object("datacenter", Datacenter.Of),
        Protection = of.Object("protection", ServerProtection.Of),
        Labels = of.TextMap("labels"),
        Locked = of.Flag("locked"),
        Volumes = of.Numbers("volumes"),
        LoadBalancers = of.Numbers("load_balancers"),
        BackupWindow = of.Text("backup_window"),
        PlacementGroup = of.Object("placement_group", Named.Of),
    };
}

/// <summary>Anything that has an id and a name.</summary>
internal sealed record Named(long Id, string? Name)
{
    public static Named Of(JsonFields of) => new(of.Number("id") ?? default, of.Text("name"));
}

/// <summary>The image of a server: a snapshot has no name, and a description.</summary>
internal sealed record ServerImage(long Id, string? Name, string? Description, string? Type)
{
    public static ServerImage Of(JsonFields of) => new(
        of.Number("id") ?? default, of.Text("name"), of.Text("description"), of.Text("type"));
}

/// <summary>The building where a server stands.</summary>
internal sealed record Datacenter(Named? Location)
{
    public static Datacenter Of(JsonFields of) => new(of.Object("location", Named.Of));
}

/// <summary>What is refused to be done to a server.</summary>
internal sealed record ServerProtection(bool? Delete)
{
    public static ServerProtection Of(JsonFields of) => new(of.Flag("delete"));
}

/// <summary>The side of a server that faces the internet.</summary>
internal sealed record PublicNet
{
    public PublicAddress? Ipv4 { get; init; }

    public PublicAddress? Ipv6 { get; init; }

    public long[]? FloatingIps { get; init; }

    public AppliedFirewall[]? Firewalls { get; init; }

    public static PublicNet Of(JsonFields of) => new()
    {
        Ipv4 = of.Object("ipv4", PublicAddress.Of),
        Ipv6 = of.Object("ipv6", PublicAddress.Of),
        FloatingIps = of.Numbers("floating_ips"),
        Firewalls = of.Array("firewalls", AppliedFirewall.Of),
    };
}

/// <summary>A public address; of IPv6 a whole network: <c>2001:db8::/64</c>.</summary>
internal sealed record PublicAddress(long? Id, string? Ip)
{
    public static PublicAddress Of(JsonFields of) => new(of.Number("id"), of.Text("ip"));
}

/// <summary>A firewall on a server.</summary>
internal sealed record AppliedFirewall(long Id)
{
    public static AppliedFirewall Of(JsonFields of) => new(of.Number("id") ?? default);
}

/// <summary>A server's place in a private network.</summary>
internal sealed record PrivateNet(long? Network, string? Ip)
{
    public static PrivateNet Of(JsonFields of) => new(of.Number("network"), of.Text("ip"));
}
