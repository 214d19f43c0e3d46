using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Hetzner.Requests;
using Muster.Simulators.Hetzner.Servers;
using Muster.Simulators.Hetzner.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Hetzner;

/// <summary>A Hetzner Cloud API: who calls, how often, and what its endpoints answer.</summary>
internal sealed class HetznerServer(HetznerSimulatorOptions options, ServerPark park, LooseParts loose, TimeProvider timeProvider)
    : WireServer<Admitted>(options, park, timeProvider)
{
    // The published limit of a project.
    private const double PerSecond = 1, Burst = 3_600;

    private const string Prefix = "/v1/";
    private const string LimitItem = "rate limit";
    private const int TokenShown = 32;

    private readonly TokenBuckets<string> _buckets = new(timeProvider);
    private readonly ServerEndpoints _servers = new(options, park, timeProvider);

    /// <summary>The tokens of the project, and whether each may only read.</summary>
    public ConcurrentDictionary<string, bool> Tokens { get; } = new(StringComparer.Ordinal);

    protected override Admitted Admit(HttpRequest request)
    {
        var token = request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.Ordinal)
            ? header["Bearer ".Length..]
            : "";
        var isReadOnly = false;
        var isKnown = token.Length > 0 && Tokens.TryGetValue(token, out isReadOnly);
        Limit(request.HttpContext, token);
        if (!isKnown)
        {
            throw new HetznerRefusal(401, "unauthorized", "unable to authenticate");
        }

        if (isReadOnly && !HttpMethods.IsGet(request.Method))
        {
            throw new HetznerRefusal(403, "token_readonly", "the token is read only");
        }

        var path = request.Path.Value!;
        return path.StartsWith(Prefix, StringComparison.Ordinal)
            ? new(path[Prefix.Length..].TrimEnd('/'))
            : throw HetznerRefusal.NotFound("endpoint");
    }

    protected override Task<Reply> DoAsync(Admitted admitted, HttpRequest request, byte[] body, CancellationToken cancellationToken)
    {
        var path = admitted.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        return Task.FromResult((request.Method, path) switch
        {
            (_, ["servers", .. var rest]) => _servers.Answer(request.Method, rest, request, () => Parse(body)),
            ("GET", ["actions"]) => _servers.ActionsById(request),
            ("GET", ["actions", var id]) => _servers.Action(id),
            ("GET", ["pricing"]) => new(200, new JsonObject { ["pricing"] = Catalogue.Pricing }),
            ("GET", ["locations"]) => Named(request, "locations", Catalogue.Locations),
            ("GET", ["datacenters"]) => Named(request, "datacenters", Catalogue.Datacenters),
            ("GET", ["server_types"]) => Named(request, "server_types", Catalogue.ServerTypes),
            ("GET", ["networks"]) => Named(request, "networks", Catalogue.Networks),
            ("GET", ["firewalls"]) => Named(request, "firewalls", Catalogue.Firewalls),
            ("GET", ["placement_groups"]) => Named(request, "placement_groups", Catalogue.PlacementGroups),
            ("GET", ["ssh_keys"]) => Named(request, "ssh_keys", Catalogue.SshKeys),
            ("GET", ["images"]) => Images(request),
            ("GET", ["locations", var id]) => One("location", Catalogue.Locations, id),
            ("GET", ["datacenters", var id]) => One("datacenter", Catalogue.Datacenters, id),
            ("GET", ["server_types", var id]) => One("server_type", Catalogue.ServerTypes, id),
            ("GET", ["networks", var id]) => One("network", Catalogue.Networks, id),
            ("GET", ["firewalls", var id]) => One("firewall", Catalogue.Firewalls, id),
            ("GET", ["placement_groups", var id]) => One("placement_group", Catalogue.PlacementGroups, id),
            ("GET", ["ssh_keys", var id]) => One("ssh_key", Catalogue.SshKeys, id),
            ("GET", ["images", var id]) => One("image", Catalogue.Images, id),
            (_, [("primary_ips" or "volumes") and var list, .. var rest]) => Loose(request, list, rest),
            _ => throw HetznerRefusal.NotFound("endpoint"),
        });
    }

    protected override RefusedException TooLarge() => new HetznerRefusal(413, "invalid_input", "the request is too large");

    protected override void Decorate(HttpContext context, Reply reply)
    {
        var headers = context.Response.Headers;
        headers["X-Correlation-Id"] = park.NewGuid().ToString("N")[..16];
        if (context.Items[LimitItem] is (double burst, double left, double perSecond))
        {
            var until = Time.GetUtcNow().AddSeconds((burst - left) / perSecond);
            headers["RateLimit-Limit"] = ((long)burst).ToString(CultureInfo.InvariantCulture);
            headers["RateLimit-Remaining"] = ((long)left).ToString(CultureInfo.InvariantCulture);
            headers["RateLimit-Reset"] = until.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        }
    }

    protected override string CallOf(HttpRequest request)
    {
        var parts = request.Path.Value!.Trim('/').Split('/');
        var what = parts.Length > 1 ? parts[1] : "";
        return $"{request.Method} {(parts is [_, "servers", "actions", ..] ? "servers/actions" : what)}";
    }

    // All requests count, whether their token is known or not.
    private void Limit(HttpContext context, string token)
    {
        var perSecond = options.PerSecond ?? PerSecond;
        if (perSecond <= 0)
        {
            return;
        }

        var burst = options.PerSecond is { } chosen ? options.Burst ?? 3 * chosen : Burst;
        var (isGiven, left) = _buckets.Take(Tokens.ContainsKey(token) ? "the project" : token, burst, perSecond);
        context.Items[LimitItem] = (burst, left, perSecond);
        if (!isGiven)
        {
            // The beginning of the token included, as the real one says it.
            throw new HetznerRefusal(
                429,
                "rate_limit_exceeded",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Limit of '{burst}' requests per hour for token '{token[..Math.Min(TokenShown, token.Length)]}...' reached."));
        }
    }

    private static Reply Named(HttpRequest request, string list, List<JsonObject> rows)
    {
        var query = new Query(request.Query, "name", "label_selector", "sort", "type", "fingerprint");
        return query.Page(list, [.. rows.Where(row => query.Fits(row["name"]?.ToString(), LabelsOf(row)))]);
    }

    private static Reply Images(HttpRequest request)
    {
        var query = new Query(
            request.Query, "name", "label_selector", "sort", "type", "status", "architecture", "bound_to", "include_deprecated");
        bool Has(JsonObject row, string field) => query.All(field) is not { Length: > 0 } wanted || wanted.Contains(row[field]!.ToString());
        return query.Page(
            "images",
            [
                .. Catalogue.Images.Where(row => query.Fits(row["name"]?.ToString(), LabelsOf(row))
                    && Has(row, "type") && Has(row, "status") && Has(row, "architecture")
                    && (query.Text("include_deprecated") == "true" || row["deprecated"] is null)),
            ]);
    }

    private Reply Loose(HttpRequest request, string list, string[] rest)
    {
        var rows = loose.List(list, options.ShowsDatacenters);
        if (list == "primary_ips")
        {
            rows.AddRange(park.Guarded(servers => servers
                .SelectMany(server => ServerJson.PrimaryIps(server, options.ShowsDatacenters))
                .Select(json => (json, (IReadOnlyDictionary<string, string>)new Dictionary<string, string>()))
                .ToArray()));
        }

        var one = list.TrimEnd('s');
        switch (request.Method, rest)
        {
            case ("GET", []):
                var query = new Query(request.Query, "name", "label_selector", "sort", "ip", "status");
                return query.Page(
                    list, [.. rows.Where(row => query.Fits(row.Json["name"]!.ToString(), row.Labels)).Select(row => row.Json)]);
            case ("GET", [var id]):
                return One(one, [.. rows.Select(row => row.Json)], id);
            case ("DELETE", [var id]):
                return long.TryParse(id, out var number) && loose.Remove(list, number) ? new(204) : throw HetznerRefusal.NotFound(one);
            default:
                throw HetznerRefusal.NotFound("endpoint");
        }
    }

    private static Reply One(string what, List<JsonObject> rows, string id) => new(200, new JsonObject
    {
        [what] = rows.Find(row => row["id"]!.ToString() == id) ?? throw HetznerRefusal.NotFound(what),
    });

    private static Dictionary<string, string> LabelsOf(JsonObject row) =>
        (row["labels"] as JsonObject ?? []).ToDictionary(label => label.Key, label => label.Value!.ToString());

    private static JsonObject Parse(byte[] body)
    {
        try
        {
            return body.Length == 0 ? [] : JsonNode.Parse(body) as JsonObject ?? throw new JsonException("no object");
        }
        catch (JsonException error)
        {
            throw new HetznerRefusal(400, "json_error", $"invalid JSON: {error.Message}");
        }
    }
}
