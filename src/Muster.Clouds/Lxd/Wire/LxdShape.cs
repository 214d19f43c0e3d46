using System.Text.Json;

using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Lxd.Wire;

/// <summary>GET /1.0/instances/NAME, as far as it says how another one like it is made: without what its profiles add.</summary>
internal sealed record LxdShape
{
    public required string Name { get; init; }

    public string? Type { get; init; }

    public required Dictionary<string, string> Config { get; init; }

    public required Dictionary<string, Dictionary<string, string>> Devices { get; init; }

    public required string[] Profiles { get; init; }

    public static LxdShape Read(JsonFields of) => new()
    {
        Name = of.Text("name") ?? throw new JsonException("name is missing"),
        Type = of.Text("type"),
        Config = of.TextMap("config") ?? [],
        Devices = of.Map("devices", device => device.AsTextMap()) ?? [],
        Profiles = of.Texts("profiles") ?? [],
    };
}
