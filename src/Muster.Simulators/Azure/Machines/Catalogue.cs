using System.Text.Json.Nodes;

namespace Muster.Simulators.Azure.Machines;

/// <summary>What there is in the simulated region.</summary>
public static class Catalogue
{
    /// <summary>The region.</summary>
    public const string Location = "westeurope";

    /// <summary>An image that is there.</summary>
    public const string Image = "canonical:ubuntu-24_04-lts:server:latest";

    /// <summary>A size that is to be had in every zone.</summary>
    public const string Size = "Standard_B2s";

    /// <summary>A size that is to be had in zone 1 alone.</summary>
    public const string OneZoneSize = "Standard_NC6s_v3";

    /// <summary>A size that this subscription cannot have.</summary>
    public const string BarredSize = "Standard_M128s";

    /// <summary>A network and its subnet, as templates name them.</summary>
    public const string Subnet = "net/default";

    /// <summary>A network security group.</summary>
    public const string SecurityGroup = "web-nsg";

    /// <summary>A load balancer and its backend pool, as templates name them.</summary>
    public const string BackendPool = "web-lb/web";

    internal const string Disks = "Microsoft.Compute/disks";
    internal const string Interfaces = "Microsoft.Network/networkInterfaces";
    internal const string Addresses = "Microsoft.Network/publicIPAddresses";

    internal static IReadOnlyList<string> Zones { get; } = ["1", "2", "3"];

    /// <summary>Zones by size.</summary>
    internal static IReadOnlyDictionary<string, string[]> Sizes { get; } =
        new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase)
        {
            ["Standard_B1s"] = ["1", "2", "3"],
            [Size] = ["1", "2", "3"],
            ["Standard_D2s_v5"] = ["3", "1", "2"],
            ["Standard_D4s_v5"] = ["1", "2", "3"],
            [OneZoneSize] = ["1"],
            [BarredSize] = ["1", "2", "3"],
        };

    internal static JsonArray Skus() => new(
    [
        .. Sizes.Select(JsonNode? (size) => new JsonObject
        {
            ["resourceType"] = "virtualMachines",
            ["name"] = size.Key,
            ["locations"] = new JsonArray(Location),
            ["locationInfo"] = new JsonArray(new JsonObject
            {
                ["location"] = Location, ["zones"] = new JsonArray([.. size.Value.Select(zone => (JsonNode?)zone)]),
            }),
            ["restrictions"] = size.Key == BarredSize
                ? new JsonArray(new JsonObject
                {
                    ["type"] = "Location", ["values"] = new JsonArray(Location), ["reasonCode"] = "NotAvailableForSubscription",
                    ["restrictionInfo"] = new JsonObject { ["locations"] = new JsonArray(Location) },
                })
                : [],
        }),
        new JsonObject { ["resourceType"] = "disks", ["name"] = "Premium_LRS", ["locations"] = new JsonArray(Location) },
    ]);

    internal static string WhyFailed(string code) => code switch
    {
        "AllocationFailed" => "Allocation failed. We do not have sufficient capacity for the requested VM size in this region.",
        "ZonalAllocationFailed" => "Allocation failed. We do not have sufficient capacity for the requested VM size in this zone.",
        "OSProvisioningTimedOut" => "OS Provisioning for VM did not finish in the allotted time.",
        _ => "The operation failed.",
    };
}
