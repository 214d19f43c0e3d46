using Muster.Core.Accounts;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Authentication;

/// <summary>
/// Every endpoint, for every role and scope, of its own account and of another: the list comes from the OpenAPI document, so
/// that a new one needs a row.
/// </summary>
public sealed class ScopeMatrixTests
{
    private const string Nobody = "00000000-0000-4000-8000-000000000000";

    /// <summary>
    /// The least role; null where nobody is asked. Whether it concerns every account. What of another account could stand in the path.
    /// </summary>
    private static readonly Dictionary<string, (Role? Least, bool IsInstallations, string? Other)> Rows = new()
    {
        ["CreateTemplate"] = (Role.Operate, false, null),
        ["ListTemplates"] = (Role.Read, false, null),
        ["CheckTemplate"] = (Role.Read, false, null),
        ["ShowTemplate"] = (Role.Read, false, "template"),
        ["ArchiveTemplate"] = (Role.Operate, false, "template"),
        ["CreateGroup"] = (Role.Operate, false, null),
        ["ListGroups"] = (Role.Read, false, null),
        ["ShowGroup"] = (Role.Read, false, "group"),
        ["UpdateGroup"] = (Role.Operate, false, "group"),
        ["DeleteGroup"] = (Role.Operate, false, "group"),
        ["SetCapacity"] = (Role.Operate, false, "group"),
        ["SuspendGroup"] = (Role.Operate, false, "group"),
        ["EvacuateGroup"] = (Role.Operate, false, "group"),
        ["RestoreGroup"] = (Role.Operate, false, "group"),
        ["ListRevisions"] = (Role.Read, false, "group"),
        ["ResumeGroup"] = (Role.Operate, false, "group"),
        ["CheckGroup"] = (Role.Operate, false, "group"),
        ["PlanGroup"] = (Role.Read, false, "group"),
        ["PlanChange"] = (Role.Read, false, "group"),
        ["PlanNewGroup"] = (Role.Read, false, null),
        ["CreatePolicy"] = (Role.Operate, false, "group"),
        ["ListPolicies"] = (Role.Read, false, "group"),
        ["ShowPolicy"] = (Role.Read, false, "group"),
        ["UpdatePolicy"] = (Role.Operate, false, "group"),
        ["ReplacePolicy"] = (Role.Operate, false, "group"),
        ["RenewSecret"] = (Role.Operate, false, "group"),
        ["DeletePolicy"] = (Role.Operate, false, "group"),
        ["PushReadings"] = (Role.Operate, false, "group"),
        ["ListReadings"] = (Role.Read, false, "group"),
        ["ExplainGroup"] = (Role.Read, false, "group"),

        // Their secret is all that opens them.
        ["CallReceiver"] = (null, false, null),
        ["CallReceiverWithHeader"] = (null, false, null),
        ["ListChecks"] = (Role.Read, false, "group"),
        ["ListInstances"] = (Role.Read, false, "group"),
        ["ShowTargets"] = (Role.Read, false, "group"),
        ["ListAllInstances"] = (Role.Read, false, null),
        ["ShowInstance"] = (Role.Read, false, "instance"),
        ["ReportHealth"] = (Role.Operate, false, "instance"),
        ["AnswerHook"] = (Role.Operate, false, "instance"),
        ["ProtectInstance"] = (Role.Operate, false, "instance"),
        ["UnprotectInstance"] = (Role.Operate, false, "instance"),
        ["StandbyInstance"] = (Role.Operate, false, "instance"),
        ["ReturnInstance"] = (Role.Operate, false, "instance"),
        ["ReplaceInstance"] = (Role.Operate, false, "instance"),
        ["ListReportKeys"] = (Role.Admin, true, null),
        ["RenewReportKey"] = (Role.Admin, true, null),
        ["KeepInstance"] = (Role.Operate, false, "instance"),
        ["TerminateInstance"] = (Role.Operate, false, "instance"),
        ["DetachInstance"] = (Role.Operate, false, "instance"),
        ["AttachInstance"] = (Role.Operate, false, null),
        ["ListActivities"] = (Role.Read, false, "group"),
        ["FollowEvents"] = (Role.Read, false, null),
        ["ShowStatus"] = (Role.Read, false, null),
        ["ResumeInstallation"] = (Role.Admin, true, null),
        ["ListOrphans"] = (Role.Read, false, null),
        ["WhoAmI"] = (Role.Read, false, null),
        ["ListClouds"] = (Role.Read, false, null),
        ["CheckCloud"] = (Role.Read, false, null),
        ["ReadTemplate"] = (Role.Operate, false, null),
        ["ListLeftovers"] = (Role.Admin, true, null),
        ["RemoveLeftover"] = (Role.Admin, true, null),
        ["ListAccounts"] = (Role.Admin, true, null),
        ["AllowAccount"] = (Role.Admin, true, null),
        ["DenyAccount"] = (Role.Admin, true, null),
        ["UpdateAccount"] = (Role.Admin, true, null),
        ["RotateAccountKey"] = (Role.Admin, true, null),
        ["CreateToken"] = (Role.Admin, false, null),
        ["ListTokens"] = (Role.Admin, false, null),
        ["RevokeToken"] = (Role.Admin, false, "token"),
        ["Alive"] = (null, false, null),
        ["Ready"] = (null, false, null),

        // Not in the document: Prometheus' own format.
        ["Metrics"] = (Role.Read, true, null),
    };

    [Fact]
    public async Task Every_endpoint_asks_for_its_role_and_its_scope()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        var bearers = new List<(Role Role, bool IsInstallations, string Secret)>();
        foreach (var role in Enum.GetValues<Role>())
        {
            var word = role.ToString().ToLowerInvariant();
            bearers.Add((role, true, await server.AddTokenAsync($"all-{word}", word)));
            bearers.Add((role, false, await server.AddTokenAsync($"one-{word}", word, scope: "account")));
            bearers.Add((role, false, await server.AddTokenAsync($"other-{word}", word, "other")));
        }

        foreach (var (id, method, path) in await OperationsAsync(server))
        {
            var row = Row(id);
            var nobodys = await AskAsync(server, method, Filled(path), secret: null);
            Assert.True(row.Least is null == nobodys.Status is not 401, $"{id} without a token: {nobodys.Status}");
            foreach (var bearer in bearers)
            {
                var answer = await AskAsync(server, method, Filled(path), bearer.Secret);
                var may = row.Least is null || (bearer.Role >= row.Least && (bearer.IsInstallations || !row.IsInstallations));
                Assert.True(
                    may == answer.Status is not 403,
                    $"{id} for {bearer.Role}, installation {bearer.IsInstallations}: {answer.Status} {answer.Body}");
                Assert.True(answer.Status is not 401 and < 500, $"{id}: {answer.Status} {answer.Body}");
            }
        }
    }

    [Fact]
    public async Task What_is_anothers_is_not_there_whatever_the_scope()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        var theirs = await server.AddTokenAsync("theirs", "admin", "other");
        var template = (await AskAsync(server, "POST", "/v1/templates", theirs, """{"name":"web","cloud":"sim","image":"hello"}"""))
            .Good(201);
        var group = (await AskAsync(server, "POST", "/v1/groups", theirs, """{"name":"shop","template":"web","capacity":{"desired":3}}"""))
            .Good(201);
        var token = (await AskAsync(server, "POST", "/v1/tokens", theirs, """{"name":"more","role":"read"}"""))
            .Good(201).Json
            .GetProperty("details");
        var ids = new Dictionary<string, string>
        {
            ["template"] = template.Json.GetProperty("id").GetString()!,
            ["group"] = group.Json.GetProperty("id").GetString()!,
            ["token"] = token.GetProperty("id").GetString()!,
        };
        (await AskAsync(server, "POST", $"/v1/groups/{ids["group"]}/check", theirs)).Good(200);
        ids["instance"] = server.Cloud.Instances[0].Id.Value;
        var before = (await AskAsync(server, "GET", $"/v1/groups/{ids["group"]}", theirs)).Good(200).Body;
        var mine = await server.AddTokenAsync("mine", "admin");

        foreach (var (id, method, path) in await OperationsAsync(server))
        {
            if (Row(id).Other is { } other)
            {
                var body = id switch
                {
                    "SetCapacity" => """{"desired":1}""",
                    "PlanChange" => """{"capacity":{"desired":1}}""",
                    "EvacuateGroup" or "RestoreGroup" => """{"placement":"a"}""",
                    "CreatePolicy" or "UpdatePolicy" or "ReplacePolicy" => """{"name":"a","kind":"target","metric":"cpu","target":1}""",
                    "PushReadings" => """{"metric":"cpu","value":1}""",
                    "ReportHealth" => """{"verdict":"healthy"}""",
                    "AnswerHook" => """{"result":"continue"}""",
                    "UpdateGroup" => """{"name":"stolen"}""",
                    _ => null,
                };
                (await AskAsync(server, method, path.Replace("{id}", ids[other], StringComparison.Ordinal), mine, body))
                    .Problem(404, $"{other}_not_found");
            }
        }

        Assert.Equal(before, (await AskAsync(server, "GET", $"/v1/groups/{ids["group"]}", theirs)).Good(200).Body);
        (await AskAsync(server, "GET", $"/v1/templates/{ids["template"]}", theirs)).Good(200);
        Assert.DoesNotContain(
            (await AskAsync(server, "GET", "/v1/tokens", theirs)).Good(200).Json.GetProperty("items").EnumerateArray(),
            each => each.TryGetProperty("revoked_at", out var at) && at.ValueKind is System.Text.Json.JsonValueKind.String);
    }

    [Fact]
    public async Task A_token_reaches_no_further_than_the_one_that_makes_it()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        var (all, one, other) = (
            await server.AddTokenAsync("all", "admin"),
            await server.AddTokenAsync("one", "admin", scope: "account"),
            await server.AddTokenAsync("other", "admin", "other"));

        Assert.Equal("installation", await ScopeOfAsync(server, all, """{"name":"a","role":"admin"}"""));
        Assert.Equal("account", await ScopeOfAsync(server, all, """{"name":"b","role":"admin","scope":"account"}"""));
        Assert.Equal("account", await ScopeOfAsync(server, one, """{"name":"c","role":"admin"}"""));
        Assert.Equal("account", await ScopeOfAsync(server, other, """{"name":"d","role":"admin"}"""));
        foreach (var secret in (string[])[one, other])
        {
            (await AskAsync(server, "POST", "/v1/tokens", secret, """{"name":"e","role":"read","scope":"installation"}"""))
                .Problem(400, "invalid_input", "scope");
        }

        (await AskAsync(server, "POST", "/v1/tokens", all, """{"name":"e","role":"read","scope":"world"}"""))
            .Problem(400, "invalid_input", "scope");
    }

    [Fact]
    public async Task Who_is_confined_sees_nothing_of_servers_sweeps_and_what_others_call()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        var (all, other) = (await server.AddTokenAsync("all", "read"), await server.AddTokenAsync("other", "read", "other"));
        server.Clouds.Find(default, "sim")!.Cloud.Governor.OnFailed(new(Core.Clouds.CloudErrorKind.Unavailable, "gone"));
        server.Prices.Troubles = ["cloud of-another-account does not tell its prices"];

        var (whole, part) = (
            (await AskAsync(server, "GET", "/v1/status", all)).Good(200).Json,
            (await AskAsync(server, "GET", "/v1/status", other)).Good(200).Json);
        Assert.Equal(("installation", "account"), (whole.GetProperty("scope").GetString(), part.GetProperty("scope").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Object, whole.GetProperty("pulse").ValueKind);
        Assert.NotEmpty(whole.GetProperty("clouds").EnumerateArray());
        Assert.False(part.TryGetProperty("pulse", out var pulse) && pulse.ValueKind is not System.Text.Json.JsonValueKind.Null);
        Assert.Empty(part.GetProperty("servers").EnumerateArray());
        Assert.Empty(part.GetProperty("clouds").EnumerateArray());
        Assert.True(whole.TryGetProperty("prices", out _));
        Assert.False(part.TryGetProperty("prices", out _));
        foreach (var cloud in (await AskAsync(server, "GET", "/v1/clouds", other)).Good(200).Json.GetProperty("items").EnumerateArray())
        {
            Assert.False(cloud.TryGetProperty("calls", out var calls) && calls.ValueKind is not System.Text.Json.JsonValueKind.Null);
        }
    }

    private static (Role? Least, bool IsInstallations, string? Other) Row(string operation) =>
        Rows.TryGetValue(operation, out var row)
            ? row
            : throw new InvalidOperationException($"{operation} has no row: decide who may, and write it down here");

    private static async Task<string?> ScopeOfAsync(RunningServer server, string secret, string body) =>
        (await AskAsync(server, "POST", "/v1/tokens", secret, body)).Good(201).Json.GetProperty("details").GetProperty("scope").GetString();

    private static async Task<List<(string Id, string Method, string Path)>> OperationsAsync(RunningServer server)
    {
        var paths = (await server.GetAsync("/openapi/v1.json")).Good(200).Json.GetProperty("paths");
        return
        [
            .. paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(
                operation => (operation.Value.GetProperty("operationId").GetString()!, operation.Name.ToUpperInvariant(), path.Name))),
            ("Metrics", "GET", "/metrics"),
        ];
    }

    // What is not there: who may gets as far as to hear that. The stream of one group that is not there ends at once.
    private static string Filled(string path) =>
        path.Replace("{id}", Nobody, StringComparison.Ordinal).Replace("{name}", "nobody", StringComparison.Ordinal)
        + (path == "/v1/events" ? $"?group={Nobody}" : "");

    private static Task<Answer> AskAsync(RunningServer server, string method, string path, string? secret, string? body = null) =>
        server.SendAsync(method, path, body, headers: secret is null ? [] : [("Authorization", $"Bearer {secret}")]);
}
