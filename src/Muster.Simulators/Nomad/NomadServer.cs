using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

using Muster.Simulators.Nomad.Requests;
using Muster.Simulators.Nomad.Settings;
using Muster.Simulators.Nomad.State;

namespace Muster.Simulators.Nomad;

/// <summary>Answers requests as Nomad 1.0 does: what is refused is plain text, and mostly 500.</summary>
internal sealed class NomadServer(NomadSimulatorOptions options, NomadCluster cluster, TimeProvider timeProvider)
{
    private readonly JobEndpoints _jobs = new(cluster, options);
    private int _requests;

    public int Requests => Volatile.Read(ref _requests);

    public async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var fault = options.Faults(new(request.Method, request.Path, Interlocked.Increment(ref _requests)));
        try
        {
            var reply = fault is { IsCarriedOut: false } ? null : await RouteAsync(context);
            if (fault is { Status: 0 })
            {
                context.Abort();
                return;
            }

            await (fault is not null ? RefuseAsync(context, fault.Status, fault.Text) : WriteAsync(context, reply!));
        }
        catch (RefusedException refused)
        {
            await RefuseAsync(context, refused.Status, refused.Message, refused.IsPlain);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has gone: there is nobody to answer.
            context.Abort();
        }
    }

    private async Task<Reply> RouteAsync(HttpContext context)
    {
        var request = context.Request;
        var path = RawPath(context);
        if (path.StartsWith("/v1/job/", StringComparison.Ordinal))
        {
            return await JobAsync(context, path["/v1/job/".Length..]);
        }

        var isRead = HttpMethods.IsGet(request.Method);
        var isWrite = HttpMethods.IsPut(request.Method) || HttpMethods.IsPost(request.Method);
        switch (path)
        {
            case "/v1/status/leader" when isRead:
                await LeaderAsync(context);
                return new("127.0.0.1:4647");
            case "/v1/status/peers" when isRead:
                return new(new JsonArray("127.0.0.1:4647"));
            case "/v1/regions" when isRead:
                return new(new JsonArray("global"));
            case "/.well-known/jwks.json" when isRead && options.HasIdentities:
                await LeaderAsync(context);
                return Fresh(cluster.Keys.List());
            case "/v1/operator/keyring/rotate" when isWrite && options.HasIdentities:
                Access.Require(Access.Of(request, options), "management");
                await LeaderAsync(context);
                return new(new JsonObject
                {
                    ["Index"] = cluster.Index,
                    ["Key"] = new JsonObject { ["KeyID"] = cluster.Keys.Rotate().Id, ["State"] = "active" },
                });
            case "/v1/agent/health" when isRead:
                return await HealthAsync(context);
            case "/v1/jobs" when isRead:
                Access.Require(Access.Of(request, options), "list-jobs");
                return await ListAsync(context);
            case "/v1/jobs" when isWrite:
                return await RegisterAsync(context, path: null);
            case "/v1/jobs/parse" when isWrite:
                throw new RefusedException(
                    501, "the simulated Nomad reads jobs as JSON only: HCL is parsed by Nomad's own program (nomad job run -output)");
            case "/v1/validate/job" when isWrite:
                Access.Require(Access.Of(request, options), "submit-job");
                return JobEndpoints.Validate(await BodyAsync(request));
            case "/v1/allocations" when isRead:
                return await AllocationsAsync(context);
            case "/v1/status/leader"
                or "/v1/status/peers" or "/v1/regions" or "/v1/agent/health" or "/v1/jobs" or "/v1/validate/job" or "/v1/allocations":
                throw new RefusedException(405, "Invalid method");
            default:
                return await ByIdAsync(context, path);
        }
    }

    private async Task<Reply> ByIdAsync(HttpContext context, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var held = Access.Of(context.Request, options);
        switch (parts)
        {
            case [_, "evaluation", var id]:
                await ReadAsync(context, held);
                return Fresh(cluster.FindEvaluation(id) is { } found ? cluster.Read(found.Show) : throw RefusedException.NotFound("eval"));
            case [_, "evaluation", var id, "allocations"]:
                await ReadAsync(context, held);
                return Fresh(cluster.ListAllocations(allocation => allocation.Evaluation.Id == id));
            case [_, "allocation", var id]:
                await ReadAsync(context, held);
                return Fresh(cluster.FindAllocation(id) is { } run
                    ? cluster.Read(() => run.Show(isWhole: true))
                    : throw RefusedException.NotFound("alloc"));
            case [_, "client", "fs", "logs", var id]:
                Access.Require(held, "read-logs", status: 500);
                return LogEndpoint.Read(cluster, id, context.Request.Query);
            default:
                throw new RefusedException(404, "");
        }
    }

    /// <summary>A job's id may hold slashes: what comes after it is known by its end.</summary>
    private async Task<Reply> JobAsync(HttpContext context, string rest)
    {
        var request = context.Request;
        var isWrite = HttpMethods.IsPut(request.Method) || HttpMethods.IsPost(request.Method);
        foreach (var (end, isRead) in new[]
        {
            ("/evaluate", false),
            ("/allocations", true),
            ("/evaluations", true),
            ("/periodic/force", false),
            ("/plan", false),
            ("/summary", true),
        })
        {
            if (rest.EndsWith(end, StringComparison.Ordinal))
            {
                return isRead == HttpMethods.IsGet(request.Method) && isRead != isWrite
                    ? await JobPartAsync(context, rest[..^end.Length], end)
                    : throw new RefusedException(405, "Invalid method");
            }
        }

        var space = Space(request);
        switch (request.Method)
        {
            case "GET":
                await ReadAsync(context, Access.Of(request, options));
                return Fresh(cluster.Find(rest, space) is { } job ? cluster.Read(job.Show) : throw RefusedException.NotFound("job"));
            case "PUT" or "POST":
                return await RegisterAsync(context, rest);
            case "DELETE":
                return await DeregisterAsync(context, rest, space);
            default:
                throw new RefusedException(405, "Invalid method");
        }
    }

    private async Task<Reply> JobPartAsync(HttpContext context, string id, string part)
    {
        var request = context.Request;
        var held = Access.Of(request, options);
        if (part is "/periodic/force" or "/plan" or "/evaluate")
        {
            Access.Require(held, "submit-job");
            await LeaderAsync(context);
            CheckRegion(request);
            return part switch
            {
                "/plan" => _jobs.Plan(id, await BodyAsync(request), Space(request)),
                "/periodic/force" => Forced(cluster.Force(id, Space(request))),
                _ => throw RefusedException.Broken("can't evaluate periodic job"),
            };
        }

        await ReadAsync(context, held);
        return part switch
        {
            "/allocations" => Fresh(cluster.ListAllocations(allocation => allocation.Job.Id == id)),
            "/evaluations" => Fresh(cluster.ListEvaluations(evaluation => evaluation.Job.Id == id)),
            _ => Fresh(cluster.Find(id, Space(request)) is { } job ? cluster.Summary(job) : throw RefusedException.NotFound("job")),
        };
    }

    private async Task<Reply> RegisterAsync(HttpContext context, string? path)
    {
        Access.Require(Access.Of(context.Request, options), "submit-job");
        await LeaderAsync(context);
        return _jobs.Register(
            await BodyAsync(context.Request), path, Given(context.Request, "namespace"), Given(context.Request, "region"));
    }

    private async Task<Reply> DeregisterAsync(HttpContext context, string id, string space)
    {
        Access.Require(Access.Of(context.Request, options), "submit-job");
        await LeaderAsync(context);
        CheckRegion(context.Request);
        var purge = Given(context.Request, "purge") switch
        {
            null or "false" => false,
            "true" => true,
            var other => throw RefusedException.Broken(
                $"Failed to parse value of \"purge\" ({other}) as a bool: strconv.ParseBool: parsing \"{other}\": invalid syntax"),
        };
        if (id.Length == 0)
        {
            throw RefusedException.Broken("missing job ID for deregistering");
        }

        var (index, evaluation) = cluster.Deregister(id, space, purge);
        return new(
            new JsonObject
            {
                ["EvalCreateIndex"] = index,
                ["EvalID"] = evaluation,
                ["Index"] = index,
                ["JobModifyIndex"] = index,
                ["KnownLeader"] = false,
                ["LastContact"] = 0,
                ["VolumeEvalID"] = "",
                ["VolumeEvalIndex"] = 0,
            },
            index);
    }

    private async Task<Reply> ListAsync(HttpContext context)
    {
        await LeaderAsync(context);
        CheckRegion(context.Request);
        await Waiting.WaitAsync(context.Request, cluster, timeProvider, context.RequestAborted);
        return Fresh(cluster.ListJobs(Given(context.Request, "prefix") ?? "", Space(context.Request)));
    }

    private async Task<Reply> AllocationsAsync(HttpContext context)
    {
        await ReadAsync(context, Access.Of(context.Request, options));
        var prefix = Given(context.Request, "prefix") ?? "";
        return Fresh(cluster.ListAllocations(allocation => allocation.Id.StartsWith(prefix, StringComparison.Ordinal)));
    }

    private async Task<Reply> HealthAsync(HttpContext context)
    {
        if (!options.HasLeader)
        {
            await Task.Delay(options.LeaderPatience, timeProvider, context.RequestAborted);
            throw RefusedException.Broken("""{"client":{"ok":true,"message":"ok"},"server":{"ok":false,"message":"No cluster leader"}}""");
        }

        return new(new JsonObject
        {
            ["client"] = new JsonObject { ["message"] = "ok", ["ok"] = true },
            ["server"] = new JsonObject { ["message"] = "ok", ["ok"] = true },
        });
    }

    private async Task ReadAsync(HttpContext context, System.Collections.Immutable.ImmutableHashSet<string>? held)
    {
        Access.Require(held, "read-job");
        await LeaderAsync(context);
        CheckRegion(context.Request);
        await Waiting.WaitAsync(context.Request, cluster, timeProvider, context.RequestAborted);
    }

    private async Task LeaderAsync(HttpContext context)
    {
        if (!options.HasLeader && !context.Request.Query.ContainsKey("stale"))
        {
            await Task.Delay(options.LeaderPatience, timeProvider, context.RequestAborted);
            throw RefusedException.Broken("No cluster leader");
        }
    }

    private static void CheckRegion(HttpRequest request)
    {
        if (Given(request, "region") is not (null or "global"))
        {
            throw RefusedException.Broken("No path to region");
        }
    }

    private Reply Fresh(JsonNode body) => new(body, options.HasLeader ? cluster.Index : 0, IsRead: true);

    private static Reply Forced(SimulatedEvaluation evaluation) => new(
        new JsonObject { ["EvalCreateIndex"] = evaluation.CreateIndex, ["EvalID"] = evaluation.Id, ["Index"] = evaluation.CreateIndex },
        evaluation.CreateIndex);

    private static string Space(HttpRequest request) => Given(request, "namespace") ?? "default";

    private static string? Given(HttpRequest request, string name) =>
        request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>The path before the web framework folds it: an escaped slash belongs to an id.</summary>
    private static string RawPath(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return Uri.UnescapeDataString(target.Split('?')[0]);
    }

    private static async Task<JsonObject> BodyAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        if (text.Length == 0)
        {
            throw new RefusedException(400, "Request body is empty");
        }

        try
        {
            return JsonNode.Parse(text) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            throw new RefusedException(400, "unexpected EOF");
        }
    }

    private async Task WriteAsync(HttpContext context, Reply reply)
    {
        var response = context.Response;
        response.Headers.Vary = reply.Text is null ? "Accept-Encoding" : "Origin";
        if (reply.Index is { } index)
        {
            response.Headers["X-Nomad-Index"] = index.ToString(CultureInfo.InvariantCulture);
        }

        if (reply.IsRead)
        {
            response.Headers["X-Nomad-Knownleader"] = options.HasLeader ? "true" : "false";
            response.Headers["X-Nomad-Lastcontact"] = options.HasLeader ? "0" : "9223372036854";
        }

        response.ContentType = reply.Text is null ? "application/json" : "text/plain";
        await response.Body.WriteAsync(reply.Text ?? Encoding.UTF8.GetBytes(reply.Body?.ToJsonString() ?? "null"), context.RequestAborted);
    }

    private static async Task RefuseAsync(HttpContext context, int status, string text, bool isPlain = false)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Vary = "Accept-Encoding";
        if (text.Length > 0)
        {
            context.Response.ContentType = isPlain ? "text/plain" : "text/plain; charset=utf-8";
            await context.Response.WriteAsync(text, context.RequestAborted);
        }
    }
}
