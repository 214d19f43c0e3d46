using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Kit;

namespace Muster.Simulators.DigitalOcean;

/// <summary>DigitalOcean's API: whose token it is, how often, and what its endpoints answer.</summary>
internal sealed class DigitalOceanServer(DigitalOceanSimulatorOptions options, DropletPark park, TimeProvider timeProvider)
    : WireServer<CallerOfDigitalOcean>(options, park, timeProvider)
{
    private const string Root = "/v2/";
    private const int PageDefault = 20, PageMax = 200;

    // Larger than any account that is not told otherwise has.
    private const int DropletLimitMax = 10_000;

    private static readonly object VerdictKey = new();

    private readonly ConcurrentDictionary<string, CallWindows> _windows = new(StringComparer.Ordinal);
    private readonly TokenBuckets<string> _buckets = new(timeProvider);
    private readonly DropletEndpoints _droplets = new(options, park, timeProvider);

    /// <summary>The tokens, with what each is allowed; null for everything.</summary>
    public ConcurrentDictionary<string, IReadOnlyCollection<string>?> Tokens { get; } = new(StringComparer.Ordinal);

    protected override CallerOfDigitalOcean Admit(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        var token = header.StartsWith(Scheme, StringComparison.Ordinal) ? header[Scheme.Length..] : "";
        if (!Tokens.TryGetValue(token, out var scopes))
        {
            throw new DigitalOceanRefusal(401, "unauthorized", "Unable to authenticate you");
        }

        var verdict = Take(token);
        request.HttpContext.Items[VerdictKey] = verdict;
        if (!verdict.IsGiven)
        {
            throw new DigitalOceanRefusal(429, "too_many_requests", "API rate limit exceeded.");
        }

        var path = request.Path.Value!;
        return path.StartsWith(Root, StringComparison.Ordinal) ? new(path[Root.Length..], scopes) : throw DigitalOceanRefusal.NotFound();
    }

    protected override Task<Reply> DoAsync(
        CallerOfDigitalOcean admitted, HttpRequest request, byte[] body, CancellationToken cancellationToken) =>
        Task.FromResult(Route(admitted, request, body));

    protected override string CallOf(HttpRequest request)
    {
        var parts = request.Path.Value!.Trim('/').Split('/');
        return $"{request.Method} {(parts.Length > 1 ? parts[1] : "")}";
    }

    protected override RefusedException TooLarge() => new DigitalOceanRefusal(413, "request_entity_too_large", "The body is too large");

    protected override void Decorate(HttpContext context, Reply reply)
    {
        var headers = context.Response.Headers;
        headers.Date = (Time.GetUtcNow() + options.ClockSkew).ToString("r", CultureInfo.InvariantCulture);
        headers["x-request-id"] = park.NewGuid().ToString();
        if (context.Items[VerdictKey] is not CallVerdict verdict)
        {
            return;
        }

        headers["ratelimit-limit"] = Text(CallWindows.PerHour);
        headers["ratelimit-remaining"] = Text(verdict.Remaining);
        headers["ratelimit-reset"] = Text(verdict.Reset.ToUnixTimeSeconds());
        if (verdict.RetryAfter is { } wait)
        {
            headers.RetryAfter = Text((long)Math.Ceiling(wait.TotalSeconds));
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private CallVerdict Take(string token)
    {
        if (options.PerSecond is not { } perSecond)
        {
            return _windows.GetOrAdd(token, _ => new(Time)).Take();
        }

        var isGiven = perSecond <= 0 || _buckets.Take(token, options.Burst ?? 3 * perSecond, perSecond).IsGiven;
        return new(
            isGiven,
            isGiven ? CallWindows.PerHour - 1 : 0,
            Time.GetUtcNow() + TimeSpan.FromHours(1),
            isGiven ? null : TimeSpan.FromSeconds(1));
    }

    private Reply Route(CallerOfDigitalOcean caller, HttpRequest request, byte[] body)
    {
        var query = request.Query.ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.Ordinal);
        var parts = caller.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        switch (request.Method, parts)
        {
            case ("GET", ["droplets"]):
                return Page(request, query, "droplets", [.. _droplets.List(caller, query)], "tag_name", "name");
            case ("POST", ["droplets"]):
                return _droplets.Create(caller, body);
            case ("GET", ["droplets", var id]):
                return _droplets.Get(caller, id);
            case ("POST", ["droplets", var id, "actions"]):
                return _droplets.Act(caller, id, body);
            case ("DELETE", ["droplets", var id]):
                return _droplets.Delete(caller, id);
            case ("GET", ["actions", var id]):
                return One("action", long.TryParse(id, CultureInfo.InvariantCulture, out var number) ? park.Action(number) : null);
            case ("GET", ["sizes"]):
                caller.Need("sizes:read");
                return Page(request, query, "sizes", Catalogue.Sizes);
            case ("GET", ["regions"]):
                caller.Need("regions:read");
                return Page(request, query, "regions", Catalogue.Regions);
            case ("GET", ["images"]):
                caller.Need("image:read");
                return Page(request, query, "images", Images(query), "private");
            case ("GET", ["images", var id]):
                caller.Need("image:read");
                return One("image", Catalogue.FindImage(id));
            case ("GET", ["vpcs", var id]):
                caller.Need("vpc:read");
                return One("vpc", Catalogue.FindVpc(id));
            case ("GET", ["account", "keys", var id]):
                caller.Need("ssh_key:read");
                return One("ssh_key", Catalogue.FindSshKey(id));
            case ("GET", ["account"]):
                caller.Need("account:read");
                return One("account", Account());
            default:
                throw DigitalOceanRefusal.NotFound();
        }
    }

    private static ImmutableArray<JsonObject> Images(Dictionary<string, string> query) =>
        query.GetValueOrDefault("private") is "true"
            ? [.. Catalogue.Images.Where(image => !(bool)image["public"]!)]
            : Catalogue.Images;

    private static Reply One(string name, JsonObject? thing) =>
        thing is null ? throw DigitalOceanRefusal.NotFound() : new(200, new JsonObject { [name] = thing });

    private JsonObject Account() => new()
    {
        ["droplet_limit"] = Math.Min(options.MachinesMax, DropletLimitMax),
        ["floating_ip_limit"] = 5,
        ["name"] = "Sammy the Shark",
        ["email"] = "sammy@example.com",
        ["uuid"] = "b6fa89dbf6d9156cace5f3c78dc9851d957381ef",
        ["email_verified"] = true,
        ["status"] = options.AccountStatus,
        ["status_message"] = options.AccountStatusMessage,
        ["team"] = new JsonObject { ["uuid"] = "5df3e3004a17e242b7c20ca6c9fc25b701a47ece", ["name"] = "My Team" },
    };

    private Reply Page(
        HttpRequest request, Dictionary<string, string> query, string name, ImmutableArray<JsonObject> rows, params string[] filters)
    {
        if (query.Keys.FirstOrDefault(key => key is not ("page" or "per_page") && !filters.Contains(key)) is { } unknown)
        {
            throw DigitalOceanRefusal.Unprocessable($"{unknown} is not a parameter of {name}");
        }

        var size = Math.Min(Number(query, "per_page", PageDefault, PageMax), options.PageMax);
        var page = Number(query, "page", 1, int.MaxValue);
        var last = Math.Max(1, ((rows.Length - 1) / size) + 1);
        string Address(int number) =>
            $"{request.Scheme}://{request.Host}{request.Path}?page={Text(number)}&per_page={Text(size)}"
            + string.Concat(query.Where(one => filters.Contains(one.Key)).Select(one => $"&{one.Key}={Uri.EscapeDataString(one.Value)}"));
        var pages = new JsonObject();
        if (page > 1)
        {
            pages["first"] = Address(1);
            pages["prev"] = Address(page - 1);
        }

        if (page < last)
        {
            pages["next"] = Address(page + 1);
            pages["last"] = Address(last);
        }

        var start = Math.Min((long)(page - 1) * size, rows.Length);
        return new(200, new JsonObject
        {
            [name] = new JsonArray([.. rows.Skip((int)start).Take(size).Select(row => row.DeepClone())]),
            ["links"] = pages.Count == 0 ? [] : new JsonObject { ["pages"] = pages },
            ["meta"] = new JsonObject { ["total"] = rows.Length },
        });
    }

    private static int Number(Dictionary<string, string> query, string name, int unlessSet, int max) =>
        !query.TryGetValue(name, out var text) ? unlessSet
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max ? number
        : throw DigitalOceanRefusal.Unprocessable($"{name} must be from 1 to {Text(max)}");
}
