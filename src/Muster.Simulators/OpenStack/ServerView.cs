using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Muster.Simulators.OpenStack;

/// <summary>How the compute service shows a server, by the version of the call.</summary>
/// <remarks>openstack/nova:doc/api_samples/servers.</remarks>
internal static class ServerView
{
    /// <summary>The whole of it.</summary>
    public static JsonObject Of(SimulatedServer server, CallerOfOpenStack caller, string root)
    {
        var isPlaced = server.State is not ("BUILD" or "ERROR") || server.Fault is null && server.State is not "BUILD";
        var view = new JsonObject
        {
            ["id"] = server.Id.ToString(),
            ["name"] = server.Name,
            ["status"] = server.State,
            ["tenant_id"] = Catalogue.ProjectId,
            ["user_id"] = "ee4dfb6e5540447cb3741905149d9b6e",
            ["metadata"] = MetadataOf(server),
            ["hostId"] = isPlaced ? "2091634baaccdc4c5a1d57069c833e402921df696b7f970791b12ec6" : "",
            ["image"] = server.Image is { } image
                ? new JsonObject { ["id"] = image, ["links"] = Bookmark($"{root}/images/{image}") }
                : "",
            ["flavor"] = FlavorOf(server, caller, root),
            ["created"] = Time(server.Created),
            ["updated"] = Time(server.Updated),
            ["addresses"] = AddressesOf(server, isPlaced),
            ["accessIPv4"] = "",
            ["accessIPv6"] = "",
            ["links"] = Catalogue.Links(root, $"servers/{server.Id}"),
            ["OS-DCF:diskConfig"] = "MANUAL",
            ["OS-EXT-AZ:availability_zone"] = isPlaced ? server.Zone : "",
            ["config_drive"] = server.HasConfigDrive ? "True" : "",
            ["key_name"] = server.KeyName,
            ["OS-SRV-USG:launched_at"] = isPlaced
                ? server.Created.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture)
                : null,
            ["OS-SRV-USG:terminated_at"] = null,
            ["OS-EXT-STS:task_state"] = server.Task ?? (server.State is "BUILD" ? "spawning" : null),
            ["OS-EXT-STS:vm_state"] = VmStateOf(server),
            ["OS-EXT-STS:power_state"] = server.State switch { "ACTIVE" => 1, "PAUSED" => 3, "SHUTOFF" or "SUSPENDED" => 4, _ => 0 },
            ["os-extended-volumes:volumes_attached"] = server.VolumeSize == 0 ? new JsonArray() : Catalogue.List(
                [new JsonObject { ["id"] = "2390fb4d-1693-45d7-b309-e29c4af16538", ["delete_on_termination"] = true }]),
            ["security_groups"] = Catalogue.List(server.SecurityGroups.Select(group => (JsonNode?)new JsonObject { ["name"] = group })),
        };
        if (server.State is "ERROR" && server.Fault is { } fault)
        {
            view["fault"] = new JsonObject { ["code"] = 500, ["created"] = Time(server.Updated), ["message"] = fault };
        }

        if (server.State is "ACTIVE" or "BUILD")
        {
            view["progress"] = 0;
        }

        if (caller.Has(9))
        {
            view["locked"] = server.IsLocked;
        }

        if (caller.Has(19))
        {
            view["description"] = null;
        }

        if (caller.Has(26))
        {
            view["tags"] = Catalogue.Texts(server.Tags);
        }

        if (caller.Has(63))
        {
            view["trusted_image_certificates"] = null;
        }

        if (caller.Has(71))
        {
            view["server_groups"] = Catalogue.Texts(server.ServerGroup is { } group ? [group] : []);
        }

        return view;
    }

    /// <summary>What is known of one in a cell that does not answer.</summary>
    public static JsonObject Hidden(SimulatedServer server, string root) => new()
    {
        ["id"] = server.Id.ToString(),
        ["status"] = "UNKNOWN",
        ["tenant_id"] = Catalogue.ProjectId,
        ["created"] = Time(server.Created),
        ["links"] = Catalogue.Links(root, $"servers/{server.Id}"),
    };

    /// <summary>What a list without details shows.</summary>
    public static JsonObject Brief(SimulatedServer server, string root) => new()
    {
        ["id"] = server.Id.ToString(),
        ["name"] = server.Name,
        ["links"] = Catalogue.Links(root, $"servers/{server.Id}"),
    };

    private static JsonArray Bookmark(string address) =>
        Catalogue.List([new JsonObject { ["rel"] = "bookmark", ["href"] = address }]);

    private static JsonObject MetadataOf(SimulatedServer server)
    {
        var metadata = new JsonObject();
        foreach (var (key, value) in server.Metadata)
        {
            metadata[key] = value;
        }

        return metadata;
    }

    private static JsonObject FlavorOf(SimulatedServer server, CallerOfOpenStack caller, string root)
    {
        if (!caller.Has(47))
        {
            return new() { ["id"] = server.Flavor, ["links"] = Bookmark($"{root}/flavors/{server.Flavor}") };
        }

        var (_, name, vcpus, ram, disk) = Catalogue.FindFlavor(server.Flavor)!.Value;
        return new()
        {
            ["vcpus"] = vcpus,
            ["ram"] = ram,
            ["disk"] = disk,
            ["ephemeral"] = 0,
            ["swap"] = 0,
            ["original_name"] = name,
            ["extra_specs"] = new JsonObject(),
        };
    }

    private static JsonObject AddressesOf(SimulatedServer server, bool isPlaced)
    {
        var addresses = new JsonObject();
        ImmutableArray<string> networks = isPlaced ? server.Networks : [];
        foreach (var network in networks)
        {
            var last = (server.Id.ToByteArray()[15] % 250) + 2;
            addresses[network] = Catalogue.List(
            [
                new JsonObject
                {
                    ["version"] = 4,
                    ["addr"] = $"10.{(network == Catalogue.Network ? 0 : 1)}.0.{last}",
                    ["OS-EXT-IPS:type"] = "fixed",
                    ["OS-EXT-IPS-MAC:mac_addr"] = $"fa:16:3e:4c:2c:{last:x2}",
                },
            ]);
        }

        return addresses;
    }

    private static string VmStateOf(SimulatedServer server) => server.State switch
    {
        "BUILD" => "building",
        "SHUTOFF" => "stopped",
        var other => other?.ToLowerInvariant() ?? "",
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
