using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Requests;
using Muster.Simulators.Triton.Settings;

namespace Muster.Simulators.Triton;

/// <summary>A CloudAPI: who calls, how often, and what its endpoints answer.</summary>
internal sealed class TritonServer(TritonSimulatorOptions options, MachinePark park, TimeProvider timeProvider, CancellationToken stopping)
    : WireServer<CallerOfTriton>(options, park, timeProvider)
{
    // The shipped limits: requests of each family of endpoints, a second and at once.
    private const double PerSecond = 10, Burst = 30;

    private readonly TokenBuckets<(Guid Account, string Family)> _buckets = new(timeProvider);
    private readonly MachineEndpoints _machines = new(options, park, timeProvider);

    public ConcurrentDictionary<string, SimulatedAccount> Accounts { get; } = new(StringComparer.Ordinal);

    protected override int BodyBytesMax => 100_000;

    protected override Reply? AnswerAnybody(HttpRequest request) => request.Path == "/--ping" ? Ping() : null;

    protected override CallerOfTriton Admit(HttpRequest request)
    {
        var account = Authentication.Check(
            request, login => Accounts.GetValueOrDefault(login), Time.GetUtcNow() + options.ClockSkew);
        var path = Below(account, request);
        var perSecond = options.PerSecond ?? PerSecond;
        var burst = options.PerSecond is { } chosen ? options.Burst ?? 3 * chosen : Burst;
        return perSecond <= 0 || _buckets.Take((account.Id, Family(path)), burst, perSecond).IsGiven
            ? new(account, path)
            : throw new CloudApiRefusal(
                429,
                "TooManyRequestsError",
                string.Create(CultureInfo.InvariantCulture, $"You have exceeded your request rate of {perSecond} r/s."));
    }

    protected override async Task<bool> TakeOverAsync(CallerOfTriton admitted, HttpContext context)
    {
        if (admitted.Path != "changefeed" || !options.ChangeFeed || !context.WebSockets.IsWebSocketRequest)
        {
            return false;
        }

        await ChangeFeedSocket.ServeAsync(context, admitted.Account, park, stopping);
        return true;
    }

    protected override Task<Reply> DoAsync(
        CallerOfTriton admitted, HttpRequest request, byte[] body, CancellationToken cancellationToken) =>
        RouteAsync(admitted.Account, request.Method, admitted.Path, Input(request, Encoding.UTF8.GetString(body)), cancellationToken);

    protected override RefusedException TooLarge() =>
        new CloudApiRefusal(413, "RequestEntityTooLargeError", $"Request body size exceeds {BodyBytesMax}");

    private async Task<Reply> RouteAsync(
        SimulatedAccount account, string method, string path, JsonObject input, CancellationToken cancellationToken)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (method, parts) switch
        {
            (_, ["machines", .. var rest]) => await _machines.AnswerAsync(account, method, rest, input, cancellationToken),
            ("GET", []) => new(200, AccountJson(account)),
            ("GET", ["images"]) => new(200, Filtered(Catalogue.Images, input)),
            ("GET", ["packages"]) => new(200, Filtered(Catalogue.Packages, input)),
            ("GET", ["networks"]) => new(200, Filtered(Catalogue.AllOfNetworks, input)),
            ("GET", [("images" or "packages" or "networks") and var kind, var name]) =>
                Catalogue.Find(kind, Uri.UnescapeDataString(name)) is { } thing ? new(200, thing) : throw Unknown(name),
            ("GET", ["limits"]) when options.MachinesMax < int.MaxValue => new(200, new JsonArray(
                new JsonObject { ["by"] = "machines", ["value"] = options.MachinesMax, ["used"] = park.Count(account.Id) })),
            (_, ["keys", .. var rest]) => KeyEndpoints.Answer(account, account.Keys, method, rest, input),
            (_, ["users", var user, "keys", .. var rest]) when account.Users.TryGetValue(user, out var keys) =>
                KeyEndpoints.Answer(account, keys, method, rest, input),
            ("GET", ["fwrules" or "services" or "datacenters"]) => new(200, parts[0] == "fwrules" ? new JsonArray() : new JsonObject()),
            _ => throw Unknown(path),
        };
    }

    private static CloudApiRefusal Unknown(string what) => new(404, "ResourceNotFound", $"{what} does not exist");

    private string Below(SimulatedAccount account, HttpRequest request)
    {
        var parts = request.Path.Value!.TrimStart('/').Split('/', 2);
        if (parts[0] != "my" && parts[0] != account.Login)
        {
            throw Accounts.ContainsKey(parts[0])
                ? new CloudApiRefusal(403, "NotAuthorized", $"You do not have permission to access {request.Path}")
                : Unknown(parts[0]);
        }

        return parts.Length > 1 ? parts[1].TrimEnd('/') : "";
    }

    /// <summary>Parameters of query and body, merged: the body wins.</summary>
    private static JsonObject Input(HttpRequest request, string body)
    {
        var input = new JsonObject();
        foreach (var (key, value) in request.Query)
        {
            input[key] = value.ToString();
        }

        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) is true)
        {
            foreach (var (key, value) in QueryHelpers.ParseQuery(body))
            {
                input[key] = value.ToString();
            }
        }
        else if (body.Length > 0)
        {
            foreach (var (key, value) in ParseObject(body))
            {
                input[key] = value?.DeepClone();
            }
        }

        return input;
    }

    private static JsonObject ParseObject(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject ?? [];
        }
        catch (JsonException error)
        {
            throw new CloudApiRefusal(400, "InvalidContent", $"Invalid JSON: {error.Message}");
        }
    }

    private static JsonArray Filtered(JsonArray things, JsonObject input) =>
        input["name"]?.ToString() is { } name
            ? [.. things.Where(thing => (string?)thing!["name"] == name).Select(thing => thing!.DeepClone())]
            : things;

    private static JsonObject AccountJson(SimulatedAccount account) => new()
    {
        ["id"] = account.Id.ToString(),
        ["login"] = account.Login,
        ["email"] = $"{account.Login}@example.com",
        ["triton_cns_enabled"] = false,
        ["created"] = "2024-01-02T03:04:05.678Z",
        ["updated"] = "2024-01-02T03:04:05.678Z",
    };

    private static Reply Ping() => new(200, new JsonObject
    {
        ["ping"] = "pong",
        ["cloudapi"] = new JsonObject { ["versions"] = SimulatedMachine.Array(["7.0.0", "7.1.0", "7.2.0", "7.3.0", "8.0.0", "9.0.0"]) },
    });

    protected override void Decorate(HttpContext context, Reply reply)
    {
        var headers = context.Response.Headers;
        headers.Date = (Time.GetUtcNow() + options.ClockSkew).ToString("r", CultureInfo.InvariantCulture);
        headers.Server = "cloudapi/9.20.0";
        headers["Api-Version"] = "8.0.0";
        headers["Request-Id"] = park.NewGuid().ToString();
        headers["Response-Time"] = "1";
        headers["Triton-Datacenter-Name"] = "simulated";
        if (reply.Body is { } body)
        {
            headers["Content-MD5"] = Md5(body);
        }
    }

    protected override string CallOf(HttpRequest request)
    {
        var parts = request.Path.Value!.Trim('/').Split('/');
        return parts is ["--ping"] ? "GET ping" : $"{request.Method} {(parts.Length > 1 ? parts[1] : "account")}";
    }

    private static string Family(string path) =>
        path.Split('/')[0] switch { "fwrules" => "machines", "" => "account", var family => family };

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "The header is called so.")]
    private static string Md5(byte[] bytes) => Convert.ToBase64String(MD5.HashData(bytes));
}
