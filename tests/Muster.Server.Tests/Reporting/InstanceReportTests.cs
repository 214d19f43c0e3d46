using System.Text.Json;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Reporting;

/// <summary>Instances that report their own health with the token that they alone get.</summary>
public sealed class InstanceReportTests
{
    private const string Healthy = """{"verdict":"healthy","ttl_s":30}""";
    private const string Self = "/v1/instances/self/health";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instance_gets_a_token_through_its_template_and_is_in_service_when_it_says_so_itself()
    {
        await using var server = await StartAsync();
        var launched = server.Weather.Launches.First();
        var (token, url) = (launched.Template.Metadata["token"], launched.Template.Metadata["url"]);
        Assert.Equal($"curl -H 'Authorization: Bearer {token}' {url}", launched.Template.UserData);
        Assert.Equal("https://muster.example.com/v1/instances/self/health", url);
        Assert.Equal("booting", (await InstanceAsync(server, launched)).GetProperty("phase").GetString());

        var answer = (await SendAsync(server, token, Self, """{"verdict":"healthy","ttl_s":30,"detail":"up"}""")).Good(200).Json;

        var shown = await InstanceAsync(server, launched);
        Assert.Equal(shown.GetProperty("id").GetString(), answer.GetProperty("id").GetString());
        Assert.Equal("in-service", shown.GetProperty("phase").GetString());
        var finding = shown.GetProperty("findings").EnumerateArray().Last();
        Assert.Equal(
            ("instance", "healthy", "up"),
            (
                finding.GetProperty("source").GetString(), finding.GetProperty("verdict").GetString(),
                finding.GetProperty("detail").GetString()));
        Assert.Equal("booting", (await InstanceAsync(server, server.Weather.Launches.Last())).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Neither_the_store_nor_the_log_nor_what_is_shown_holds_a_token()
    {
        await using var server = await StartAsync();
        var launched = server.Weather.Launches.First();
        var token = Token(launched);
        (await SendAsync(server, token, Self, Healthy)).Good(200);

        var record = (await server.Memory.FindGroupAsync(await GroupAsync(server), Cancel))!;
        Assert.Equal(Placeholders.ReportToken, record.Template.Metadata["token"]);
        Assert.DoesNotContain("msi_", record.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Logs.Lines, line => line.Contains(token, StringComparison.Ordinal));
        Assert.DoesNotContain("msi_", (await GetAsync(server, "/v1/instances")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("msi_", (await GetAsync(server, "/v1/groups/shop/activities")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_speaks_for_itself_by_its_id_too_and_for_nobody_else()
    {
        await using var server = await StartAsync();
        var (one, other) = (server.Weather.Launches.First(), server.Weather.Launches.Last());
        var (id, others) = (await IdAsync(server, one), await IdAsync(server, other));

        (await SendAsync(server, Token(one), $"/v1/instances/{id}/health", Healthy)).Good(200);
        var foreign = (await SendAsync(server, Token(one), $"/v1/instances/{others}/health", Healthy)).Problem(404, "instance_not_found");
        var none = (await SendAsync(server, Token(one), "/v1/instances/nobody/health", Healthy)).Problem(404, "instance_not_found");
        (await SendAsync(server, Token(one), $"{Self}?cloud=other", Healthy)).Problem(404, "instance_not_found");

        Assert.Equal(none.Detail.Replace("nobody", others, StringComparison.Ordinal), foreign.Detail);
        Assert.Equal("booting", (await InstanceAsync(server, other)).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task It_says_nothing_in_another_sources_name_and_nobody_in_its()
    {
        await using var server = await StartAsync();
        var launched = server.Weather.Launches.First();
        var id = await IdAsync(server, launched);
        await ReportAsync(server, id, """{"verdict":"unhealthy","source":"disk"}""", 200);

        (await SendAsync(server, Token(launched), Self, """{"verdict":"healthy","source":"disk"}""")).Good(200);
        (await SendAsync(server, Token(launched), Self, """{"verdict":"healthy","source":"probe"}""")).Good(200);

        var findings = (await InstanceAsync(server, launched)).GetProperty("findings").EnumerateArray()
            .Select(finding => $"{finding.GetProperty("source").GetString()} {finding.GetProperty("verdict").GetString()}");
        Assert.Equal(["cloud healthy", "disk unhealthy", "instance:disk healthy", "instance:probe healthy"], findings);
        await ReportAsync(server, id, """{"verdict":"healthy","source":"instance"}""", 400);
        await ReportAsync(server, id, """{"verdict":"healthy","source":"instance:disk"}""", 400);
    }

    [Fact]
    public async Task It_may_do_nothing_else()
    {
        await using var server = await StartAsync();
        var launched = server.Weather.Launches.First();
        var id = await IdAsync(server, launched);

        foreach (var (method, path) in new[]
        {
            ("GET", "/v1/groups"), ("GET", $"/v1/instances/{id}"), ("POST", $"/v1/instances/{id}/protect"),
            ("POST", $"/v1/instances/{id}/terminate"), ("GET", "/v1/status"), ("POST", "/v1/tokens"), ("GET", "/metrics"),
        })
        {
            (await server.SendAsync(method, path, method == "POST" ? "{}" : null, headers: Bearer(Token(launched))))
                .Problem(401, "unauthenticated");
        }
    }

    [Fact]
    public async Task A_token_that_is_made_up_and_one_whose_group_or_instance_is_gone_are_refused_alike()
    {
        await using var server = await StartAsync();
        var (first, last) = (server.Weather.Launches.First(), server.Weather.Launches.Last());
        var token = Token(first);
        var made = token[..^10] + "AAAAAAAAAA";
        var words = (await SendAsync(server, made, Self, Healthy)).Problem(401, "unauthenticated").Detail;
        Assert.Equal(words, (await SendAsync(server, "msi_short", Self, Healthy)).Problem(401, "unauthenticated").Detail);

        var id = await IdAsync(server, first);
        await PostAsync(server, $"/v1/instances/{id}/terminate", "{}");
        await server.ClientWith(_operator).CheckGroupAsync("shop", Cancel);
        Assert.Equal(words, (await SendAsync(server, token, Self, Healthy)).Problem(401, "unauthenticated").Detail);
        (await SendAsync(server, Token(last), Self, Healthy)).Good(200);

        (await server.SendAsync("DELETE", "/v1/groups/shop", headers: Bearer(_operator!))).Good(200);
        await server.ClientWith(_operator).CheckGroupAsync("shop", Cancel);
        Assert.Equal(words, (await SendAsync(server, Token(last), Self, Healthy)).Problem(401, "unauthenticated").Detail);
    }

    [Fact]
    public async Task An_instance_is_known_by_its_launch_also_when_that_is_long_over()
    {
        await using var server = await StartAsync();
        var launched = server.Weather.Launches.First();
        foreach (var one in server.Weather.Launches)
        {
            (await SendAsync(server, Token(one), Self, """{"verdict":"healthy"}""")).Good(200);
        }

        server.Clock.Shift = TimeSpan.FromHours(1);
        await server.ClientWith(_operator).CheckGroupAsync("shop", Cancel);
        Assert.Empty((await server.Memory.FindGroupAsync(await GroupAsync(server), Cancel))!.OpenLaunches);

        (await SendAsync(server, Token(launched), Self, """{"verdict":"unhealthy"}""")).Good(200);

        Assert.Equal("out-of-service", (await InstanceAsync(server, launched)).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task An_instance_whose_launch_has_just_ended_is_known_although_the_last_look_is_older_than_it()
    {
        await using var server = await StartAsync(bootGrace: TimeSpan.FromSeconds(15));
        await ReportAsync(server, await IdAsync(server, server.Weather.Launches.First()), Healthy, 200);
        (await server.SendAsync("PUT", "/v1/groups/shop/capacity", """{"desired":3}""", headers: Bearer(_operator!))).Good(200);
        await server.ClientWith(_operator).CheckGroupAsync("shop", Cancel);
        foreach (var one in server.Weather.Launches)
        {
            (await SendAsync(server, Token(one), Self, Healthy)).Good(200);
        }

        server.Clock.Shift = TimeSpan.FromSeconds(20);
        await server.ClientWith(_operator).CheckGroupAsync("shop", Cancel);
        Assert.Empty((await server.Memory.FindGroupAsync(await GroupAsync(server), Cancel))!.OpenLaunches);

        (await SendAsync(server, Token(server.Weather.Launches.Last()), Self, Healthy)).Good(200);
    }

    [Fact]
    public async Task What_is_wrong_in_a_report_is_said_and_a_large_one_is_not_read()
    {
        await using var server = await StartAsync();
        var token = Token(server.Weather.Launches.First());

        (await SendAsync(server, token, Self, """{"verdict":"fine","ttl_s":0}""")).Problem(400, "invalid_input", "verdict", "ttl_s");
        (await SendAsync(server, token, Self, $$"""{"verdict":"{{new string('x', 20_000)}}"}""")).Problem(413, "body_too_large");
    }

    [Fact]
    public async Task A_new_key_is_for_new_launches_and_the_old_one_is_good_until_it_is_retired()
    {
        await using var server = await StartAsync();
        var old = Token(server.Weather.Launches.First());

        var two = (await PostAsync(server, "/v1/report-keys", "{}")).Good(200).Json.GetProperty("items");
        Assert.Equal([1, 2], two.EnumerateArray().Select(key => key.GetProperty("number").GetInt32()));
        (await SendAsync(server, old, Self, Healthy)).Good(200);

        server.Clock.Shift = TimeSpan.FromMinutes(3);
        await PostAsync(server, $"/v1/instances/{await IdAsync(server, server.Weather.Launches.Last())}/terminate", "{}");
        await server.ClientWith(_operator).CheckGroupAsync("shop", Cancel);
        var fresh = Token(server.Weather.Launches.Last());
        (await SendAsync(server, fresh, Self, Healthy)).Good(200);

        var one = (await PostAsync(server, "/v1/report-keys", """{"retire":true}""")).Good(200).Json.GetProperty("items");
        Assert.Equal([3], one.EnumerateArray().Select(key => key.GetProperty("number").GetInt32()));
        (await SendAsync(server, old, Self, Healthy)).Problem(401, "unauthenticated");
        (await SendAsync(server, fresh, Self, Healthy)).Problem(401, "unauthenticated");
        Assert.Equal(1, (await GetAsync(server, "/v1/report-keys")).Good(200).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task So_many_keys_are_kept_and_no_more()
    {
        await using var server = await StartAsync();
        for (var more = 0; more < 7; more++)
        {
            (await PostAsync(server, "/v1/report-keys", "{}")).Good(200);
        }

        (await PostAsync(server, "/v1/report-keys", "{}")).Problem(400, "invalid_input", "retire");
        (await PostAsync(server, "/v1/report-keys", """{"retire":true}""")).Good(200);
    }

    [Fact]
    public async Task A_launch_whose_token_cannot_be_made_is_not_called_and_says_why()
    {
        await using var server = await RunningServer.StartDevAsync();
        server.Sealer.IsAway = true;
        await AddAsync(server, "/v1/templates", """{"name":"web","cloud":"sim","image":"a","user_data":"{{muster.report_token}}"}""");
        await AddAsync(server, "/v1/groups", """{"name":"shop","template":"web","capacity":{"desired":1}}""");

        await server.Client.CheckGroupAsync("shop", Cancel);

        Assert.Empty(server.Weather.Launches);
        var group = (await server.GetAsync("/v1/groups/shop")).Good(200).Json.GetProperty("status");
        Assert.Contains("the key of instances' tokens cannot be had", group.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_key_cannot_be_opened_it_is_nobodys_fault_but_the_servers()
    {
        await using var server = await StartAsync();
        var token = Token(server.Weather.Launches.First());
        (await PostAsync(server, "/v1/report-keys", "{}")).Good(200);
        server.Sealer.IsAway = true;
        (await PostAsync(server, "/v1/report-keys", "{}")).Problem(500, "store_unusable");

        (await SendAsync(server, token, Self, Healthy)).Problem(500, "store_unusable");

        Assert.NotEmpty(server.Missed);
    }

    private string? _operator;

    /// <summary>A server with a group of two that report of themselves, launched just now.</summary>
    private async Task<RunningServer> StartAsync(TimeSpan? bootGrace = null)
    {
        var server = await RunningServer.StartWithTokensAsync(bootGrace);
        _operator = await server.AddTokenAsync("admin", "admin");
        (await server.SendAsync(
            "POST", "/v1/templates",
            """
            {"name":"web","cloud":"sim","image":"hello",
             "user_data":"curl -H 'Authorization: Bearer {{muster.report_token}}' {{muster.report_url}}",
             "metadata":{"token":"{{muster.report_token}}","url":"{{muster.report_url}}"}}
            """,
            headers: Bearer(_operator))).Good(201);
        (await server.SendAsync(
            "POST", "/v1/groups", """{"name":"shop","template":"web","capacity":{"desired":2},"health":{"kind":"report"}}""",
            headers: Bearer(_operator))).Good(201);
        await server.ClientWith(_operator).CheckGroupAsync("shop", Cancel);
        Assert.Equal(2, server.Weather.Launches.Count);
        return server;
    }

    private static string Token(LaunchRequest launched) => launched.Template.Metadata["token"];

    private static (string Name, string Value) Bearer(string token) => ("Authorization", $"Bearer {token}");

    private static Task<Answer> SendAsync(RunningServer server, string token, string path, string body) =>
        server.SendAsync("PUT", path, body, headers: Bearer(token));

    private static async Task AddAsync(RunningServer server, string path, string body) => (await server.PostAsync(path, body)).Good(201);

    private Task<Answer> PostAsync(RunningServer server, string path, string body) =>
        server.SendAsync("POST", path, body, headers: Bearer(_operator!));

    private Task<Answer> GetAsync(RunningServer server, string path) => server.SendAsync("GET", path, headers: Bearer(_operator!));

    private async Task ReportAsync(RunningServer server, string id, string body, int status) =>
        Assert.Equal(status, (await server.SendAsync("PUT", $"/v1/instances/{id}/health", body, headers: Bearer(_operator!))).Status);

    private async Task<GroupId> GroupAsync(RunningServer server) =>
        new((await GetAsync(server, "/v1/groups/shop")).Good(200).Json.GetProperty("id").GetGuid());

    private async Task<JsonElement> InstanceAsync(RunningServer server, LaunchRequest launched) =>
        (await GetAsync(server, "/v1/groups/shop/instances")).Good(200).Json.GetProperty("items").EnumerateArray()
            .Single(one => one.GetProperty("tags").GetProperty(MusterTags.Launch).GetString() == launched.Launch.ToString());

    private async Task<string> IdAsync(RunningServer server, LaunchRequest launched) =>
        (await InstanceAsync(server, launched)).GetProperty("id").GetString()!;
}
