using System.Collections.Immutable;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Kit;

namespace Muster.Simulators.OpenStack;

/// <summary>
/// The services of an OpenStack behind one address, as DevStack has them: identity, compute, image, network and load balancers.
/// </summary>
internal sealed class OpenStackServer(
    OpenStackSimulatorOptions options, ServerPark park, BalancerPark balancers, TimeProvider timeProvider)
    : WireServer<CallerOfOpenStack>(options, park, timeProvider)
{
    private const string VersionHeader = "OpenStack-API-Version", OlderVersionHeader = "X-OpenStack-Nova-API-Version";

    private static readonly ImmutableDictionary<string, string> Prefixes = new Dictionary<string, string>
    {
        ["/identity/v3/"] = "identity", ["/compute/v2.1/"] = "compute", ["/image/v2/"] = "image", ["/network/v2.0/"] = "network",
        ["/load-balancer/v2/"] = "load-balancer", ["/load-balancer/v2.0/"] = "load-balancer",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private readonly TokenBuckets<string> _buckets = new(timeProvider);
    private readonly ServerEndpoints _servers = new(options, park, timeProvider);
    private readonly BalancerEndpoints _balancers = new(options, balancers, park, timeProvider);

    /// <summary>The identity service.</summary>
    public TokenEndpoints Tokens { get; } = new(options, park, timeProvider);

    protected override Reply? AnswerAnybody(HttpRequest request)
    {
        var root = RootOf(request);
        return request.Method is not "GET" ? null : request.Path.Value!.TrimEnd('/') switch
        {
            "/identity" => new(300, new JsonObject
            {
                ["versions"] = new JsonObject { ["values"] = Catalogue.List([IdentityVersion(root)]) },
            }),
            "/identity/v3" => new(200, new JsonObject { ["version"] = IdentityVersion(root) }),
            "/compute" => new(200, new JsonObject { ["versions"] = Catalogue.List([ComputeVersion(root)]) }),
            "/compute/v2.1" => new(200, new JsonObject { ["version"] = ComputeVersion(root) }),
            "/image" => new(300, new JsonObject { ["versions"] = Catalogue.List([Version("v2.9", $"{root}/image/v2/")]) }),
            "/network" => new(200, new JsonObject { ["versions"] = Catalogue.List([Version("v2.0", $"{root}/network/v2.0/")]) }),
            "/load-balancer" => new(200, new JsonObject
            {
                ["versions"] = Catalogue.List(
                    [Version("v2.0", $"{root}/load-balancer/v2", "SUPPORTED"), Version("v2.27", $"{root}/load-balancer/v2")]),
            }),
            "/network/v2.0" => new(200, new JsonObject { ["resources"] = new JsonArray() }),
            _ => null,
        };
    }

    protected override CallerOfOpenStack Admit(HttpRequest request)
    {
        var path = request.Path.Value!;
        var (prefix, service) = Prefixes.FirstOrDefault(one => path.StartsWith(one.Key, StringComparison.Ordinal));
        if (prefix is null)
        {
            throw OpenStackRefusal.NotFound("The resource could not be found.");
        }

        Limit();
        var below = $"{service}/{path[prefix.Length..].TrimEnd('/')}";
        if (request.Method is "POST" && below is "identity/auth/tokens")
        {
            return new(below, User: null, new Version(3, 0));
        }

        var user = Tokens.UserOf(request.Headers["X-Auth-Token"].ToString()) ?? throw OpenStackRefusal.Unknown();
        return new(below, user, service is "compute" ? VersionOf(request) : new Version(0, 0));
    }

    protected override Task<Reply> DoAsync(
        CallerOfOpenStack admitted, HttpRequest request, byte[] body, CancellationToken cancellationToken) =>
        Task.FromResult(Route(admitted, request, body));

    protected override string CallOf(HttpRequest request)
    {
        var parts = request.Path.Value!.Trim('/').Split('/');
        var about = parts switch
        {
            [_, _, "lbaas", _, _, var below, ..] => below,
            [_, _, "lbaas", var list, ..] => list,
            [_, _, var one, ..] => one,
            _ => parts[0],
        };
        return $"{request.Method} {about}";
    }

    protected override RefusedException TooLarge() => new OpenStackRefusal(413, "requestEntityTooLarge", "Request is too large.");

    protected override void Decorate(HttpContext context, Reply reply)
    {
        var headers = context.Response.Headers;
        headers["x-openstack-request-id"] = $"req-{park.NewGuid()}";
        if (context.Request.Path.Value!.StartsWith("/compute/", StringComparison.Ordinal))
        {
            headers["Vary"] = $"{VersionHeader}, {OlderVersionHeader}";
        }

        if (reply.Status == 401)
        {
            headers["WWW-Authenticate"] = $"Keystone uri=\"{RootOf(context.Request)}/identity\"";
        }
    }

    private static string RootOf(HttpRequest request) => $"{request.Scheme}://{request.Host}";

    // What stands before a cloud limits calls, not OpenStack itself.
    private void Limit()
    {
        if (options.PerSecond is { } perSecond && perSecond > 0 && !_buckets.Take("all", options.Burst ?? 3 * perSecond, perSecond).IsGiven)
        {
            var reply = new Reply(429, new JsonObject
            {
                ["overLimit"] = new JsonObject { ["code"] = 429, ["message"] = "This request was rate-limited.", ["retryAfter"] = "1" },
            });
            reply.Headers["Retry-After"] = "1";
            throw new RefusedException(reply, "rate-limited");
        }
    }

    private Version VersionOf(HttpRequest request)
    {
        const string Service = "compute ";
        var header = request.Headers[VersionHeader].ToString();
        var text = header.StartsWith(Service, StringComparison.Ordinal)
            ? header[Service.Length..]
            : request.Headers[OlderVersionHeader].ToString();
        var max = new Version(options.ComputeVersionMax);
        if (text is "" or "latest")
        {
            return text is "" ? new Version(2, 1) : max;
        }

        var version = CallerOfOpenStack.VersionOf(text)
            ?? throw OpenStackRefusal.Bad($"API Version String {text} is of invalid format. Must be of format MajorNum.MinorNum.");
        return version >= new Version(2, 1) && version <= max
            ? version
            : throw new OpenStackRefusal(
                406, "computeFault",
                $"Version {text} is not supported by the API. Minimum is 2.1 and maximum is {options.ComputeVersionMax}.");
    }

    private Reply Route(CallerOfOpenStack caller, HttpRequest request, byte[] body)
    {
        var root = RootOf(request);
        var compute = $"{root}/compute/v2.1";
        var path = caller.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        return (request.Method, path) switch
        {
            ("POST", ["identity", "auth", "tokens"]) => Tokens.Create(body, root),
            (_, ["compute", "servers", .. var rest]) => _servers.Answer(caller, request, rest, body, compute),
            ("GET", ["compute", "flavors"]) => Named("flavors", Catalogue.Flavors(compute)),
            ("GET", ["compute", "flavors", "detail"]) => Named("flavors", Catalogue.Flavors(compute)),
            ("GET", ["compute", "flavors", var id]) => One("flavor", Catalogue.Flavors(compute), id),
            ("GET", ["compute", "flavors", _, "os-extra_specs"]) => new(200, new JsonObject { ["extra_specs"] = new JsonObject() }),
            ("GET", ["compute", "limits"]) => new(200, new JsonObject { ["limits"] = _servers.Limits() }),
            ("GET", ["compute", "os-availability-zone"]) => new(200, new JsonObject
            {
                ["availabilityZoneInfo"] = Catalogue.List(Catalogue.Zones.Select(zone => (JsonNode?)new JsonObject
                {
                    ["zoneName"] = zone, ["zoneState"] = new JsonObject { ["available"] = true }, ["hosts"] = null,
                })),
            }),
            ("GET", ["compute", "os-availability-zone", "detail"]) => throw OpenStackRefusal.Forbidden(
                "Policy doesn't allow os_compute_api:os-availability-zone:detail to be performed."),
            ("GET", ["compute", "os-keypairs"]) => new(200, new JsonObject
            {
                ["keypairs"] = Catalogue.List([new JsonObject { ["keypair"] = Catalogue.KeyPairOf(Catalogue.KeyPair) }]),
            }),
            ("GET", ["compute", "os-keypairs", var name]) => name == Catalogue.KeyPair
                ? new(200, new JsonObject { ["keypair"] = Catalogue.KeyPairOf(name) })
                : throw OpenStackRefusal.NotFound($"Keypair {name} not found for user {caller.User!.Name}"),
            ("GET", ["compute", "os-server-groups"]) => Named("server_groups", Catalogue.ServerGroups),
            ("GET", ["image", "images"]) => Named("images", Images(request)),
            ("GET", ["image", "images", var id]) => Catalogue.Images.FirstOrDefault(image => (string?)image["id"] == id) is { } image
                ? new(200, image.DeepClone())
                : new Reply(404, System.Text.Encoding.UTF8.GetBytes(
                    $"<html><head><title>404 Not Found</title></head><body>No image found with ID {id}</body></html>"), "text/html"),
            (_, ["load-balancer", "lbaas", .. var rest]) when options.HasBalancers =>
                _balancers.Answer(caller, request, rest, body, $"{root}/load-balancer/v2"),
            ("GET", ["network", "networks"]) => Named("networks", Filtered(request, Catalogue.Networks)),
            ("GET", ["network", "networks", var id]) => OfNetwork("network", "NetworkNotFound", Catalogue.Networks, id),
            ("GET", ["network", "security-groups"]) => Named("security_groups", Filtered(request, Catalogue.SecurityGroups)),
            ("GET", ["network", "security-groups", var id]) =>
                OfNetwork("security_group", "SecurityGroupNotFound", Catalogue.SecurityGroups, id),
            ("GET", ["network", "extensions"]) => new(200, new JsonObject { ["extensions"] = new JsonArray() }),
            _ => throw OpenStackRefusal.NotFound("The resource could not be found."),
        };
    }

    private IEnumerable<JsonObject> Images(HttpRequest request)
    {
        // As the image service: others are properties of images to be asked for, which none here has.
        string[] known = ["name", "status", "sort", "limit", "marker", "visibility", "owner", "id"];
        var query = request.Query.ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.Ordinal);
        if (query.Keys.Any(key => !known.Contains(key)))
        {
            return [];
        }

        var name = query.GetValueOrDefault("name");
        name = name is not null && name.StartsWith("in:\"", StringComparison.Ordinal) ? name[4..^1] : name;
        var found = Catalogue.Images.Where(image =>
            (name is null || (string?)image["name"] == name)
            && (!query.TryGetValue("status", out var status)
                || (options.QueuedImages.Contains((string)image["id"]!) ? "queued" : (string?)image["status"]) == status));
        return query.GetValueOrDefault("sort") is "created_at:desc"
            ? found.OrderByDescending(image => (string?)image["created_at"], StringComparer.Ordinal)
            : found;
    }

    private static IEnumerable<JsonObject> Filtered(HttpRequest request, ImmutableArray<JsonObject> things) => things.Where(
        thing => request.Query.All(one => one.Key is not ("name" or "id") || (string?)thing[one.Key] == one.Value.ToString()));

    private static Reply Named(string name, IEnumerable<JsonObject> things) =>
        new(200, new JsonObject { [name] = Catalogue.List(things.Select(thing => thing.DeepClone())) });

    private static Reply One(string name, IEnumerable<JsonObject> things, string id) =>
        things.FirstOrDefault(thing => (string?)thing["id"] == id) is { } found
            ? new(200, new JsonObject { [name] = found.DeepClone() })
            : throw OpenStackRefusal.NotFound($"Flavor {id} could not be found.");

    private static Reply OfNetwork(string name, string type, ImmutableArray<JsonObject> things, string id)
    {
        if (things.FirstOrDefault(thing => (string?)thing["id"] == id) is { } found)
        {
            return new(200, new JsonObject { [name] = found.DeepClone() });
        }

        return new(404, new JsonObject
        {
            ["NeutronError"] = new JsonObject { ["type"] = type, ["message"] = $"{id} could not be found.", ["detail"] = "" },
        });
    }

    private static JsonObject Version(string id, string url, string status = "CURRENT") => new()
    {
        ["id"] = id,
        ["status"] = status,
        ["links"] = Catalogue.List([new JsonObject { ["rel"] = "self", ["href"] = url }]),
    };

    private static JsonObject IdentityVersion(string root)
    {
        var version = Version("v3.14", $"{root}/identity/v3/");
        version["status"] = "stable";
        version["updated"] = "2020-04-07T00:00:00Z";
        version["media-types"] = Catalogue.List(
            [new JsonObject { ["base"] = "application/json", ["type"] = "application/vnd.openstack.identity-v3+json" }]);
        return version;
    }

    private JsonObject ComputeVersion(string root)
    {
        var version = Version("v2.1", $"{root}/compute/v2.1/");
        version["version"] = options.ComputeVersionMax;
        version["min_version"] = "2.1";
        version["updated"] = "2013-07-23T11:33:21Z";
        return version;
    }
}
