using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Muster.Simulators.OpenStack;

/// <summary>What the simulated cloud has beside servers.</summary>
public static class Catalogue
{
    /// <summary>An image that can be launched: the newer one of two of that name.</summary>
    public const string Image = "debian-12";

    /// <summary>Its id, and the older one's.</summary>
    public const string ImageId = "70a599e0-31e7-49b7-b260-868f441e862b", OlderImageId = "155d900f-4e14-4e4c-a73d-069cbf4541e6";

    /// <summary>An image that needs more memory and disk than <see cref="Flavor"/> has.</summary>
    public const string LargeImage = "windows-2022";

    /// <summary>A flavor, and its id.</summary>
    public const string Flavor = "m1.small", FlavorId = "2";

    /// <summary>
    /// The subnets of <see cref="Network"/> and of <see cref="OtherNetwork"/>, as the samples of Neutron and Octavia have them.
    /// </summary>
    public const string SubnetId = "54d6f61d-db07-451c-9ab3-b9609b6b6f0b", OtherSubnetId = "bbb35f84-35cc-4b2f-84c2-a6a29bba68aa";

    /// <summary>A network and its id.</summary>
    public const string Network = "private", NetworkId = "3cb9bc59-5699-4588-a4b1-b87f96708bc6";

    /// <summary>Another network, and its id.</summary>
    public const string OtherNetwork = "backend", OtherNetworkId = "8ddd5c3e-3f2b-4d1c-8f3e-6b1a2a9e1c07";

    /// <summary>A key pair, a security group and its id.</summary>
    public const string KeyPair = "ops", SecurityGroup = "web", SecurityGroupId = "0b9ff3a5-2d1f-4a0a-9c92-6b1d7a0d3c11";

    /// <summary>A server group and its id.</summary>
    public const string ServerGroup = "spread", ServerGroupId = "616fb98f-46ca-475e-917e-2563e5a8cd19";

    /// <summary>A pool of a load balancer, its id and the load balancer's.</summary>
    public const string Pool = "web", PoolId = "4029d267-3983-4224-a3d0-afb3fe16a2cd", BalancerId = "607226db-27ef-4d41-ae89-f2a800e9c2db";

    /// <summary>The project's name and id.</summary>
    public const string Project = "muster", ProjectId = "6f70656e737461636b20342065766572";

    /// <summary>The regions; the second one only where it is wanted.</summary>
    public const string Region = "RegionOne", OtherRegion = "RegionTwo";

    /// <summary>The availability zones.</summary>
    public static ImmutableArray<string> Zones { get; } = ["nova", "us-east", "us-west"];

    private static readonly (string Id, string Name, int Vcpus, int Ram, int Disk, bool IsDisabled)[] AllFlavors =
    [
        ("1", "m1.tiny", 1, 512, 1, false), (FlavorId, Flavor, 1, 2048, 20, false), ("3", "m1.medium", 2, 4096, 40, false),
        ("9", "m1.gone", 1, 2048, 20, true),
    ];

    private static readonly (string Id, string Name, string Status, string Created, long Size, int MinDisk, int MinRam)[] AllImages =
    [
        (ImageId, Image, "active", "2026-10-01T10:00:00Z", 347_602_944, 2, 512),
        (OlderImageId, Image, "active", "2026-04-01T10:00:00Z", 340_000_000, 2, 512),
        ("8a0a5ef2-6a0c-4b3f-9d5a-6a7a3b0f5f10", "ubuntu-24.04", "active", "2026-05-01T10:00:00Z", 620_000_000, 3, 0),
        ("f2d1a4d6-2c4c-4d0f-8f0b-9c2d6d0a7b11", LargeImage, "active", "2026-03-01T10:00:00Z", 9_000_000_000, 60, 4096),
        ("0d5f4c1e-7f5c-4a6e-9b1c-1f7d2e3a4b12", "half", "queued", "2026-11-01T10:00:00Z", 0, 0, 0),
    ];

    internal static ImmutableArray<JsonObject> Images { get; } =
    [
        .. AllImages.Select(image => new JsonObject
        {
            ["id"] = image.Id,
            ["name"] = image.Name,
            ["status"] = image.Status,
            ["visibility"] = "public",
            ["protected"] = false,
            ["os_hidden"] = false,
            ["owner"] = ProjectId,
            ["checksum"] = "eb9139e4942121f22bbc2afc0400b2a4",
            ["container_format"] = "bare",
            ["disk_format"] = "qcow2",
            ["created_at"] = image.Created,
            ["updated_at"] = image.Created,
            ["size"] = image.Size,
            ["virtual_size"] = null,
            ["min_disk"] = image.MinDisk,
            ["min_ram"] = image.MinRam,
            ["tags"] = new JsonArray(),
            ["file"] = $"/v2/images/{image.Id}/file",
            ["self"] = $"/v2/images/{image.Id}",
            ["schema"] = "/v2/schemas/image",
        }),
    ];

    internal static ImmutableArray<JsonObject> Networks { get; } =
    [
        NetworkOf(NetworkId, Network, SubnetId, isExternal: false),
        NetworkOf(OtherNetworkId, OtherNetwork, OtherSubnetId, isExternal: false),
    ];

    internal static ImmutableArray<JsonObject> SecurityGroups { get; } =
    [
        GroupOf("85cc3048-abc3-43cc-89b3-377341426ac5", "default"), GroupOf(SecurityGroupId, SecurityGroup),
    ];

    internal static ImmutableArray<JsonObject> ServerGroups { get; } =
    [
        new()
        {
            ["id"] = ServerGroupId,
            ["name"] = ServerGroup,
            ["policy"] = "anti-affinity",
            ["rules"] = new JsonObject(),
            ["members"] = new JsonArray(),
            ["project_id"] = ProjectId,
            ["user_id"] = "fake",
        },
    ];

    internal static JsonObject KeyPairOf(string name) => new()
    {
        ["name"] = name,
        ["type"] = "ssh",
        ["public_key"] = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDummyKeyOfASimulatedCloud simulated",
        ["fingerprint"] = "7e:eb:ab:24:ba:d1:e1:88:ae:9a:fb:66:53:df:d3:bd",
    };

    internal static ImmutableArray<JsonObject> Flavors(string root) =>
    [
        .. AllFlavors.Where(flavor => !flavor.IsDisabled).Select(flavor => new JsonObject
        {
            ["id"] = flavor.Id,
            ["name"] = flavor.Name,
            ["ram"] = flavor.Ram,
            ["disk"] = flavor.Disk,
            ["vcpus"] = flavor.Vcpus,
            ["swap"] = "",
            ["OS-FLV-EXT-DATA:ephemeral"] = 0,
            ["OS-FLV-DISABLED:disabled"] = false,
            ["os-flavor-access:is_public"] = true,
            ["rxtx_factor"] = 1.0,
            ["description"] = null,
            ["extra_specs"] = new JsonObject(),
            ["links"] = Links(root, $"flavors/{flavor.Id}"),
        }),
    ];

    internal static (string Id, string Name, int Vcpus, int Ram, int Disk)? FindFlavor(string id) =>
        AllFlavors.Where(flavor => flavor.Id == id && !flavor.IsDisabled)
            .Select(flavor => ((string, string, int, int, int)?)(flavor.Id, flavor.Name, flavor.Vcpus, flavor.Ram, flavor.Disk))
            .FirstOrDefault();

    internal static JsonArray Links(string root, string path) => List(
    [
        new JsonObject { ["rel"] = "self", ["href"] = $"{root}/{path}" },
        new JsonObject { ["rel"] = "bookmark", ["href"] = $"{root[..root.LastIndexOf('/')]}/{path}" },
    ]);

    /// <summary>A list of nodes; made without the reflection that a list of values would need.</summary>
    internal static JsonArray List(IEnumerable<JsonNode?> nodes)
    {
        var list = new JsonArray();
        foreach (var node in nodes)
        {
            list.Add(node);
        }

        return list;
    }

    internal static JsonArray Texts(IEnumerable<string> texts) => List(texts.Select(text => (JsonNode?)text));

    private static JsonObject NetworkOf(string id, string name, string subnet, bool isExternal) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["status"] = "ACTIVE",
        ["admin_state_up"] = true,
        ["shared"] = false,
        ["router:external"] = isExternal,
        ["port_security_enabled"] = true,
        ["mtu"] = 1450,
        ["project_id"] = ProjectId,
        ["tenant_id"] = ProjectId,
        ["subnets"] = Texts([subnet]),
        ["availability_zones"] = Texts(["nova"]),
        ["availability_zone_hints"] = new JsonArray(),
        ["description"] = "",
        ["tags"] = new JsonArray(),
    };

    private static JsonObject GroupOf(string id, string name) => new()
    {
        ["id"] = id,
        ["name"] = name,
        ["description"] = name,
        ["project_id"] = ProjectId,
        ["tenant_id"] = ProjectId,
        ["security_group_rules"] = new JsonArray(),
        ["tags"] = new JsonArray(),
        ["stateful"] = true,
    };
}
