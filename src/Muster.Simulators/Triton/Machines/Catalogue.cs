using System.Text.Json.Nodes;

using Muster.Simulators.Triton.Requests;

namespace Muster.Simulators.Triton.Machines;

/// <summary>The images, packages and networks of the simulated data centre.</summary>
public static class Catalogue
{
    /// <summary>An image that can be launched.</summary>
    public const string Image = "49b22aec-0c8a-11e6-8807-a3eb4db576ba";

    /// <summary>A package.</summary>
    public const string Package = "g4-highcpu-256M";

    /// <summary>A network.</summary>
    public const string Network = "f7ed95d3-faaf-43ef-9346-15644403b963";

    private static readonly JsonObject[] AllImages =
    [
        ImageOf(Image, "base-64-lts", "23.4.0", "active"),
        ImageOf("7b5981c4-1889-11e7-b4c5-3f3bdfc9b88b", "ubuntu-certified-24.04", "20240725", "active"),
        ImageOf("c8d68a9e-4682-11e5-9450-4f4fadd0936d", "base-64-old", "14.4.0", "disabled"),
    ];

    private static readonly JsonObject[] AllPackages =
    [
        PackageOf("14af2214-d2e8-11e5-9be9-93b3a0c5d3b2", Package, 256),
        PackageOf("14aea8fc-d2f8-11e5-bfd0-7f7ba5ea3c5b", "g4-highcpu-1G", 1024),
    ];

    private static readonly JsonObject[] AllNetworks =
    [
        new() { ["id"] = Network, ["name"] = "sdc_nat", ["public"] = false, ["fabric"] = false, ["description"] = "NAT" },
        new()
        {
            ["id"] = "31428241-4878-47d6-9fba-9a8436b596a4",
            ["name"] = "external",
            ["public"] = true,
            ["fabric"] = false,
            ["description"] = "Internet",
        },
    ];

    internal static JsonArray Images => All(AllImages);

    internal static JsonArray Packages => All(AllPackages);

    internal static JsonArray AllOfNetworks => All(AllNetworks);

    internal static JsonObject? Find(string kind, string name) => (kind switch
    {
        "images" => AllImages,
        "packages" => AllPackages,
        _ => AllNetworks,
    }).FirstOrDefault(one => (string?)one["id"] == name || (kind == "packages" && (string?)one["name"] == name))?.DeepClone() as JsonObject;

    internal static void CheckImage(string id)
    {
        var image = Find("images", id) ?? throw new CloudApiRefusal(409, "InvalidArgument", $"{id} is not a valid image");
        if ((string?)image["state"] != "active")
        {
            throw new CloudApiRefusal(409, "InvalidArgument", $"image {id} is not active");
        }
    }

    internal static string? FindPackage(string name) => (string?)Find("packages", name)?["name"];

    internal static IReadOnlyList<string> Networks(JsonArray? asked)
    {
        var ids = (asked ?? [(JsonNode?)JsonValue.Create(Network)])
            .Select(one => (one is JsonObject pinned ? (string?)pinned["ipv4_uuid"] : one?.ToString()) ?? "").Distinct().ToArray();
        return ids.All(id => Find("networks", id) is not null)
            ? ids
            : throw new CloudApiRefusal(409, "InvalidArgument", "Invalid Networks");
    }

    private static JsonArray All(JsonObject[] things) => [.. things.Select(thing => thing.DeepClone())];

    private static JsonObject ImageOf(string id, string name, string version, string state) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["version"] = version,
        ["os"] = "smartos",
        ["type"] = "zone-dataset",
        ["requirements"] = new JsonObject(),
        ["public"] = true,
        ["state"] = state,
        ["published_at"] = "2024-01-02T03:04:05Z",
        ["owner"] = "930896af-bf8c-48d4-885c-6573a94b1853",
        ["files"] = new JsonArray(),
        ["tags"] = new JsonObject(),
    };

    private static JsonObject PackageOf(string id, string name, int memory) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["memory"] = memory,
        ["disk"] = memory * 20,
        ["swap"] = memory * 4,
        ["lwps"] = 4000,
        ["vcpus"] = 0,
        ["version"] = "1.0.3",
        ["group"] = "g4",
        ["description"] = "",
    };
}
