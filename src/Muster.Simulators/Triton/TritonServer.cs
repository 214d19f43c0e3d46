using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Requests;
using Muster.Simulators.Triton.Settings;

namespace Muster.Simulators.Triton;

/// <summary>Answers requests in CloudAPI's order: signature, rate limit, fault if one is due, then the endpoint.</summary>
internal sealed class TritonServer(TritonSimulatorOptions options, MachinePark park, TimeProvider timeProvider, CancellationToken stopping)
{
    private const int BodyBytesMax = 100_000;

    private readonly RateLimits _limits = new(options, timeProvider);
    private readonly ConcurrentDictionary<(string Call, int Status), int> _calls = new();
    private readonly MachineEndpoints _machines = new(options, park, timeProvider);
    private int _requests;

    public ConcurrentDictionary<string, SimulatedAccount> Accounts { get; } = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<(string Call, int Status), int> Calls => _calls;

    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await WaitAsync(park.Draw(options.Latency), context.RequestAborted);
            if (context.Request.Path == "/--ping")
            {
                await WriteAsync(context, "GET ping", Ping());
                return;
            }

            var account = Authentication.Check(
                context.Request, login => Accounts.GetValueOrDefault(login), timeProvider.GetUtcNow() + options.ClockSkew);
            var path = Below(account, context.Request);
            if (!_limits.TryTake(account.Id, path))
            {
                throw new RefusedException(
                    429,
                    "TooManyRequestsError",
                    string.Create(CultureInfo.InvariantCulture, $"You have exceeded your request rate of {options.PerSecond} r/s."));
            }

            await AnswerAsync(context, account, path);
        }
        catch (RefusedException refused)
        {
            await WriteAsync(context, CallOf(context.Request), ReplyTo(refused));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone: there is nobody to answer.
            context.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext context, SimulatedAccount account, string path)
    {
        var call = CallOf(context.Request);
        var fault = options.Faults(new(context.Request.Method, path, Interlocked.Increment(ref _requests)));
        switch (fault)
        {
            case Fault.Answer answer:
                await WriteFaultAsync(context, call, answer);
                return;
            case Fault.Reset:
                context.Abort();
                return;
            case Fault.Slow slow:
                await WaitAsync(slow.By, context.RequestAborted);
                break;
        }

        if (path == "changefeed" && options.ChangeFeed && context.WebSockets.IsWebSocketRequest)
        {
            await ChangeFeedSocket.ServeAsync(context, account, park, stopping);
            return;
        }

        var input = await InputAsync(context.Request);
        var reply = await RouteAsync(account, context.Request.Method, path, input, context.RequestAborted);
        if (fault is Fault.LostAnswer)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, call, reply);
    }

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

    private static RefusedException Unknown(string what) => new(404, "ResourceNotFound", $"{what} does not exist");

    private string Below(SimulatedAccount account, HttpRequest request)
    {
        var parts = request.Path.Value!.TrimStart('/').Split('/', 2);
        if (parts[0] != "my" && parts[0] != account.Login)
        {
            throw Accounts.ContainsKey(parts[0])
                ? new RefusedException(403, "NotAuthorized", $"You do not have permission to access {request.Path}")
                : Unknown(parts[0]);
        }

        return parts.Length > 1 ? parts[1].TrimEnd('/') : "";
    }

    /// <summary>Parameters of query and body, merged: the body wins.</summary>
    private static async Task<JsonObject> InputAsync(HttpRequest request)
    {
        var input = new JsonObject();
        foreach (var (key, value) in request.Query)
        {
            input[key] = value.ToString();
        }

        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        if (body.Length > BodyBytesMax)
        {
            throw new RefusedException(413, "RequestEntityTooLargeError", $"Request body size exceeds {BodyBytesMax}");
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
            throw new RefusedException(400, "InvalidContent", $"Invalid JSON: {error.Message}");
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

    private static Reply ReplyTo(RefusedException refused)
    {
        var body = new JsonObject { ["code"] = refused.Code, ["message"] = refused.Message };
        if (refused.Field is { } field)
        {
            body["errors"] = new JsonArray(new JsonObject
            {
                ["field"] = field,
                ["code"] = refused.FieldCode,
                ["message"] = refused.FieldCode is "Duplicate" ? "Already exists for this owner_uuid" : refused.Message,
            });
        }

        return new(refused.Status, body);
    }

    private async Task WriteAsync(HttpContext context, string call, Reply reply)
    {
        Count(call, reply.Status);
        var response = context.Response;
        response.StatusCode = reply.Status;
        Head(response);
        foreach (var (name, value) in reply.Headers)
        {
            response.Headers[name] = value;
        }

        if (reply.Body is { } body)
        {
            var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
            response.ContentType = "application/json";
            response.ContentLength = bytes.Length;
            response.Headers["Content-MD5"] = Md5(bytes);
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await response.Body.WriteAsync(bytes, context.RequestAborted);
            }
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5351", Justification = "The header is called so.")]
    private static string Md5(byte[] bytes) => Convert.ToBase64String(MD5.HashData(bytes));

    private async Task WriteFaultAsync(HttpContext context, string call, Fault.Answer answer)
    {
        Count(call, answer.Status);
        context.Response.StatusCode = answer.Status;
        Head(context.Response);
        context.Response.ContentType = answer.Html ? "text/html" : "application/json";
        if (answer.RetryAfter is { } retryAfter)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        await context.Response.WriteAsync(answer.Body, context.RequestAborted);
    }

    private void Head(HttpResponse response)
    {
        response.Headers.Date = (timeProvider.GetUtcNow() + options.ClockSkew).ToString("r", CultureInfo.InvariantCulture);
        response.Headers.Server = "cloudapi/9.20.0";
        response.Headers["Api-Version"] = "8.0.0";
        response.Headers["Request-Id"] = park.NewId().ToString();
        response.Headers["Response-Time"] = "1";
        response.Headers["Triton-Datacenter-Name"] = "simulated";
    }

    private void Count(string call, int status) => _calls.AddOrUpdate((call, status), 1, (_, count) => count + 1);

    private static string CallOf(HttpRequest request)
    {
        var parts = request.Path.Value!.Trim('/').Split('/');
        return $"{request.Method} {(parts.Length > 1 ? parts[1] : "account")}";
    }

    private Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        wait > TimeSpan.Zero ? Task.Delay(wait, timeProvider, cancellationToken) : Task.CompletedTask;
}
