using System.Globalization;
using System.Text.Json.Nodes;

using Muster.Simulators.Hetzner.Requests;

namespace Muster.Simulators.Hetzner.Servers;

/// <summary>What the simulated project has beside servers.</summary>
public static class Catalogue
{
    /// <summary>An image that can be launched, for both architectures.</summary>
    public const string Image = "debian-12";

    /// <summary>A server type that every location has.</summary>
    public const string ServerType = "cx22";

    /// <summary>A server type of the other architecture, which only Germany and Finland have.</summary>
    public const string ArmServerType = "cax11";

    /// <summary>A server type that is gone.</summary>
    public const string GoneServerType = "cx11";

    /// <summary>A network, a firewall, a placement group and an SSH key by name.</summary>
    public const string Network = "backend", Firewall = "web", PlacementGroup = "spread", SshKey = "ops";

    /// <summary>Their ids.</summary>
    public const long NetworkId = 4711, FirewallId = 38, PlacementGroupId = 897, SshKeyId = 2323;

    /// <summary>The newer and the older of two snapshots with the label <c>role=web</c>.</summary>
    public const long NewerSnapshot = 170_000_002, OlderSnapshot = 170_000_001;

    private const string Made = "2024-01-02T03:04:05+00:00";

    private static readonly (int Id, string Name, string Country, string City, string Zone)[] AllLocations =
    [
        (1, "fsn1", "DE", "Falkenstein", "eu-central"), (2, "nbg1", "DE", "Nuremberg", "eu-central"),
        (3, "hel1", "FI", "Helsinki", "eu-central"), (4, "ash", "US", "Ashburn, VA", "us-east"),
    ];

    private static readonly (
        int Id, string Name, int Cores, int Memory, int Disk, string Architecture, string Hourly, string[] Places, bool IsGone)[]
        AllTypes =
        [
            (104, ServerType, 2, 4, 40, "x86", "0.0060000000", ["fsn1", "nbg1", "hel1", "ash"], false),
            (105, "cx32", 4, 8, 80, "x86", "0.0109000000", ["fsn1", "nbg1", "hel1", "ash"], false),
            (45, ArmServerType, 2, 4, 40, "arm", "0.0061000000", ["fsn1", "nbg1", "hel1"], false),
            (1, GoneServerType, 1, 2, 20, "x86", "0.0052000000", ["fsn1", "nbg1"], true),
        ];

    private static readonly (
        long Id, string? Name, string Told, string Type, string Status, string Architecture, string Created, string? Deprecated,
        string? Role)[]
        AllImages =
        [
            (114_690_387, Image, "Debian 12", "system", "available", "x86", "2023-06-13T06:00:00+00:00", null, null),
            (114_690_389, Image, "Debian 12", "system", "available", "arm", "2023-06-13T06:00:00+00:00", null, null),
            (161_547_269, "ubuntu-24.04", "Ubuntu 24.04", "system", "available", "x86", "2024-04-25T13:00:00+00:00", null, null),
            (15_512_617, "ubuntu-20.04", "Ubuntu 20.04", "system", "available", "x86", "2020-04-23T17:55:14+00:00",
                "2025-05-31T00:00:00+00:00", null),
            (OlderSnapshot, null, "web 2026-10-01", "snapshot", "available", "x86", "2026-10-01T10:00:00+00:00", null, "web"),
            (NewerSnapshot, null, "web 2026-11-01", "snapshot", "available", "x86", "2026-11-01T10:00:00+00:00", null, "web"),
            (170_000_003, null, "web being made", "snapshot", "creating", "x86", "2026-11-20T10:00:00+00:00", null, "web"),
        ];

    /// <summary>The locations' names.</summary>
    public static IEnumerable<string> LocationNames => AllLocations.Select(one => one.Name);

    internal static List<JsonObject> Locations =>
    [
        .. AllLocations.Select(one => new JsonObject
        {
            ["id"] = one.Id, ["name"] = one.Name, ["description"] = $"{one.City} DC Park 1", ["country"] = one.Country, ["city"] = one.City,
            ["latitude"] = 50.47612, ["longitude"] = 12.370071, ["network_zone"] = one.Zone,
        }),
    ];

    internal static List<JsonObject> Datacenters =>
    [
        .. Locations.Select(location => new JsonObject
        {
            ["id"] = location["id"]!.GetValue<int>() + 10, ["name"] = $"{location["name"]}-dc{location["id"]}",
            ["description"] = $"{location["city"]} virtual DC", ["location"] = location.DeepClone(),
            ["server_types"] = new JsonObject
            {
                ["supported"] = new JsonArray(), ["available"] = new JsonArray(), ["available_for_migration"] = new JsonArray(),
            },
        }),
    ];

    internal static List<JsonObject> ServerTypes =>
    [
        .. AllTypes.Select(one => new JsonObject
        {
            ["id"] = one.Id, ["name"] = one.Name, ["description"] = one.Name.ToUpperInvariant(), ["category"] = "cost_optimized",
            ["cores"] = one.Cores, ["memory"] = one.Memory, ["disk"] = one.Disk, ["storage_type"] = "local", ["cpu_type"] = "shared",
            ["architecture"] = one.Architecture, ["included_traffic"] = null, ["deprecated"] = one.IsGone,
            ["deprecation"] = Gone(one.IsGone),
            ["prices"] = Prices(one.Hourly, one.Places),
            ["locations"] = new JsonArray(
            [
                .. one.Places.Select(place => new JsonObject
                {
                    ["id"] = AllLocations.First(known => known.Name == place).Id, ["name"] = place, ["recommended"] = true,
                    ["available"] = !one.IsGone, ["deprecation"] = Gone(one.IsGone),
                }),
            ]),
        }),
    ];

    internal static List<JsonObject> Images =>
    [
        .. AllImages.Select(one => new JsonObject
        {
            ["id"] = one.Id, ["type"] = one.Type, ["status"] = one.Status, ["name"] = one.Name, ["description"] = one.Told,
            ["image_size"] = one.Type == "snapshot" ? 2.3 : null, ["disk_size"] = 10, ["created"] = one.Created,
            ["created_from"] = one.Type == "snapshot" ? new JsonObject { ["id"] = 1, ["name"] = "builder" } : null, ["bound_to"] = null,
            ["os_flavor"] = one.Told.StartsWith("Ubuntu", StringComparison.Ordinal) ? "ubuntu" : "debian", ["os_version"] = null,
            ["rapid_deploy"] = false, ["protection"] = new JsonObject { ["delete"] = false }, ["deprecated"] = one.Deprecated,
            ["deleted"] = null, ["labels"] = one.Role is null ? [] : new JsonObject { ["role"] = one.Role },
            ["architecture"] = one.Architecture,
        }),
    ];

    internal static List<JsonObject> Networks =>
    [
        new()
        {
            ["id"] = NetworkId, ["name"] = Network, ["ip_range"] = "10.0.0.0/16", ["subnets"] = new JsonArray(),
            ["routes"] = new JsonArray(),
            ["servers"] = new JsonArray(), ["load_balancers"] = new JsonArray(), ["protection"] = new JsonObject { ["delete"] = false },
            ["labels"] = new JsonObject(), ["created"] = Made, ["expose_routes_to_vswitch"] = false,
        },
    ];

    internal static List<JsonObject> Firewalls =>
    [
        new()
        {
            ["id"] = FirewallId, ["name"] = Firewall, ["labels"] = new JsonObject(), ["created"] = Made, ["rules"] = new JsonArray(),
            ["applied_to"] = new JsonArray(),
        },
    ];

    internal static List<JsonObject> PlacementGroups =>
    [
        new()
        {
            ["id"] = PlacementGroupId, ["name"] = PlacementGroup, ["labels"] = new JsonObject(), ["type"] = "spread", ["created"] = Made,
            ["servers"] = new JsonArray(),
        },
    ];

    internal static List<JsonObject> SshKeys =>
    [
        new()
        {
            ["id"] = SshKeyId, ["name"] = SshKey, ["fingerprint"] = "b7:2f:30:a0:2f:6c:58:6c:21:04:58:61:ba:06:3b:2f",
            ["public_key"] = "ssh-ed25519 AAAA ops", ["labels"] = new JsonObject(), ["created"] = Made,
        },
    ];

    internal static JsonObject Pricing => new()
    {
        ["currency"] = "EUR",
        ["vat_rate"] = "19.00",
        ["image"] = new JsonObject { ["price_per_gb_month"] = Price("0.0119000000") },
        ["floating_ip"] = new JsonObject { ["price_monthly"] = Price("3.0000000000") },
        ["floating_ips"] = new JsonArray(),
        ["primary_ips"] = new JsonArray(),
        ["traffic"] = null,
        ["server_backup"] = new JsonObject { ["percentage"] = "20.0000000000" },
        ["volume"] = new JsonObject { ["price_per_gb_month"] = Price("0.0440000000") },
        ["server_types"] = new JsonArray(
        [
            .. AllTypes.Select(one => new JsonObject
            {
                ["id"] = one.Id, ["name"] = one.Name, ["prices"] = Prices(one.Hourly, one.Places),
            }),
        ]),
        ["load_balancer_types"] = new JsonArray(),
    };

    /// <summary>A row by its id or name.</summary>
    internal static JsonObject? Find(IEnumerable<JsonObject> rows, string idOrName) =>
        rows.FirstOrDefault(row => row["id"]!.ToString() == idOrName) ?? rows.FirstOrDefault(row => row["name"]?.ToString() == idOrName);

    private static JsonObject? Gone(bool isGone) => isGone
        ? new() { ["announced"] = "2024-06-06T00:00:00+00:00", ["unavailable_after"] = "2024-09-06T00:00:00+00:00" }
        : null;

    private static JsonArray Prices(string hourly, string[] places) => new(
    [
        .. places.Select(place => new JsonObject
        {
            ["location"] = place, ["price_hourly"] = Price(hourly),
            ["price_monthly"] = Price((decimal.Parse(hourly, CultureInfo.InvariantCulture) * 630).ToString(CultureInfo.InvariantCulture)),
            ["included_traffic"] = 21_990_232_555_520, ["price_per_tb_traffic"] = Price("1.0000000000"),
        }),
    ]);

    private static JsonObject Price(string net) => new()
    {
        ["net"] = net,
        ["gross"] = (decimal.Parse(net, CultureInfo.InvariantCulture) * 1.19m).ToString(CultureInfo.InvariantCulture),
    };
}
