using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Gce.Identity;
using Muster.Simulators.Gce.Machines;
using Muster.Simulators.Gce.Requests;
using Muster.Simulators.Gce.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Gce;

/// <summary>A Compute Engine, and beside it on the same socket what gives tokens: who calls, how often, and what is answered.</summary>
internal sealed class GceServer(GceSimulatorOptions options, GcePark park, TokenService tokens, TimeProvider timeProvider)
    : WireServer<AdmittedToGce>(options, park, timeProvider)
{
    private const string Compute = "/compute/v1/projects/";

    private static readonly FrozenDictionary<string, string> Services = new Dictionary<string, string>
    {
        ["/token"] = "token", ["/v1/token"] = "sts", ["/impersonate"] = "impersonation",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Parameters that every method takes.</summary>
    private static readonly FrozenSet<string> Standard = FrozenSet.ToFrozenSet(
    [
        "alt", "fields", "key", "prettyPrint", "quotaUser", "userIp", "access_token", "oauth_token", "callback", "$.xgafv", "uploadType",
        "upload_protocol",
    ]);

    private static readonly string[] OfLists = ["filter", "maxResults", "orderBy", "pageToken", "returnPartialSuccess"];

    private readonly MinuteLimits _minutes = new(timeProvider);
    private readonly TokenBuckets<string> _buckets = new(timeProvider);
    private readonly InstanceEndpoints _instances = new(options, park, timeProvider);
    private readonly ListEndpoints _lists = new(options, park);
    private readonly GroupEndpoints _groups = new(options, park, new(options, park));

    protected override int BodyBytesMax => 4_000_000;

    protected override Reply? AnswerAnybody(HttpRequest request) => tokens.AnswerMachine(request);

    protected override AdmittedToGce Admit(HttpRequest request)
    {
        var path = request.Path.Value!;
        if (Services.TryGetValue(path, out var service))
        {
            return new(service);
        }

        var permissions = $"/v1/projects/{options.Project}:testIamPermissions";
        if (!tokens.IsGood(request))
        {
            throw new GceRefusal(
                401, "authError",
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication "
                + "credential.");
        }

        if (path == permissions)
        {
            return new("permissions", options.Project);
        }

        if (!path.StartsWith(Compute, StringComparison.Ordinal))
        {
            throw GceRefusal.NotFound(path);
        }

        var rest = path[Compute.Length..].TrimEnd('/').Split('/', 2);
        var below = rest.Length > 1 ? rest[1] : "";
        if (rest[0] != options.Project && !below.StartsWith("global/images", StringComparison.Ordinal))
        {
            throw GceRefusal.NotFound($"projects/{rest[0]}");
        }

        Limit(request.Method, below);
        return new(below, rest[0]);
    }

    protected override async Task<Reply> DoAsync(
        AdmittedToGce admitted, HttpRequest request, byte[] body, CancellationToken cancellationToken)
    {
        if (Services.Values.Contains(admitted.Path))
        {
            return tokens.Answer(admitted.Path, request, body);
        }

        if (admitted.Path == "permissions")
        {
            var asked = Shapes.Read(body, "TestPermissionsRequest")["permissions"] as JsonArray ?? [];
            return new(200, new JsonObject
            {
                ["permissions"] = new JsonArray(
                    [.. asked.Where(one => !options.MissingPermissions.Contains((string)one!)).Select(one => one?.DeepClone())]),
            });
        }

        return await RouteAsync(admitted, request, body, cancellationToken);
    }

    protected override string CallOf(HttpRequest request)
    {
        var path = request.Path.Value!;
        if (!path.StartsWith(Compute, StringComparison.Ordinal))
        {
            return $"{request.Method} {Services.GetValueOrDefault(path) ?? path.Split('/')[^1]}";
        }

        var parts = path[Compute.Length..].Split('/');
        return $"{request.Method} " + parts switch
        {
            [_] => "project",
            [_, "aggregated", var what] => $"aggregated {what}",
            [_, "zones", _, "operations", _, "wait"] => "wait",
            [_, "zones", _, "networkEndpointGroups", _, var verb] => verb,
            [_, "zones", _, var what, ..] => what,
            [_, "regions", _, var what, ..] => what,
            [_, "global", var what, ..] => what,
            [_, var what, ..] => what,
            _ => path,
        };
    }

    protected override void Decorate(HttpContext context, Reply reply)
    {
        if (options.ClockSkew != TimeSpan.Zero)
        {
            context.Response.Headers.Date = (Time.GetUtcNow() + options.ClockSkew).ToString("R", CultureInfo.InvariantCulture);
        }
    }

    protected override RefusedException TooLarge() => new GceRefusal(413, "requestTooLarge", "Request is too large.");

    private async Task<Reply> RouteAsync(AdmittedToGce admitted, HttpRequest request, byte[] body, CancellationToken cancellationToken)
    {
        var root = $"{request.Scheme}://{request.Host}{Compute}{options.Project}";
        var parts = admitted.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        string? Query(string name) => request.Query.TryGetValue(name, out var value) ? value.ToString() : null;
        Func<string, string?> Known(params string[] names)
        {
            if (request.Query.Keys.FirstOrDefault(key => !names.Contains(key) && !Standard.Contains(key)) is { } unknown)
            {
                throw new GceRefusal(
                    400, "invalid",
                    $"Invalid JSON payload received. Unknown name \"{unknown}\": Cannot bind query parameter. Field '{unknown}' could not "
                    + "be found in request message.");
            }

            return Query;
        }

        if (parts is ["zones", var of, ..] && !options.Zones.Contains(of))
        {
            throw GceRefusal.Invalid("zone", of, "Unknown zone.");
        }

        switch (request.Method, parts)
        {
            case ("GET", []):
                Known();
                return new(200, new JsonObject
                {
                    ["kind"] = "compute#project", ["name"] = options.Project, ["id"] = "4242", ["selfLink"] = root,
                    ["quotas"] = new JsonArray(),
                });
            case ("GET", ["aggregated", ("instances" or "disks" or "networkEndpointGroups") and var what]):
                return _lists.Aggregated(root, what, Known([.. OfLists, "includeAllScopes", "serviceProjectNumber"]));
            case ("GET", ["zones"]):
                return _lists.Plain(
                    options.Zones.Select(zone => ZoneJson(root, zone)), "compute#zoneList", $"{root}/zones", Known(OfLists));
            case ("GET", ["zones", var zone]):
                Known();
                return new(200, ZoneJson(root, zone));
            case ("GET", ["regions", var region]) when options.Zones.Any(zone => zone[..^2] == region):
                Known();
                return new(200, RegionJson(root, region));
            case ("GET", ["regions", var region, "subnetworks", var name])
                when Catalogue.HasSubnetwork(name) && options.Zones.Any(zone => zone[..^2] == region):
                Known();
                return new(
                    200, new JsonObject { ["kind"] = "compute#subnetwork", ["name"] = name, ["selfLink"] = $"{root}/{admitted.Path}" });
            case ("GET", ["global", "networks", var name]) when Catalogue.HasNetwork(name):
                Known();
                return new(200, new JsonObject { ["kind"] = "compute#network", ["name"] = name, ["selfLink"] = $"{root}/{admitted.Path}" });
            case ("GET", ["global", "instanceTemplates", Catalogue.InstanceTemplate]):
                Known();
                return new(200, new JsonObject { ["kind"] = "compute#instanceTemplate", ["name"] = Catalogue.InstanceTemplate });
            case ("GET", ["global", "images"]):
                return _lists.Plain(
                    Catalogue.ImagesOf(root, admitted.Project), "compute#imageList", $"{root}/global/images", Known(OfLists));
            case ("GET", ["global", "images", "family", var family]):
                Known();
                return new(200, Catalogue.FindImage(root, admitted.Project, family, isFamily: true) ?? throw Missing(admitted));
            case ("GET", ["global", "images", var image]):
                Known();
                return new(200, Catalogue.FindImage(root, admitted.Project, image, isFamily: false) ?? throw Missing(admitted));
            case ("GET", ["zones", var zone, "machineTypes"]):
                return _lists.Plain(
                    Catalogue.MachineTypes(root, zone), "compute#machineTypeList", $"{root}/{admitted.Path}", Known(OfLists));
            case ("GET", ["zones", var zone, "machineTypes", var type]):
                Known();
                return new(
                    200, Catalogue.MachineTypes(root, zone).FirstOrDefault(one => (string?)one["name"] == type) ?? throw Missing(admitted));
            case ("GET", ["zones", var zone, "diskTypes", var type]):
                Known();
                return new(200, Catalogue.FindDiskType(root, zone, type) ?? throw Missing(admitted));
            case ("GET", ["zones", var zone, ("instances" or "disks" or "networkEndpointGroups") and var what]):
                return _lists.OfZone(root, zone, what, Known(OfLists));
            case ("POST", ["zones", var zone, "instances"]):
                return _instances.Insert(root, zone, Known("requestId", "sourceInstanceTemplate", "sourceMachineImage"), body);
            case ("GET", ["zones", var zone, "instances", var name]):
                Known();
                return _instances.Get(zone, name);
            case ("DELETE", ["zones", var zone, "instances", var name]):
                Known("requestId");
                return _instances.Delete(root, zone, name);
            case ("POST", ["zones", var zone, "instances", var name, ("stop" or "start" or "suspend" or "resume") and var order]):
                Known(order is "stop" or "suspend" ? ["requestId", "discardLocalSsd"] : ["requestId"]);
                return _instances.Power(root, zone, name, order);
            case ("POST", ["zones", var zone, "instances", var name, "setLabels"]):
                Known("requestId");
                return _instances.SetLabels(root, zone, name, body);
            case ("GET", ["zones", var zone, "disks", var name]):
                Known();
                return _instances.GetDisk(root, zone, name);
            case ("DELETE", ["zones", var zone, "disks", var name]):
                Known("requestId");
                return _instances.DeleteDisk(root, zone, name);
            case ("POST", ["zones", var zone, "networkEndpointGroups"]):
                Known("requestId");
                return _groups.Insert(root, zone, body);
            case ("GET", ["zones", var zone, "networkEndpointGroups", var name]):
                Known();
                return _groups.Get(root, zone, name);
            case ("POST", ["zones", var zone, "networkEndpointGroups", var name, "listNetworkEndpoints"]):
                return _groups.List(root, zone, name, Known(OfLists), body);
            case ("POST", ["zones", var zone, "networkEndpointGroups", var name, "attachNetworkEndpoints"]):
                Known("requestId");
                return _groups.Attach(root, zone, name, body);
            case ("POST", ["zones", var zone, "networkEndpointGroups", var name, "detachNetworkEndpoints"]):
                Known("requestId");
                return _groups.Detach(root, zone, name, body);
            case ("GET", ["zones", var zone, "operations", var name]):
                Known();
                return _instances.Operation(zone, name);
            case ("POST", ["zones", var zone, "operations", var name, "wait"]):
                Known();
                return await _instances.WaitAsync(zone, name, cancellationToken);
            default:
                throw Missing(admitted);
        }
    }

    private static GceRefusal Missing(AdmittedToGce admitted) => GceRefusal.NotFound($"projects/{admitted.Project}/{admitted.Path}");

    private void Limit(string method, string path)
    {
        var parts = path.Split('/');
        var (group, perMinute) = (method, parts) switch
        {
            ("GET", ["aggregated", ..]) => ("heavy_weight_read_requests", 750),
            ("POST", [.., "wait"]) => ("heavy_weight_read_requests_per_region", 750),
            ("GET", [.., "operations", _]) => ("operation_read_requests_per_region", 1500),
            ("GET", [.., "instances" or "disks" or "machineTypes" or "images" or "zones" or "networkEndpointGroups"])
                or ("POST", [.., "listNetworkEndpoints"]) => ("list_requests", 1500),
            ("GET", _) => ("read_requests", 1500),
            _ => ("default_per_region", 1500),
        };
        var isGiven = options.PerSecond is not { } perSecond ? _minutes.Take(group, perMinute)
            : perSecond <= 0 || _buckets.Take(group, options.Burst ?? 3 * perSecond, perSecond).IsGiven;
        if (!isGiven)
        {
            throw new GceRefusal(
                403, "rateLimitExceeded",
                $"Quota exceeded for quota metric 'compute.googleapis.com/{group}' and limit of service 'compute.googleapis.com' for "
                + "consumer 'project_number:4242'.",
                "RATE_LIMIT_EXCEEDED");
        }
    }

    private static JsonObject ZoneJson(string root, string zone) => new()
    {
        ["kind"] = "compute#zone", ["name"] = zone, ["region"] = $"{root}/regions/{zone[..^2]}", ["status"] = "UP",
        ["selfLink"] = $"{root}/zones/{zone}",
    };

    private JsonObject RegionJson(string root, string region)
    {
        var count = park.Guarded(machines => machines.Count(machine => machine.Zone.StartsWith(region, StringComparison.Ordinal)));
        JsonObject Quota(string metric, double limit, double usage) =>
            new() { ["metric"] = metric, ["limit"] = limit, ["usage"] = usage };
        return new()
        {
            ["kind"] = "compute#region", ["name"] = region, ["status"] = "UP", ["selfLink"] = $"{root}/regions/{region}",
            ["quotas"] = new JsonArray(
                Quota("CPUS", 2400, 2 * count), Quota("IN_USE_ADDRESSES", 575, count),
                Quota("INSTANCES", Math.Min(options.MachinesMax, 6000), count), Quota("SNAPSHOTS", 1000, 3)),
        };
    }
}
