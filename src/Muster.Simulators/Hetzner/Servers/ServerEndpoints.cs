using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Hetzner.Requests;
using Muster.Simulators.Hetzner.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Hetzner.Servers;

/// <summary>What the API does below <c>/servers</c>.</summary>
internal sealed partial class ServerEndpoints(HetznerSimulatorOptions options, ServerPark park, TimeProvider timeProvider)
{
    private const int UserDataBytesMax = 32 * 1024;

    private static readonly string[] CreateFields =
    [
        "name", "server_type", "image", "location", "labels", "user_data", "ssh_keys", "networks", "firewalls", "placement_group",
        "public_net", "start_after_create", "automount", "volumes",
    ];

    public Reply Answer(string method, string[] path, HttpRequest request, Func<JsonObject> body) => (method, path) switch
    {
        ("GET", []) => List(request),
        ("POST", []) => Create(body()),
        ("GET", ["actions"]) => Actions(request, _ => true),
        ("GET", ["actions", var id]) => Action(id),
        ("GET", [var id]) => new(200, new JsonObject { ["server"] = With(id, Shown) }),
        ("PUT", [var id]) => Update(id, body()),
        ("DELETE", [var id]) => Delete(id),
        ("GET", [var id, "actions"]) => With(id, server => Actions(request, action => action.Server == server.Id)),
        ("POST", [var id, "actions", var action]) => Act(id, action, body),
        _ => throw HetznerRefusal.NotFound("endpoint"),
    };

    /// <summary>One action.</summary>
    public Reply Action(string id) => new(200, new JsonObject
    {
        ["action"] = long.TryParse(id, out var number) && park.Actions.Find(number) is { } action
            ? action
            : throw HetznerRefusal.NotFound("action"),
    });

    /// <summary>Those of these ids, which must be given.</summary>
    public Reply ActionsById(HttpRequest request)
    {
        var query = new Query(request.Query, "id", "status", "sort");
        return query.All("id") is { Length: > 0 } ids
            ? query.Page("actions", park.Actions.List(action => ids.Contains(action.Id.ToString(CultureInfo.InvariantCulture))))
            : throw new HetznerRefusal(410, "deprecated_api_endpoint", "listing all actions of a project was removed");
    }

    private Reply List(HttpRequest request)
    {
        var query = new Query(request.Query, "name", "label_selector", "sort", "status");
        var status = query.All("status");
        var rows = park.Shown(servers => servers
            .Where(server => query.Fits(server.Name, server.Labels) && (status.Length == 0 || status.Contains(server.State)))
            .OrderBy(server => server.Id)
            .Select(Shown)
            .ToList());
        switch (query.Text("sort"))
        {
            case null or "id" or "id:asc" or "created" or "created:asc":
                break;
            case "id:desc" or "created:desc":
                rows.Reverse();
                break;
            case "name" or "name:asc":
                rows = [.. rows.OrderBy(row => row["name"]!.ToString(), StringComparer.Ordinal)];
                break;
            default:
                throw HetznerRefusal.Input("sort", "id, name or created, with :asc or :desc");
        }

        return query.Page("servers", rows, options.PageMax);
    }

    private Reply Actions(HttpRequest request, Func<SimulatedAction, bool> fits)
    {
        var query = new Query(request.Query, "id", "status", "sort");
        var (ids, status) = (query.All("id"), query.All("status"));
        var rows = park.Actions.List(action => fits(action)
            && (status.Length == 0 || status.Contains(action.Status))
            && (ids.Length == 0 || ids.Contains(action.Id.ToString(CultureInfo.InvariantCulture))));
        if (query.Text("sort") is "id:desc" or "started:desc")
        {
            rows.Reverse();
        }

        return query.Page("actions", rows);
    }

    private Reply Create(JsonObject body)
    {
        if (body.FirstOrDefault(field => !CreateFields.Contains(field.Key)).Key is { } unknown)
        {
            throw HetznerRefusal.Input(unknown, "there is no such field");
        }

        var name = Required(body, "name");
        if (name.Length > 253 || !HostName().IsMatch(name))
        {
            throw HetznerRefusal.Input("name", "must be a valid hostname");
        }

        var type = Catalogue.Find(Catalogue.ServerTypes, Required(body, "server_type"))
            ?? throw HetznerRefusal.Input("server_type", "server type not found");
        if (type["deprecation"] is not null)
        {
            throw new HetznerRefusal(422, "invalid_server_type", "server type is deprecated");
        }

        var image = FindImage(Required(body, "image"), type["architecture"]!.ToString());
        var location = PlaceFor(body, type);
        var (ipv4, ipv6) = PublicNet(body["public_net"]);
        var networks = Ids(body, "networks", Catalogue.Networks);
        if (!ipv4 && !ipv6 && networks.Count == 0)
        {
            throw HetznerRefusal.Input("networks", "a server needs at least one network or public address");
        }

        if (Text(body["user_data"]) is { } data && Encoding.UTF8.GetByteCount(data) > UserDataBytesMax)
        {
            throw HetznerRefusal.Input("user_data", "must be at most 32 KiB");
        }

        var firewalls = Firewalls(body, ipv4 || ipv6);
        var keys = Keys(body);
        var group = Number(body["placement_group"], "placement_group");
        if (group is not null && group != Catalogue.PlacementGroupId)
        {
            throw HetznerRefusal.Input("placement_group", "placement group not found");
        }

        if (group is not null && park.Guarded(servers => servers.Count(server => server.PlacementGroup == group)) >= 10)
        {
            throw new HetznerRefusal(503, "placement_error", "error during placement");
        }

        if (options.IsFull || options.FullLocations.Contains(location))
        {
            throw new HetznerRefusal(412, "resource_unavailable", "error during placement");
        }

        var now = timeProvider.GetUtcNow() + options.ClockSkew;
        var server = new SimulatedServer
        {
            Id = park.NextId(),
            Name = name,
            State = "initializing",
            Created = now,
            Updated = now,
            ServerType = type["name"]!.ToString(),
            Image = image["id"]!.GetValue<long>(),
            Location = location,
            Labels = Labels.Read(body["labels"]),
            UserData = Text(body["user_data"]),
            Networks = networks,
            Firewalls = firewalls,
            PlacementGroup = group,
            SshKeys = keys,
            HasIpv4 = ipv4,
            HasIpv6 = ipv6,
        };
        return Provision(server, starts: body["start_after_create"]?.GetValue<bool>() is not false);
    }

    private Reply Provision(SimulatedServer server, bool starts)
    {
        var shown = Shown(server);
        return park.Provision(server, starts, (making, starting) => new(201, new JsonObject
        {
            ["server"] = shown,
            ["action"] = park.Actions.Shown(making),
            ["next_actions"] = starting is null ? [] : new JsonArray(park.Actions.Shown(starting)),
            ["root_password"] = server.SshKeys.Count > 0 ? null : Password(server),
        }));
    }

    // An image's name stands for one of each architecture.
    private static JsonObject FindImage(string idOrName, string architecture)
    {
        var found = Catalogue.Images.Where(image => image["id"]!.ToString() == idOrName || image["name"]?.ToString() == idOrName).ToArray();
        var image = found.FirstOrDefault(one => one["architecture"]!.ToString() == architecture) ?? found.FirstOrDefault()
            ?? throw HetznerRefusal.Input("image", "image not found");
        return image["architecture"]!.ToString() == architecture && image["status"]!.ToString() == "available"
            ? image
            : throw HetznerRefusal.Input("image", "image is not available for this server type");
    }

    private string PlaceFor(JsonObject body, JsonObject type)
    {
        var places = type["locations"]!.AsArray().Select(place => place!["name"]!.ToString()).ToArray();
        if (Text(body["location"]) is not { } asked)
        {
            // The first that has room, and where none has the first of all, which then refuses.
            return places.FirstOrDefault(place => !options.FullLocations.Contains(place)) ?? places[0];
        }

        var location = Catalogue.Find(Catalogue.Locations, asked)?["name"]!.ToString()
            ?? throw HetznerRefusal.Input("location", "location not found");
        return places.Contains(location) ? location : throw HetznerRefusal.Input("server_type", "unsupported location for server type");
    }

    private static (bool Ipv4, bool Ipv6) PublicNet(JsonNode? node)
    {
        if (node is null)
        {
            return (true, true);
        }

        var net = node as JsonObject ?? throw HetznerRefusal.Input("public_net", "must be an object");
        return net.FirstOrDefault(field => field.Key is not ("enable_ipv4" or "enable_ipv6" or "ipv4" or "ipv6")).Key is { } unknown
            ? throw HetznerRefusal.Input($"public_net.{unknown}", "there is no such field")
            : (net["enable_ipv4"]?.GetValue<bool>() is not false, net["enable_ipv6"]?.GetValue<bool>() is not false);
    }

    private static List<long> Firewalls(JsonObject body, bool isPublic)
    {
        var firewalls = (body["firewalls"] as JsonArray ?? []).Select(one => Number(one?["firewall"], "firewalls")!.Value).ToList();
        return firewalls.Exists(id => id != Catalogue.FirewallId) ? throw HetznerRefusal.Input("firewalls", "firewall not found")
            : firewalls.Count > 0 && !isPublic
                ? throw new HetznerRefusal(422, "private_net_only_server", "the server has no public interface")
            : firewalls;
    }

    private static List<long> Keys(JsonObject body) =>
    [
        .. (body["ssh_keys"] as JsonArray ?? []).Select(key =>
            Catalogue.Find(Catalogue.SshKeys, Text(key) ?? "")?["id"]!.GetValue<long>()
                ?? throw HetznerRefusal.Input("ssh_keys", "SSH key not found")),
    ];

    private static List<long> Ids(JsonObject body, string field, List<JsonObject> known) =>
    [
        .. (body[field] as JsonArray ?? []).Select(
            id => Number(id, field) is { } number && known.Exists(one => one["id"]!.GetValue<long>() == number)
            ? number
            : throw HetznerRefusal.Input(field, "not found")),
    ];

    private Reply Update(string id, JsonObject body) => With(id, server =>
    {
        var labels = body.ContainsKey("labels") ? Labels.Read(body["labels"]) : null;
        park.Change(server.Id, "labels", one =>
        {
            one.Labels = labels ?? one.Labels;
            one.Name = Text(body["name"]) ?? one.Name;
        });
        return new Reply(200, new JsonObject { ["server"] = Shown(server) });
    });

    private Reply Delete(string id) => With(id, server =>
    {
        if (server.IsProtected)
        {
            throw new HetznerRefusal(423, "protected", "server deletion is protected");
        }

        if (server.State == "deleting")
        {
            throw new HetznerRefusal(423, "locked", "server is locked: an action is running");
        }

        var action = park.Actions.Begin("delete_server", server.Id);
        var shown = park.Actions.Shown(action);
        park.Terminate(server.Id, action);
        return new Reply(200, new JsonObject { ["action"] = shown });
    });

    private Reply Act(string id, string command, Func<JsonObject> body) => With(id, server =>
    {
        SimulatedAction action;
        switch (command)
        {
            case "reboot" or "reset":
                park.Enter(server.Id, "running");
                action = park.Actions.Do($"{command}_server", server.Id);
                break;
            case "poweron" or "poweroff" or "shutdown" when server.State is "initializing" or "deleting":
                throw new HetznerRefusal(423, "locked", "server is locked: an action is running");
            case "poweron":
                action = park.Actions.Begin("start_server", server.Id);
                park.Start(server.Id, action);
                break;
            case "poweroff" or "shutdown":
                action = park.Actions.Begin(command == "shutdown" ? "shutdown_server" : "stop_server", server.Id);
                park.Stop(server.Id, action, isOrderly: command == "shutdown");
                break;
            case "change_protection":
                park.SetProtection(server.Id, body()["delete"]?.GetValue<bool>() ?? server.IsProtected);
                action = park.Actions.Do("change_protection", server.Id);
                break;
            default:
                throw HetznerRefusal.NotFound("endpoint");
        }

        return new Reply(201, new JsonObject { ["action"] = park.Actions.Shown(action) });
    });

    private JsonObject Shown(SimulatedServer server) => ServerJson.Of(server, options.ShowsDatacenters);

    private TResult With<TResult>(string id, Func<SimulatedServer, TResult> use) where TResult : class =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? park.With(number, use) ?? throw HetznerRefusal.NotFound("server")
            : throw HetznerRefusal.Input("id", "must be a number");

    private static string Password(SimulatedServer server) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(server.Name)))[..20];

    private static string Required(JsonObject body, string field) =>
        Text(body[field]) is { Length: > 0 } text ? text : throw HetznerRefusal.Input(field, "is missing");

    private static string? Text(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.String => node.GetValue<string>(),
        JsonValueKind.Number => node.ToJsonString(),
        _ => null,
    };

    private static long? Number(JsonNode? node, string field) => node?.GetValueKind() switch
    {
        null => null,
        JsonValueKind.Number when node.AsValue().TryGetValue<long>(out var number) => number,
        _ => throw HetznerRefusal.Input(field, "must be a number"),
    };

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\z")]
    private static partial Regex HostName();
}
