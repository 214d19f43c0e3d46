using System.Text.Json.Nodes;

using Muster.Simulators.Hetzner.Requests;

namespace Muster.Simulators.Hetzner.Servers;

/// <summary>A server as the API shows it.</summary>
internal static class ServerJson
{
    public static JsonObject Of(SimulatedServer server, bool showsDatacenter)
    {
        var json = new JsonObject
        {
            ["id"] = server.Id,
            ["name"] = server.Name,
            ["status"] = server.State,
            ["created"] = Moment.Text(server.Created),
            ["public_net"] = PublicNet(server),
            ["private_net"] = new JsonArray(
            [
                .. server.Networks.Select(network => new JsonObject
                {
                    ["network"] = network, ["ip"] = $"10.0.{server.Id / 250 % 250}.{(server.Id % 250) + 2}",
                    ["alias_ips"] = new JsonArray(), ["mac_address"] = "86:00:ff:2a:7d:e1",
                }),
            ]),
            ["server_type"] = Catalogue.Find(Catalogue.ServerTypes, server.ServerType),
            ["image"] = Catalogue.Images.FirstOrDefault(image => image["id"]!.GetValue<long>() == server.Image),
            ["iso"] = null,
            ["rescue_enabled"] = false,
            ["locked"] = false,
            ["backup_window"] = null,
            ["outgoing_traffic"] = 0,
            ["ingoing_traffic"] = 0,
            ["included_traffic"] = 21_990_232_555_520,
            ["protection"] = new JsonObject { ["delete"] = server.IsProtected, ["rebuild"] = server.IsProtected },
            ["labels"] = Labels.Write(server.Labels),
            ["volumes"] = new JsonArray(),
            ["load_balancers"] = new JsonArray(),
            ["primary_disk_size"] = 40,
            ["placement_group"] = server.PlacementGroup is null ? null : Catalogue.PlacementGroups[0],
            ["location"] = Catalogue.Find(Catalogue.Locations, server.Location),
        };
        if (showsDatacenter)
        {
            json["datacenter"] = Datacenter(server.Location);
        }

        return json;
    }

    /// <summary>The addresses that were made with a server, and go with it.</summary>
    public static IEnumerable<JsonObject> PrimaryIps(SimulatedServer server, bool showsDatacenter)
    {
        if (server.HasIpv4)
        {
            yield return PrimaryIp(server, 4, Ipv4(server), showsDatacenter);
        }

        if (server.HasIpv6)
        {
            yield return PrimaryIp(server, 6, Ipv6(server), showsDatacenter);
        }
    }

    public static JsonObject Datacenter(string location) =>
        Catalogue.Datacenters.First(one => one["location"]!["name"]!.ToString() == location);

    private static JsonObject PrimaryIp(SimulatedServer server, int version, string ip, bool showsDatacenter)
    {
        var id = AddressId(server, version);
        var json = new JsonObject
        {
            ["id"] = id, ["name"] = $"primary_ip-{id}", ["labels"] = new JsonObject(), ["created"] = Moment.Text(server.Created),
            ["blocked"] = false, ["ip"] = ip, ["dns_ptr"] = new JsonArray(), ["protection"] = new JsonObject { ["delete"] = false },
            ["type"] = $"ipv{version}", ["auto_delete"] = true, ["assignee_type"] = "server", ["assignee_id"] = server.Id,
            ["location"] = Catalogue.Find(Catalogue.Locations, server.Location),
        };
        if (showsDatacenter)
        {
            json["datacenter"] = Datacenter(server.Location);
        }

        return json;
    }

    private static JsonObject PublicNet(SimulatedServer server) => new()
    {
        ["ipv4"] = server.HasIpv4
            ? new JsonObject
            {
                ["id"] = AddressId(server, 4), ["ip"] = Ipv4(server), ["blocked"] = false, ["dns_ptr"] = "static.example.com",
            }
            : null,
        ["ipv6"] = server.HasIpv6
            ? new JsonObject { ["id"] = AddressId(server, 6), ["ip"] = Ipv6(server), ["blocked"] = false, ["dns_ptr"] = new JsonArray() }
            : null,
        ["floating_ips"] = new JsonArray(),
        ["firewalls"] = new JsonArray([.. server.Firewalls.Select(id => new JsonObject { ["id"] = id, ["status"] = "applied" })]),
    };

    private static long AddressId(SimulatedServer server, int version) => (server.Id * 10) + version;

    private static string Ipv4(SimulatedServer server) => $"198.51.{server.Id / 250 % 250}.{(server.Id % 250) + 1}";

    private static string Ipv6(SimulatedServer server) => $"2001:db8:{server.Id % 65_536:x}::/64";
}
