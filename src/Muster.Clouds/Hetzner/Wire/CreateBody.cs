using System.Text.Json.Nodes;

using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Hetzner.Wire;

/// <summary>What the creation of a server is sent; what is null is left out.</summary>
internal sealed record CreateBody
{
    public required string Name { get; init; }

    public required string ServerType { get; init; }

    public required string Image { get; init; }

    public string? Location { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public string? UserData { get; init; }

    public IReadOnlyList<string>? SshKeys { get; init; }

    public IReadOnlyList<long>? Networks { get; init; }

    public IReadOnlyList<FirewallBody>? Firewalls { get; init; }

    public long? PlacementGroup { get; init; }

    public PublicNetBody? PublicNet { get; init; }

    public JsonObject ToJson() => new JsonBody()
        .Add("name", Name)
        .Add("server_type", ServerType)
        .Add("image", Image)
        .Add("location", Location)
        .Add("labels", Labels)
        .Add("user_data", UserData)
        .Add("ssh_keys", SshKeys)
        .Add("networks", Networks)
        .Add("firewalls", Firewalls?.Select(one => one.ToJson()))
        .Add("placement_group", PlacementGroup)
        .Add("public_net", PublicNet?.ToJson())
        .Object;
}

/// <summary>A firewall to put on a server.</summary>
internal sealed record FirewallBody(long Firewall)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("firewall", Firewall)
        .Object;
}

/// <summary>Which public addresses a server gets.</summary>
internal sealed record PublicNetBody(bool EnableIpv4, bool EnableIpv6)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("enable_ipv4", EnableIpv4)
        .Add("enable_ipv6", EnableIpv6)
        .Object;
}
