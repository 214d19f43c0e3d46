using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Consul.Settings;
using Muster.Simulators.Consul.State;

namespace Muster.Simulators.Consul;

/// <summary>Answers requests as Consul does: JSON, refusals in plain text.</summary>
internal sealed class ConsulServer(ConsulSimulatorOptions options, ConsulCatalog catalog, TimeProvider timeProvider)
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(10);

    public async Task AnswerAsync(HttpContext context)
    {
        try
        {
            var (status, body) = await ReplyAsync(context);
            context.Response.StatusCode = status;
            if (options.Filters && context.Request.Method == "GET")
            {
                context.Response.Headers["X-Consul-Results-Filtered-By-ACLs"] = "true";
            }

            if (body.Length > 0)
            {
                context.Response.ContentType = status == 200 ? "application/json" : "text/plain; charset=utf-8";
                await context.Response.WriteAsync(body, context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone: there is nobody to answer.
            context.Abort();
        }
    }

    private async Task<(int Status, string Body)> ReplyAsync(HttpContext context)
    {
        var request = context.Request;
        if (options.Fault is { } fault)
        {
            return (fault, "No cluster leader");
        }

        if (options.Token is { } token && request.Headers["X-Consul-Token"] != token)
        {
            return (403, "Permission denied: token with AccessorID '00000000-0000-0000-0000-000000000002' lacks permission");
        }

        var parts = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (request.Method, parts) switch
        {
            ("PUT", ["v1", "agent", "service", "register"]) => RegisterWithAgent(await BodyAsync(request)),
            ("PUT", ["v1", "agent", "service", "deregister", var id]) => catalog.Deregister(ConsulCatalog.AgentNode, id)
                ? (200, "")
                : (404, $"Unknown service ID \"{id}\". Ensure that the service ID is passed, not the service name."),
            ("PUT", ["v1", "agent", "service", "maintenance", var id]) => Maintain(id, request.Query),
            ("PUT", ["v1", "catalog", "register"]) => RegisterWithCatalog(await BodyAsync(request)),
            ("PUT", ["v1", "catalog", "deregister"]) => DeregisterFromCatalog(await BodyAsync(request)),
            ("GET", ["v1", "health", "service", var service]) => await HealthAsync(service, context),
            ("GET", ["v1", "status", "leader"]) => (200, "\"127.0.0.1:8300\""),
            (_, ["v1", "agent" or "catalog" or "health" or "status", ..]) => (405, $"method {request.Method} not allowed"),
            _ => (404, "404 page not found"),
        };
    }

    private static async Task<JsonObject?> BodyAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        try
        {
            return JsonNode.Parse(await reader.ReadToEndAsync()) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private (int Status, string Body) RegisterWithAgent(JsonObject? body)
    {
        if (body is null)
        {
            return (400, "Request decode failed: EOF");
        }

        if (Text(body, "Name") is not { Length: > 0 } name)
        {
            return (400, "Missing service name");
        }

        List<JsonObject> checks = [.. (body["Checks"] as JsonArray ?? []).OfType<JsonObject>()];
        if (body["Check"] is JsonObject check)
        {
            checks.Add(check);
        }

        if (checks.Any(one => (one["HTTP"] is not null || one["TCP"] is not null) && one["Interval"] is null))
        {
            return (400, "Invalid check: Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks");
        }

        catalog.Register(new(ConsulCatalog.AgentNode, Text(body, "ID") ?? name, name, body), checks);
        return (200, "");
    }

    private (int Status, string Body) Maintain(string id, IQueryCollection query)
    {
        if (query["enable"].ToString() is not ("true" or "false") and var enable)
        {
            return (400, enable.Length == 0 ? "Missing value for enable" : $"Invalid value for enable: \"{enable}\"");
        }

        if (!catalog.Has(ConsulCatalog.AgentNode, id))
        {
            return (404, $"Unknown service ID \"{id}\". Ensure that the service ID is passed, not the service name.");
        }

        catalog.Maintain(ConsulCatalog.AgentNode, id, query["enable"] == "true", query["reason"].ToString());
        return (200, "");
    }

    private (int Status, string Body) RegisterWithCatalog(JsonObject? body)
    {
        if (body is null || Text(body, "Node") is not { Length: > 0 } node || Text(body, "Address") is not { Length: > 0 })
        {
            return (400, "Must provide node and address");
        }

        var checks = (body["Checks"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        if (body["Service"] is JsonObject service && Text(service, "Service") is { } name)
        {
            catalog.Register(new(node, Text(service, "ID") ?? name, name, service), checks);
        }

        if (body["Check"] is JsonObject check && Text(check, "CheckID") is { } id)
        {
            catalog.Put(new(
                node, id, Text(check, "Name") ?? id, Text(check, "Status") ?? "critical", Text(check, "ServiceID") ?? "",
                Text(check, "Notes") ?? "", Text(check, "Output") ?? ""));
        }

        return (200, "true");
    }

    private (int Status, string Body) DeregisterFromCatalog(JsonObject? body)
    {
        if (body is null || Text(body, "Node") is not { Length: > 0 } node)
        {
            return (400, "Must provide node");
        }

        if (Text(body, "CheckID") is { } check)
        {
            catalog.RemoveCheck(node, check);
        }

        if (Text(body, "ServiceID") is { } service)
        {
            catalog.Deregister(node, service);
        }

        return (200, "true");
    }

    private async Task<(int Status, string Body)> HealthAsync(string service, HttpContext context)
    {
        if (long.TryParse(context.Request.Query["index"], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            var asked = context.Request.Query["wait"].ToString();
            var wait = int.TryParse(asked.TrimEnd('s'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : TimeSpan.FromMinutes(5);
            await catalog.WaitAsync(index, wait < WaitMax ? wait : WaitMax, context.RequestAborted);
        }

        var (body, now) = catalog.Health(service);
        context.Response.Headers["X-Consul-Index"] = now.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-Consul-Knownleader"] = "true";
        context.Response.Headers.Date = timeProvider.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        return (200, body.ToJsonString());
    }

    private static string? Text(JsonObject from, string name) =>
        from[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
