using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

using Muster.Simulators.Kit;
using Muster.Simulators.Proxmox.Machines;
using Muster.Simulators.Proxmox.Requests;
using Muster.Simulators.Proxmox.Settings;

namespace Muster.Simulators.Proxmox;

/// <summary>The API of a cluster: who calls, what that may do, and what its calls answer.</summary>
internal sealed class ProxmoxServer(ProxmoxSimulatorOptions options, MachinePark park, TimeProvider timeProvider)
    : WireServer<Admitted>(options, park, timeProvider)
{
    private const string Prefix = "/api2/json/", HeaderStart = "PVEAPIToken=", UserItem = "user", LacksItem = "lacks";

    private static readonly ImmutableArray<string> Privileges =
    [
        "Datastore.AllocateSpace", "Datastore.Audit", "Pool.Audit", "SDN.Use", "Sys.Audit", "VM.Allocate", "VM.Audit", "VM.Clone",
        "VM.Config.CPU", "VM.Config.Cloudinit", "VM.Config.Memory", "VM.Config.Network", "VM.Config.Options", "VM.PowerMgmt",
    ];

    private readonly ClusterAnswers _cluster = new(options, park);
    private readonly MachineAnswers _machines = new(park);

    /// <summary>The tokens, and the privileges that each lacks.</summary>
    public ConcurrentDictionary<string, ImmutableHashSet<string>> Tokens { get; } = new(StringComparer.Ordinal);

    protected override Admitted Admit(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(HeaderStart, StringComparison.Ordinal))
        {
            throw new ProxmoxRefusal(401, "No ticket");
        }

        if (!Tokens.TryGetValue(header[HeaderStart.Length..], out var lacks))
        {
            throw new ProxmoxRefusal(401, "authentication failure");
        }

        request.HttpContext.Items[UserItem] = header[HeaderStart.Length..].Split('=')[0];
        request.HttpContext.Items[LacksItem] = lacks;
        var path = request.Path.Value!;
        return path.StartsWith(Prefix, StringComparison.Ordinal)
            ? new(path[Prefix.Length..].TrimEnd('/'))
            : throw new ProxmoxRefusal(501, $"no such uri {path}");
    }

    protected override Task<Reply> DoAsync(Admitted admitted, HttpRequest request, byte[] body, CancellationToken cancellationToken)
    {
        if (Call.Find(request.Method, RawPath(request)) is not var (call, parameters))
        {
            throw new ProxmoxRefusal(501, $"Method '{request.Method} /{admitted.Path}' not implemented");
        }

        call.Read(request, body, parameters);
        if (options.Judge?.Invoke(call.Name, parameters) is { Count: > 0 } errors)
        {
            throw ProxmoxRefusal.Parameters(errors);
        }

        var lacks = (ImmutableHashSet<string>)request.HttpContext.Items[LacksItem]!;
        if (call.Privilege is { } privilege && lacks.Contains(privilege))
        {
            var where = parameters.TryGetValue("vmid", out var vmid) ? $"/vms/{vmid}" : $"/storage/{parameters["storage"]}";
            throw new ProxmoxRefusal(403, $"Permission check failed ({where}, {privilege})\n");
        }

        if (parameters.TryGetValue("node", out var node))
        {
            ThrowIfOutOfReach(node);
        }

        var user = (string)request.HttpContext.Items[UserItem]!;
        return Task.FromResult(new Reply(200, new JsonObject { ["data"] = Answer(call, parameters, user, lacks) }));
    }

    protected override RefusedException TooLarge() => new ProxmoxRefusal(501, "for data too large");

    // 64 KiB of a request that is no upload: PVE::APIServer::AnyEvent.
    protected override int BodyBytesMax => 64 * 1024;

    protected override void Decorate(HttpContext context, Reply reply)
    {
        context.Response.Headers.Date = (Time.GetUtcNow() + options.ClockSkew).ToString("R", CultureInfo.InvariantCulture);
        if (reply is { Status: >= 400, ContentType: "application/json", Body: { } body } && JsonNode.Parse(body) is JsonObject json
            && json["message"]?.GetValue<string>() is { } message)
        {
            // What old versions say there alone.
            context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = message.Trim();
        }
    }

    protected override string CallOf(HttpRequest request) =>
        Call.Find(request.Method, RawPath(request))?.Call.Path.Trim('/').Split('/') is { } parts
            ? $"{request.Method} {parts.Last(part => part[0] != '{')}"
            : $"{request.Method} {request.Path}";

    private JsonNode? Answer(Call call, Dictionary<string, string> parameters, string user, ImmutableHashSet<string> lacks)
    {
        var node = parameters.GetValueOrDefault("node") ?? "";
        var vmid = int.TryParse(parameters.GetValueOrDefault("vmid"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
        return call.Name switch
        {
            "GET /version" => new JsonObject { ["version"] = "9.1.3", ["release"] = "9.1", ["repoid"] = "0123456789abcdef" },
            "GET /access/permissions" => Permissions(lacks),
            "GET /cluster/resources" => _cluster.Resources(parameters.GetValueOrDefault("type"), lacks),
            "GET /nodes" => _cluster.Nodes(),
            "GET /pools" => new JsonArray(new JsonObject { ["poolid"] = Catalogue.Pool }),
            "GET /nodes/{node}/network" => ClusterAnswers.Bridges(),
            "GET /nodes/{node}/tasks" => _cluster.Tasks(node, parameters),
            "GET /nodes/{node}/tasks/{upid}/status" => _cluster.Task(parameters["upid"]),
            "GET /nodes/{node}/storage/{storage}/content" => _cluster.Content(node, parameters["storage"]),
            "DELETE /nodes/{node}/storage/{storage}/content/{volume}" => _cluster.RemoveVolume(node, parameters["volume"], user),
            "GET /nodes/{node}/qemu" => _machines.List(node),
            "GET /nodes/{node}/qemu/{vmid}/config" => MachineAnswers.Config(park.On(node, vmid)),
            "GET /nodes/{node}/qemu/{vmid}/status/current" => MachineAnswers.Status(park.On(node, vmid)),
            "PUT /nodes/{node}/qemu/{vmid}/config" => _machines.Configure(park.On(node, vmid), parameters),
            "POST /nodes/{node}/qemu/{vmid}/clone" => park.Clone(
                park.On(node, vmid), int.Parse(parameters["newid"], CultureInfo.InvariantCulture), parameters, user).Upid,
            "POST /nodes/{node}/qemu/{vmid}/status/start" => park.Start(park.On(node, vmid), user).Upid,
            "POST /nodes/{node}/qemu/{vmid}/status/stop" => park.Stop(park.On(node, vmid), user).Upid,
            "POST /nodes/{node}/qemu/{vmid}/status/shutdown" => park.Stop(park.On(node, vmid), user, "qmshutdown").Upid,
            "POST /nodes/{node}/qemu/{vmid}/status/suspend" => park.Suspend(park.On(node, vmid), user, parameters).Upid,
            "DELETE /nodes/{node}/qemu/{vmid}" => park.Destroy(park.On(node, vmid), user).Upid,
            _ => throw new ProxmoxRefusal(501, $"Method '{call.Name}' not implemented"),
        };
    }

    private void ThrowIfOutOfReach(string node)
    {
        if (!Catalogue.Nodes.Contains(node))
        {
            throw new ProxmoxRefusal(500, $"hostname lookup '{node}' failed - failed to get address info for: {node}: not known\n");
        }

        if (options.OfflineNodes.Contains(node))
        {
            throw new ProxmoxRefusal(595, "No route to host");
        }
    }

    private static JsonObject Permissions(ImmutableHashSet<string> lacks)
    {
        JsonObject All()
        {
            var all = new JsonObject();
            foreach (var privilege in Privileges.Where(privilege => !lacks.Contains(privilege)))
            {
                all[privilege] = 1;
            }

            return all;
        }

        return new() { ["/"] = All(), ["/nodes"] = All(), ["/storage"] = All(), ["/vms"] = All(), [$"/pool/{Catalogue.Pool}"] = All() };
    }

    // Still escaped, since the id of a volume has slashes.
    private static string RawPath(HttpRequest request)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?')[0];
        return target.StartsWith(Prefix, StringComparison.Ordinal) ? target[Prefix.Length..] : target;
    }
}
