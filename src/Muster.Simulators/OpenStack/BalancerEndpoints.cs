using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Kit;

namespace Muster.Simulators.OpenStack;

/// <summary>What the load balancer service does below <c>lbaas</c>: pools are there, and members come and go.</summary>
/// <remarks>openstack/octavia:octavia/api/v2/controllers/member.py and octavia/common/exceptions.py, whose sentences these are.</remarks>
internal sealed class BalancerEndpoints(OpenStackSimulatorOptions options, BalancerPark park, ServerPark servers, TimeProvider timeProvider)
{
    private const int PageMax = 1000, NameLengthMax = 255, WeightMax = 256;

    private static readonly string[] PostFields =
    [
        "name", "admin_state_up", "address", "protocol_port", "weight", "backup", "subnet_id", "project_id", "monitor_port",
        "monitor_address", "tags", "request_sriov",
    ];

    private static readonly string[] PutFields =
        ["name", "admin_state_up", "weight", "backup", "monitor_port", "monitor_address", "tags"];

    /// <summary>What it refuses, as it says it.</summary>
    public static RefusedException Refusal(int status, string why)
    {
        var fault = new JsonObject { ["faultcode"] = status < 500 ? "Client" : "Server", ["faultstring"] = why, ["debuginfo"] = null };
        return new(new Reply(status, fault), why);
    }

    /// <summary>Answers.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="request">What.</param>
    /// <param name="path">Below <c>lbaas</c>.</param>
    /// <param name="body">The body.</param>
    /// <param name="root">Where the service is.</param>
    public Reply Answer(CallerOfOpenStack caller, HttpRequest request, string[] path, byte[] body, string root)
    {
        if (request.Method is not "GET" && !caller.User!.MayChange)
        {
            throw Refusal(403, "Policy does not allow this request to be performed.");
        }

        return (request.Method, path) switch
        {
            ("GET", ["pools"]) => Page(
                request, $"{root}/lbaas/pools", "pools",
                park.Pools.Where(pool => request.Query["name"] is not [var name] || pool.Name == name).Select(PoolOf)),
            ("GET", ["pools", var id]) => new(200, new JsonObject { ["pool"] = PoolOf(Pool(id)) }),
            ("GET", ["pools", var id, "members"]) => Page(
                request, $"{root}/lbaas/pools/{id}/members", "members", MembersOf(Pool(id)).Select(member => MemberOf(Pool(id), member))),
            ("POST", ["pools", var id, "members"]) => Create(Pool(id), body),
            ("GET", ["pools", var id, "members", var member]) => new(200, new JsonObject
            {
                ["member"] = MemberOf(Pool(id), Member(Pool(id), member)),
            }),
            ("PUT", ["pools", var id, "members", var member]) => Update(Pool(id), member, body),
            ("DELETE", ["pools", var id, "members", var member]) => Delete(Pool(id), member),
            _ => throw Refusal(404, "The resource could not be found."),
        };
    }

    private static RefusedException NoMember(string id) => Refusal(404, $"Member {id} not found.");

    private static Guid IdOf(string id) => Guid.TryParse(id, out var value) ? value : Guid.Empty;

    private SimulatedPool Pool(string id) =>
        park.Pools.FirstOrDefault(pool => pool.Id == IdOf(id)) ?? throw Refusal(404, $"Pool {id} not found.");

    private IEnumerable<SimulatedMember> MembersOf(SimulatedPool pool) => park.Members.Where(member => member.Pool == pool.Id);

    private SimulatedMember Member(SimulatedPool pool, string id) =>
        MembersOf(pool).FirstOrDefault(one => one.Id == IdOf(id)) ?? throw NoMember(id);

    private Reply Create(SimulatedPool pool, byte[] body)
    {
        var asked = Read(body, PostFields);
        if (!IPAddress.TryParse((string?)asked["address"], out var address))
        {
            throw Invalid("address", asked["address"]);
        }

        var port = Number(asked, "protocol_port", 1, 65535) ?? throw Invalid("protocol_port", null);
        var made = park.Change(pool, members =>
        {
            if (members.Any(one => one.Pool == pool.Id && one.Address == address.ToString() && one.Port == port))
            {
                throw Refusal(409, $"Another member on this pool is already using ip {address} on protocol_port {port}");
            }

            if (members.Count >= options.MembersMax)
            {
                throw Refusal(403, "Quota has been met for resources: member");
            }

            var member = new SimulatedMember
            {
                Id = servers.NewGuid(),
                Pool = pool.Id,
                Name = (string?)asked["name"] ?? "",
                Address = address.ToString(),
                Port = port,
                Subnet = SubnetOf(asked),
                Weight = Number(asked, "weight", 0, WeightMax) ?? 1,
                IsEnabled = (bool?)asked["admin_state_up"] ?? true,
                Provisioning = "PENDING_CREATE",
                Created = timeProvider.GetUtcNow(),
            };
            members.Add(member);
            return member;
        });
        return new(201, new JsonObject { ["member"] = MemberOf(pool, made) });
    }

    private static string? SubnetOf(JsonObject asked) => (string?)asked["subnet_id"] switch
    {
        null => null,
        Catalogue.SubnetId or Catalogue.OtherSubnetId => (string?)asked["subnet_id"],
        var unknown => throw Refusal(400, $"Subnet {unknown} not found."),
    };

    private Reply Update(SimulatedPool pool, string id, byte[] body)
    {
        var asked = Read(body, PutFields);
        var changed = park.Change(pool, members =>
        {
            var at = At(pool, members, id);
            return members[at] = members[at] with
            {
                Name = (string?)asked["name"] ?? members[at].Name,
                Weight = Number(asked, "weight", 0, WeightMax) ?? members[at].Weight,
                IsEnabled = (bool?)asked["admin_state_up"] ?? members[at].IsEnabled,
                Provisioning = "PENDING_UPDATE",
                Updated = timeProvider.GetUtcNow(),
            };
        });
        return new(200, new JsonObject { ["member"] = MemberOf(pool, changed) });
    }

    private Reply Delete(SimulatedPool pool, string id)
    {
        // Whether it is there is looked at before the load balancer is.
        _ = Member(pool, id);
        park.Change(pool, members =>
        {
            var at = At(pool, members, id);
            return members[at] = members[at] with { Provisioning = "PENDING_DELETE", Updated = timeProvider.GetUtcNow() };
        });
        return new(204);
    }

    private static int At(SimulatedPool pool, List<SimulatedMember> members, string id)
    {
        var at = members.FindIndex(one => one.Pool == pool.Id && one.Id == IdOf(id));
        return at >= 0 ? at : throw NoMember(id);
    }

    private static JsonObject Read(byte[] body, string[] known)
    {
        JsonObject? member;
        try
        {
            member = (JsonNode.Parse(body) as JsonObject)?["member"] as JsonObject;
        }
        catch (JsonException)
        {
            throw Refusal(400, "Request must be in JSON format.");
        }

        if (member is null)
        {
            throw Refusal(400, "Missing argument: \"member\"");
        }

        if (member.FirstOrDefault(field => !known.Contains(field.Key)).Key is { } unknown)
        {
            throw Refusal(400, $"Unknown attribute: {unknown}");
        }

        return ((string?)member["name"])?.Length > NameLengthMax ? throw Invalid("name", member["name"]) : member;
    }

    private static int? Number(JsonObject body, string name, int min, int max) => body[name] switch
    {
        null => null,
        JsonValue value when int.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max => number,
        var other => throw Invalid(name, other),
    };

    private static RefusedException Invalid(string field, JsonNode? value) => Refusal(
        400,
        $"Invalid input for field/attribute {field}. Value: '{value?.ToString() ?? "None"}'. "
        + (value is null ? "Mandatory field missing." : "Value is not valid."));

    private JsonObject PoolOf(SimulatedPool pool) => new()
    {
        ["id"] = pool.Id.ToString("D"),
        ["name"] = pool.Name,
        ["description"] = "",
        ["provisioning_status"] = park.ProvisioningOf(pool),
        ["operating_status"] = "ONLINE",
        ["admin_state_up"] = true,
        ["protocol"] = "HTTP",
        ["lb_algorithm"] = "ROUND_ROBIN",
        ["session_persistence"] = null,
        ["project_id"] = Catalogue.ProjectId,
        ["loadbalancers"] = Ids([pool.Balancer]),
        ["listeners"] = Ids([pool.Balancer]),
        ["created_at"] = "2026-10-01T10:00:00",
        ["updated_at"] = null,
        ["healthmonitor_id"] = pool.HasMonitor ? pool.Id.ToString("D") : null,
        ["members"] = Ids(MembersOf(pool).Select(member => member.Id)),
        ["tags"] = new JsonArray(),
        ["tls_container_ref"] = null,
        ["ca_tls_container_ref"] = null,
        ["crl_container_ref"] = null,
        ["tls_enabled"] = false,
        ["tls_ciphers"] = null,
        ["tls_versions"] = new JsonArray(),
        ["alpn_protocols"] = new JsonArray(),
    };

    private static JsonObject MemberOf(SimulatedPool pool, SimulatedMember member) => new()
    {
        ["id"] = member.Id.ToString("D"),
        ["name"] = member.Name,
        ["operating_status"] = OperatingOf(pool, member),
        ["provisioning_status"] = member.Provisioning,
        ["admin_state_up"] = member.IsEnabled,
        ["address"] = member.Address,
        ["protocol_port"] = member.Port,
        ["weight"] = member.Weight,
        ["backup"] = false,
        ["subnet_id"] = member.Subnet,
        ["project_id"] = Catalogue.ProjectId,
        ["created_at"] = Time(member.Created),
        ["updated_at"] = member.Updated is { } updated ? Time(updated) : null,
        ["monitor_address"] = null,
        ["monitor_port"] = null,
        ["tags"] = new JsonArray(),
        ["vnic_type"] = "normal",
    };

    private static string OperatingOf(SimulatedPool pool, SimulatedMember member) =>
        !member.IsEnabled ? "OFFLINE"
        : !pool.HasMonitor ? "NO_MONITOR"
        : member.Found ?? (member.Weight == 0 ? "DRAINING" : member.Provisioning is "PENDING_CREATE" ? "OFFLINE" : "ONLINE");

    private Reply Page(HttpRequest request, string url, string name, IEnumerable<JsonObject> rows)
    {
        var marker = request.Query["marker"].ToString();
        var all = rows.ToList();
        if (marker.Length > 0)
        {
            var at = all.FindIndex(row => (string?)row["id"] == marker);
            all = at >= 0 ? all[(at + 1)..] : throw Refusal(400, $"Supplied pagination marker '{marker}' is not valid.");
        }

        var limit = Math.Min(
            int.TryParse(request.Query["limit"], CultureInfo.InvariantCulture, out var asked) && asked > 0 ? asked : PageMax,
            Math.Min(PageMax, options.PageMax));
        var page = all.Take(limit).ToList();
        var links = new JsonArray();

        // A full page names a next one, whether there is anything on it or not.
        if (page.Count == limit)
        {
            links.Add((JsonNode)new JsonObject
            {
                ["rel"] = "next", ["href"] = $"{url}?limit={limit}&marker={(string?)page[^1]["id"]}",
            });
        }

        return new(200, new JsonObject { [name] = Catalogue.List(page), [$"{name}_links"] = links });
    }

    private static JsonArray Ids(IEnumerable<Guid> ids) =>
        Catalogue.List(ids.Select(id => (JsonNode?)new JsonObject { ["id"] = id.ToString("D") }));

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
}
