using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

using Muster.Simulators.Kit;

namespace Muster.Simulators.OpenStack;

/// <summary>The identity service: users, application credentials and the tokens that they get.</summary>
/// <remarks>openstack/keystone:api-ref/source/v3/authenticate-v3.inc.</remarks>
internal sealed class TokenEndpoints(OpenStackSimulatorOptions options, ServerPark park, TimeProvider timeProvider)
{
    private const string Balancers = "load-balancer";

    private static readonly (string Type, string Name, string Path)[] Services =
    [
        ("identity", "keystone", "identity"), ("compute", "nova", "compute/v2.1"), ("image", "glance", "image"),
        ("network", "neutron", "network"), (Balancers, "octavia", "load-balancer"),
    ];

    private readonly ConcurrentDictionary<string, (SimulatedUser User, DateTimeOffset Until)> _tokens = new(StringComparer.Ordinal);

    /// <summary>Users by name.</summary>
    public ConcurrentDictionary<string, SimulatedUser> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>Application credentials by id.</summary>
    public ConcurrentDictionary<string, SimulatedUser> Applications { get; } = new(StringComparer.Ordinal);

    /// <summary>Ends every token, as when the identity service's keys are rotated.</summary>
    public void RevokeAll() => _tokens.Clear();

    /// <summary>Whose token it is; null where it is nobody's by now.</summary>
    public SimulatedUser? UserOf(string token) =>
        _tokens.TryGetValue(token, out var known) && known.Until > timeProvider.GetUtcNow() ? known.User : null;

    /// <summary>Hands out a token.</summary>
    /// <param name="json">What is asked.</param>
    /// <param name="root">Where this cloud is.</param>
    public Reply Create(byte[] json, string root)
    {
        var auth = Parse(json)["auth"] as JsonObject ?? throw Malformed("'auth' is a required property");
        var identity = auth["identity"] as JsonObject ?? throw Malformed("'identity' is a required property");
        Known(auth, "identity", "scope");
        Known(identity, "methods", "password", "application_credential");
        var method = identity["methods"] is JsonArray { Count: 1 } methods ? (string?)methods[0] : null;
        var user = method switch
        {
            "password" => ByPassword(identity["password"] as JsonObject ?? throw Malformed("'password' is a required property"), auth),
            "application_credential" => ByApplication(
                identity["application_credential"] as JsonObject
                    ?? throw Malformed("'application_credential' is a required property"),
                auth),
            _ => throw Malformed("methods are password or application_credential"),
        };
        var now = timeProvider.GetUtcNow() + options.ClockSkew;
        var (id, expires) = ($"gAAAAAB{park.NewGuid():N}{park.NewGuid():N}", now + options.TokenLife);
        _tokens[id] = (user, timeProvider.GetUtcNow() + options.TokenLife);
        var reply = new Reply(201, new JsonObject { ["token"] = TokenOf(user, method!, now, expires, root) });
        reply.Headers["X-Subject-Token"] = id;
        reply.Headers["Vary"] = "X-Auth-Token";
        return reply;
    }

    private JsonObject TokenOf(SimulatedUser user, string method, DateTimeOffset issued, DateTimeOffset expires, string root) => new()
    {
        ["methods"] = Catalogue.Texts([method]),
        ["user"] = new JsonObject
        {
            ["id"] = "ee4dfb6e5540447cb3741905149d9b6e",
            ["name"] = user.Name,
            ["domain"] = new JsonObject { ["id"] = "default", ["name"] = "Default" },
            ["password_expires_at"] = null,
        },
        ["audit_ids"] = Catalogue.Texts(["3T2dc1CGQxyJsHdDu1xkcw"]),
        ["issued_at"] = Time(issued),
        ["expires_at"] = Time(expires),
        ["is_domain"] = false,
        ["project"] = new JsonObject
        {
            ["id"] = Catalogue.ProjectId,
            ["name"] = Catalogue.Project,
            ["domain"] = new JsonObject { ["id"] = "default", ["name"] = "Default" },
        },
        ["roles"] = Catalogue.List(user.Roles.Select(role => (JsonNode?)new JsonObject
        {
            ["id"] = $"{role}-role", ["name"] = role,
        })),
        ["catalog"] = Catalogue.List(Services.Where(one => options.HasBalancers || one.Type is not Balancers).Select(
            service => (JsonNode?)new JsonObject
            {
                ["id"] = $"{service.Name}-service",
                ["type"] = service.Type,
                ["name"] = service.Name,
                ["endpoints"] = Catalogue.List(EndpointsOf(service, root)),
            })),
    };

    private IEnumerable<JsonNode?> EndpointsOf((string Type, string Name, string Path) service, string root)
    {
        ImmutableArray<string> regions = options.HasTwoRegions ? [Catalogue.Region, Catalogue.OtherRegion] : [Catalogue.Region];
        foreach (var region in regions)
        {
            foreach (var name in (string[])["public", "internal"])
            {
                yield return new JsonObject
                {
                    ["id"] = $"{service.Name}-{region}-{name}",
                    ["interface"] = name,
                    ["region"] = region,
                    ["region_id"] = region,
                    ["url"] = $"{root}/{service.Path}",
                };
            }
        }
    }

    private SimulatedUser ByPassword(JsonObject password, JsonObject auth)
    {
        Known(password, "user");
        var user = password["user"] as JsonObject ?? throw Malformed("'user' is a required property");
        Known(user, "id", "name", "domain", "password");
        var isOfDomain = user["id"] is not null || IsDefault(user["domain"] as JsonObject);
        if (!isOfDomain || !Users.TryGetValue((string?)user["name"] ?? (string?)user["id"] ?? "", out var found)
            || found.Secret != (string?)user["password"])
        {
            throw OpenStackRefusal.Unknown();
        }

        var project = (auth["scope"] as JsonObject)?["project"] as JsonObject;
        var isOfProject = project?["id"] is { } id
            ? (string?)id == Catalogue.ProjectId
            : (string?)project?["name"] == Catalogue.Project && IsDefault(project?["domain"] as JsonObject);
        return isOfProject ? found : throw OpenStackRefusal.Unknown();
    }

    private SimulatedUser ByApplication(JsonObject application, JsonObject auth)
    {
        Known(application, "id", "name", "user", "secret");
        if (auth["scope"] is not null)
        {
            throw OpenStackRefusal.Unknown("Application credentials cannot request a scope.");
        }

        var isOfUser = application["id"] is not null
            || (application["user"] is JsonObject user && (user["id"] is not null || IsDefault(user["domain"] as JsonObject)));
        return isOfUser && Applications.TryGetValue((string?)application["id"] ?? (string?)application["name"] ?? "", out var found)
            && found.Secret == (string?)application["secret"]
                ? found
                : throw OpenStackRefusal.Unknown();
    }

    private static bool IsDefault(JsonObject? domain) => (string?)domain?["id"] == "default" || (string?)domain?["name"] == "Default";

    private static void Known(JsonObject body, params string[] names)
    {
        if (body.FirstOrDefault(field => !names.Contains(field.Key)).Key is { } unknown)
        {
            throw Malformed($"Additional properties are not allowed ('{unknown}' was unexpected)");
        }
    }

    private static JsonObject Parse(byte[] json)
    {
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw Malformed("the body is no object");
        }
        catch (JsonException)
        {
            throw Malformed("the body is no JSON");
        }
    }

    private static RefusedException Malformed(string message) => new(
        new Reply(400, new JsonObject
        {
            ["error"] = new JsonObject { ["code"] = 400, ["message"] = message, ["title"] = "Bad Request" },
        }),
        message);

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
}
