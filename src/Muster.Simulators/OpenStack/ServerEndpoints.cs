using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Kit;

namespace Muster.Simulators.OpenStack;

/// <summary>What the compute service does below <c>servers</c>.</summary>
internal sealed class ServerEndpoints(OpenStackSimulatorOptions options, ServerPark park, TimeProvider timeProvider)
{
    private const int PageMax = 1000;

    // The filters of users, of openstack/nova:nova/api/openstack/compute/servers.py. The real service passes over others below version
    // 2.75, and refuses them from there on; this one refuses them always, so that a slip is seen.
    private static readonly string[] Filters =
    [
        "reservation_id", "name", "status", "image", "flavor", "ip", "ip6", "changes-since", "changes-before", "all_tenants", "tags",
        "tags-any", "not-tags", "not-tags-any", "locked", "deleted", "project_id", "tenant_id",
    ];

    // Those that make the service pass over cells that do not answer.
    private static readonly string[] Paging = ["limit", "marker", "sort_key", "sort_dir"];

    private readonly Lock _counting = new();

    /// <summary>Answers.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="request">What.</param>
    /// <param name="path">Below <c>servers</c>.</param>
    /// <param name="body">The body.</param>
    /// <param name="root">Where the compute service is.</param>
    public Reply Answer(CallerOfOpenStack caller, HttpRequest request, string[] path, byte[] body, string root) =>
        (request.Method, path) switch
    {
        ("GET", []) => List(caller, request, root, isDetailed: false),
        ("GET", ["detail"]) => List(caller, request, root, isDetailed: true),
        ("POST", []) => Create(caller, body, root),
        ("GET", [var id]) => new(200, new JsonObject
        {
            ["server"] = Find(
                id, server => options.IsInDownCell(server) ? ServerView.Hidden(server, root) : ServerView.Of(server, caller, root)),
        }),
        ("DELETE", [var id]) => Delete(caller, id),
        ("POST", [var id, "action"]) => Act(caller, id, body),
        _ => throw OpenStackRefusal.NotFound("The resource could not be found."),
    };

    /// <summary>What the project uses and may use.</summary>
    public JsonObject Limits()
    {
        var alive = park.Alive.Select(server => Catalogue.FindFlavor(server.Flavor)!.Value).ToArray();
        return new()
        {
            ["rate"] = new JsonArray(),
            ["absolute"] = new JsonObject
            {
                ["maxServerMeta"] = 128,
                ["maxTotalInstances"] = options.MachinesMax == int.MaxValue ? -1 : options.MachinesMax,
                ["maxTotalCores"] = options.CoresMax == int.MaxValue ? -1 : options.CoresMax,
                ["maxTotalRAMSize"] = -1,
                ["maxTotalKeypairs"] = 100,
                ["maxServerGroups"] = 10,
                ["maxServerGroupMembers"] = 10,
                ["totalInstancesUsed"] = alive.Length,
                ["totalCoresUsed"] = alive.Sum(flavor => flavor.Vcpus),
                ["totalRAMUsed"] = alive.Sum(flavor => flavor.Ram),
                ["totalServerGroupsUsed"] = 1,
            },
        };
    }

    private Reply List(CallerOfOpenStack caller, HttpRequest request, string root, bool isDetailed)
    {
        var query = request.Query.ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.Ordinal);
        if (query.Keys.FirstOrDefault(key => !Filters.Contains(key) && !Paging.Contains(key)) is { } unknown)
        {
            throw OpenStackRefusal.Bad($"Additional properties are not allowed ('{unknown}' was unexpected)");
        }

        var asked = query.TryGetValue("limit", out var text) ? Number(text) : PageMax;
        var limit = Math.Min(asked, Math.Min(PageMax, options.PageMax));
        var showsHidden = caller.Has(69) && query.Keys.All(key => key is "all_tenants");
        var (rows, hidden) = park.Shown(servers =>
        {
            var alive = servers.Where(server => !server.IsGone)
                .OrderByDescending(server => server.Created).ThenBy(server => server.Id).ToArray();
            var up = alive.Where(server => !options.IsInDownCell(server) && Passes(server, query)).ToArray();
            if (!showsHidden && options.RefusesPartialLists && alive.Any(server => options.IsInDownCell(server)))
            {
                throw new OpenStackRefusal(500, "computeFault", "Unable to get all instances: a cell does not answer");
            }

            var down = alive.Where(server => options.IsInDownCell(server));
            return (After(up, query), down.Select(server => ServerView.Hidden(server, root)).ToArray());
        });
        var page = rows.Take(limit).ToArray();
        var room = showsHidden ? limit - page.Length : 0;
        var shown = hidden.Take(room).Concat(page.Select(
            server => isDetailed ? ServerView.Of(server, caller, root) : ServerView.Brief(server, root))).ToArray();
        var body = new JsonObject { ["servers"] = Catalogue.List(shown) };
        if (limit > 0 && shown.Length == limit)
        {
            var last = (string)shown[^1]["id"]!;
            var others = string.Concat(query.Where(one => one.Key is not "marker").Select(
                one => $"{one.Key}={Uri.EscapeDataString(one.Value)}&"));
            body["servers_links"] = Catalogue.List([new JsonObject
            {
                ["rel"] = "next", ["href"] = $"{root}/servers{(isDetailed ? "/detail" : "")}?{others}marker={last}",
            }]);
        }

        return new(200, body);
    }

    private static SimulatedServer[] After(SimulatedServer[] rows, Dictionary<string, string> query)
    {
        if (!query.TryGetValue("marker", out var marker))
        {
            return rows;
        }

        var at = Array.FindIndex(rows, server => server.Id.ToString() == marker);
        return at < 0 ? throw OpenStackRefusal.Bad($"marker [{marker}] not found") : rows[(at + 1)..];
    }

    private static bool Passes(SimulatedServer server, Dictionary<string, string> query) => query.All(one => one.Key switch
    {
        "tags" => one.Value.Split(',').All(server.Tags.Contains),
        "tags-any" => one.Value.Split(',').Any(server.Tags.Contains),
        "name" => server.Name.Contains(one.Value, StringComparison.Ordinal),
        "status" => string.Equals(server.State, one.Value, StringComparison.OrdinalIgnoreCase),
        _ => true,
    });

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw OpenStackRefusal.Bad($"Invalid input for query parameters limit. Value: {text}. '{text}' does not match '^[0-9]*$'");

    private Reply Create(CallerOfOpenStack caller, byte[] json, string root)
    {
        // The schema is looked at before the right, and the right before the flavor.
        var (body, hints) = ServerBodyReader.Read(json, caller);
        if (!caller.User!.MayChange)
        {
            throw OpenStackRefusal.Forbidden("Policy doesn't allow os_compute_api:servers:create to be performed.");
        }

        var zone = (string?)body["availability_zone"] ?? Catalogue.Zones[0];
        if (!Catalogue.Zones.Contains(zone))
        {
            throw OpenStackRefusal.Bad("The requested availability zone is not available");
        }

        var volumes = body["block_device_mapping_v2"] as JsonArray;
        var flavorRef = body["flavorRef"]!.ToString().Split('/')[^1];
        var flavor = Catalogue.FindFlavor(flavorRef) ?? throw OpenStackRefusal.Bad($"Flavor {flavorRef} could not be found.");
        CheckImage((string?)body["imageRef"] is { Length: > 0 } image ? image : (string?)volumes?[0]?["uuid"], flavor.Ram);
        if ((string?)body["key_name"] is { } key && key != Catalogue.KeyPair)
        {
            throw OpenStackRefusal.Bad("Invalid key_name provided.");
        }

        if (hints?["group"] is { } group && (string?)group != Catalogue.ServerGroupId)
        {
            throw OpenStackRefusal.Bad($"Instance group {group} could not be found.");
        }

        var networks = NetworksOf(body);
        var groups = GroupsOf(body);
        var now = timeProvider.GetUtcNow();

        // Counted and taken in one step: of two creations for the last place one is refused.
        lock (_counting)
        {
            CheckQuota(flavor.Vcpus);
            var server = new SimulatedServer
            {
                Id = park.NewGuid(),
                Name = (string)body["name"]!,
                State = "BUILD",
                Created = now,
                Updated = now,
                Flavor = flavor.Id,
                Image = volumes is null ? (string?)body["imageRef"] : null,
                VolumeSize = volumes is null ? 0 : long.Parse(volumes[0]!["volume_size"]!.ToString(), CultureInfo.InvariantCulture),
                Zone = zone,
                Networks = networks,
                Metadata = ServerBodyReader.MetadataOf(body),
                Tags = ServerBodyReader.TextsOf(body["tags"]),
                SecurityGroups = groups,
                ServerGroup = (string?)hints?["group"],
                KeyName = (string?)body["key_name"],
                UserData = (string?)body["user_data"],
                HasConfigDrive = body["config_drive"]?.ToString() is "true" or "True",
            };
            park.Provision(server);
            var reply = new Reply(202, new JsonObject
            {
                ["server"] = new JsonObject
                {
                    ["id"] = server.Id.ToString(),
                    ["links"] = Catalogue.Links(root, $"servers/{server.Id}"),
                    ["OS-DCF:diskConfig"] = "MANUAL",
                    ["security_groups"] = Catalogue.List(groups.Select(name => (JsonNode?)new JsonObject { ["name"] = name })),
                    ["adminPass"] = "mqtDAwb2y7Zh",
                },
            });
            reply.Headers["Location"] = $"{root}/servers/{server.Id}";
            return reply;
        }
    }

    private static void CheckImage(string? id, int ram)
    {
        var image = Catalogue.Images.FirstOrDefault(one => (string?)one["id"] == id)
            ?? throw OpenStackRefusal.Bad("Can not find requested image");
        if ((string?)image["status"] != "active")
        {
            throw OpenStackRefusal.Bad($"Image {id} is not active.");
        }

        if ((int)image["min_ram"]! > ram)
        {
            throw OpenStackRefusal.Bad("Flavor's memory is too small for requested image.");
        }
    }

    private static ImmutableArray<string> NetworksOf(JsonObject body)
    {
        if (body["networks"] is not JsonArray networks)
        {
            return (string?)body["networks"] is "none" ? []
                : Catalogue.Networks.Length > 1
                    ? throw OpenStackRefusal.Conflict("Multiple possible networks found, use a Network ID to be more specific.")
                : [Catalogue.Network];
        }

        return
        [
            .. networks.Select(network => (string?)network!["uuid"]).Select(id => Catalogue.Networks
                .Where(network => (string?)network["id"] == id).Select(network => (string)network["name"]!)
                .FirstOrDefault() ?? throw OpenStackRefusal.Bad($"Network {id} could not be found.")),
        ];
    }

    private static ImmutableArray<string> GroupsOf(JsonObject body)
    {
        if (body["security_groups"] is not JsonArray groups)
        {
            return ["default"];
        }

        return
        [
            .. groups.Select(group => (string)group!["name"]!).Select(name => Catalogue.SecurityGroups
                .Where(group => (string?)group["name"] == name || (string?)group["id"] == name).Select(group => (string)group["name"]!)
                .FirstOrDefault() ?? throw OpenStackRefusal.Bad($"Security group {name} not found for project {Catalogue.ProjectId}.")),
        ];
    }

    private void CheckQuota(int cores)
    {
        var alive = park.Alive;
        if (alive.Count >= options.MachinesMax)
        {
            throw OpenStackRefusal.Forbidden(
                $"Quota exceeded for instances: Requested 1, but already used {alive.Count} of {options.MachinesMax} instances");
        }

        var used = alive.Sum(server => Catalogue.FindFlavor(server.Flavor)!.Value.Vcpus);
        if (used + cores > options.CoresMax)
        {
            throw OpenStackRefusal.Forbidden(
                $"Quota exceeded for cores: Requested {cores}, but already used {used} of {options.CoresMax} cores");
        }
    }

    private Reply Delete(CallerOfOpenStack caller, string id)
    {
        var server = Find(id, server => server);
        if (!caller.User!.MayChange)
        {
            throw OpenStackRefusal.Forbidden("Policy doesn't allow os_compute_api:servers:delete to be performed.");
        }

        if (server.IsLocked && !caller.User.Roles.Contains("admin"))
        {
            throw OpenStackRefusal.Conflict($"Instance {server.Id} is locked");
        }

        park.End(server.Id);
        return new(204);
    }

    private Reply Act(CallerOfOpenStack caller, string id, byte[] body)
    {
        var server = Find(id, server => server);
        if (!caller.User!.MayChange)
        {
            throw OpenStackRefusal.Forbidden("Policy doesn't allow that to be performed.");
        }

        string? action;
        try
        {
            action = (JsonNode.Parse(body) as JsonObject)?.Select(field => field.Key).FirstOrDefault();
        }
        catch (JsonException)
        {
            throw OpenStackRefusal.Bad("Malformed request body");
        }

        switch (action)
        {
            case "lock" or "unlock":
                park.SetLocked(server.Id, action is "lock");
                break;
            case "os-stop" or "os-start" or "pause" or "unpause" or "suspend" or "resume":
                if (server.IsLocked)
                {
                    throw OpenStackRefusal.Conflict($"Instance {server.Id} is locked");
                }

                park.ChangePower(server.Id, action);
                break;
            default:
                throw OpenStackRefusal.Bad($"There is no such action: {action}");
        }

        return new(202);
    }

    private T Find<T>(string id, Func<SimulatedServer, T> use) where T : class =>
        Guid.TryParse(id, out var guid) && park.With(guid, server => server.IsGone ? null : use(server)) is { } found
            ? found
            : throw OpenStackRefusal.NotFound($"Instance {id} could not be found.");
}
