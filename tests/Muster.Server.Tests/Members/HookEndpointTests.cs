using System.Text.Json;

using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Members;

/// <summary>Hooks and drains of single instances over HTTP: what waits, and what is answered.</summary>
public sealed class HookEndpointTests
{
    private const string AtLaunch = """{"name":"bake","at":"launch","timeout_s":600}""";
    private const string AtEnd = """{"name":"backup","at":"terminate","timeout_s":600}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instance_that_is_up_waits_for_its_hook_and_is_in_service_with_the_answer()
    {
        await using var server = await StartAsync($$"""{"hooks":[{{AtLaunch}}]}""");
        var one = Assert.Single(await ListAsync(server));
        var gate = Assert.Single(one.GetProperty("gates").EnumerateArray());

        Assert.Equal("booting", one.GetProperty("phase").GetString());
        Assert.Equal(("bake", "waiting"), (gate.GetProperty("name").GetString(), gate.GetProperty("state").GetString()));
        Assert.Equal(
            gate.GetProperty("since").GetDateTimeOffset().AddSeconds(600), gate.GetProperty("deadline_at").GetDateTimeOffset());
        Assert.False(gate.TryGetProperty("silent", out _));
        Assert.StartsWith("waiting for hook bake until 20", one.GetProperty("state_detail").GetString(), StringComparison.Ordinal);
        Assert.Single(
            await TrailAsync(server), told => told.Contains(" waits for hook bake until 20", StringComparison.Ordinal));

        var answered = (await AnswerAsync(server, Id(one), "bake", """{"result":"continue","reason":"smoke test passed"}"""))
            .Good(200).Json;
        await CheckAsync(server);

        Assert.Equal("it goes into service", answered.GetProperty("message").GetString());
        Assert.Equal("in-service", Assert.Single(await ListAsync(server)).GetProperty("phase").GetString());
        Assert.Single(
            await TrailAsync(server),
            told => told.StartsWith("hook bake told to continue: ", StringComparison.Ordinal)
                && told.EndsWith(" by dev: smoke test passed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_answer_again_is_no_news_and_another_one_is_refused()
    {
        await using var server = await StartAsync(
            $$"""{"hooks":[{{AtLaunch}},{"name":"second","at":"launch"}]}""");
        var id = Id((await ListAsync(server))[0]);

        var first = (await AnswerAsync(server, id, "bake", """{"result":"continue"}""")).Good(200).Json;
        (await AnswerAsync(server, id, "bake", """{"result":"continue"}""")).Good(200);
        var other = (await AnswerAsync(server, id, "bake", """{"result":"abandon"}""")).Problem(409, "hook_not_waiting");

        Assert.Equal("it still waits for hook second", first.GetProperty("message").GetString());
        Assert.Contains("was answered otherwise before", other.Detail, StringComparison.Ordinal);
        Assert.Single(await TrailAsync(server), told => told.StartsWith("hook bake told to", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_instance_that_is_abandoned_at_launch_is_terminated_and_counts_as_a_launch_that_failed()
    {
        await using var server = await StartAsync($$"""{"hooks":[{{AtLaunch}}]}""");
        var id = Id((await ListAsync(server))[0]);

        var told = (await AnswerAsync(server, id, "bake", """{"result":"abandon"}""")).Good(200).Json;
        await CheckAsync(server, 2);

        Assert.Equal("it is terminated, and counts as a launch that failed", told.GetProperty("message").GetString());
        Assert.DoesNotContain(id, (await ListAsync(server)).Where(IsAlive).Select(Id));
        Assert.Contains(await TrailAsync(server), told => told.Contains("hook bake was abandoned", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_whose_look_outlasts_the_time_out_is_refused_like_one_after_it()
    {
        await using var server = await StartAsync($$"""{"hooks":[{{AtLaunch}}]}""");
        var one = (await ListAsync(server))[0];
        server.Clock.Shift = TimeSpan.FromSeconds(500);
        server.Weather.OnPage = () => server.Clock.Shift = TimeSpan.FromSeconds(601);

        (await AnswerAsync(server, Id(one), "bake", """{"result":"continue"}""")).Problem(409, "hook_not_waiting");
    }

    [Fact]
    public async Task An_answer_after_the_time_out_is_refused_and_silence_has_its_meaning()
    {
        await using var server = await StartAsync($$"""{"hooks":[{{AtLaunch}}]}""");
        var one = (await ListAsync(server))[0];
        server.Clock.Shift = TimeSpan.FromSeconds(601);

        var late = (await AnswerAsync(server, Id(one), "bake", """{"result":"continue"}""")).Problem(409, "hook_not_waiting");
        var shown = (await server.GetAsync($"/v1/instances/{Id(one)}")).Good(200).Json;

        Assert.Contains("comes too late: it waited until 20", late.Detail, StringComparison.Ordinal);
        Assert.Equal("dead", shown.GetProperty("phase").GetString());
    }

    [Fact]
    public async Task More_time_moves_the_deadline_and_never_back()
    {
        await using var server = await StartAsync($$"""{"hooks":[{{AtLaunch}}]}""");
        var one = (await ListAsync(server))[0];
        var before = Deadline(one);

        var more = (await AnswerAsync(server, Id(one), "bake", """{"result":"extend","for_s":3600}""")).Good(200).Json;
        var less = (await AnswerAsync(server, Id(one), "bake", """{"result":"extend","for_s":1}""")).Good(200).Json;

        Assert.InRange(Deadline(more) - before, TimeSpan.FromSeconds(2990), TimeSpan.FromSeconds(3600));
        Assert.Equal(Deadline(more), Deadline(less));
        Assert.StartsWith("it waits until 20", more.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_is_to_end_drains_until_its_hook_is_answered()
    {
        await using var server = await StartAsync($$"""{"drain":{"wait_s":30},"hooks":[{{AtEnd}}]}""");
        var id = Id((await ListAsync(server))[0]);
        (await AnswerAsync(server, id, "backup", """{"result":"continue"}""")).Problem(409, "hook_not_waiting");

        (await server.SendAsync("PUT", "/v1/groups/shop/capacity", """{"desired":0}""")).Good(200);
        await CheckAsync(server);
        var held = (await server.GetAsync($"/v1/instances/{id}")).Good(200).Json;

        Assert.Equal("draining", held.GetProperty("phase").GetString());
        Assert.Equal(
            ["drain waiting", "backup waiting"],
            held.GetProperty("gates").EnumerateArray().Select(
                gate => $"{gate.GetProperty("name").GetString()} {gate.GetProperty("state").GetString()}"));
        Assert.Matches(
            "^waiting for its drain until 20.*Z and hook backup until 20.*Z", held.GetProperty("state_detail").GetString());
        Assert.Equal(1, (await ShowAsync(server)).GetProperty("status").GetProperty("draining").GetInt32());
        Assert.Contains(
            await TrailAsync(server),
            told => told.StartsWith("began to drain ", StringComparison.Ordinal)
                && told.Contains("; it waits for its drain until 20", StringComparison.Ordinal));

        (await AnswerAsync(server, id, "drain", """{"result":"abandon","reason":"nobody uses it"}""")).Good(200);
        await CheckAsync(server, 2);
        Assert.DoesNotContain(id, (await ListAsync(server)).Where(IsAlive).Select(Id));
    }

    [Fact]
    public async Task A_drain_that_is_told_to_go_on_waits_no_longer()
    {
        await using var server = await StartAsync("""{"drain":{"wait_s":300}}""");
        var id = Id((await ListAsync(server))[0]);
        (await server.SendAsync("PUT", "/v1/groups/shop/capacity", """{"desired":0}""")).Good(200);
        await CheckAsync(server);

        var said = (await AnswerAsync(server, id, "drain", """{"result":"continue"}""")).Good(200).Json;
        await CheckAsync(server, 2);

        Assert.Equal("it ends", said.GetProperty("message").GetString());
        Assert.DoesNotContain(id, (await ListAsync(server)).Where(IsAlive).Select(Id));
    }

    [Fact]
    public async Task A_hook_that_the_group_does_not_have_is_named_with_those_that_it_has()
    {
        await using var server = await StartAsync($$"""{"drain":{"wait_s":5},"hooks":[{{AtLaunch}}]}""");
        var id = Id((await ListAsync(server))[0]);

        var unknown = (await AnswerAsync(server, id, "nosuch", """{"result":"continue"}""")).Problem(404, "hook_not_found");

        Assert.Equal("group 'shop' has no hook 'nosuch': it has bake, drain", unknown.Detail);
    }

    [Fact]
    public async Task Whoever_prepares_an_instance_may_answer_before_a_check_has_seen_it_up()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();
        (await server.PostAsync("/v1/groups", Group($$"""{"hooks":[{{AtLaunch}}]}"""))).Good(201);
        await CheckAsync(server);
        var id = server.Cloud.Instances.Single().Id.Value;

        (await AnswerAsync(server, id, "bake", """{"result":"continue"}""")).Good(200);
        await CheckAsync(server, 2);

        Assert.Equal("in-service", Assert.Single(await ListAsync(server)).GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Whoever_prepares_an_instance_for_the_warm_pool_may_answer_as_early_and_nobody_once_it_rests()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();
        (await server.PostAsync(
            "/v1/groups",
            $$"""
            {"name":"shop","template":"web","capacity":{"desired":0},"pool":{"size":"1"},
             "hooks":[{{AtLaunch}},{"name":"late","at":"launch"}]}
            """)).Good(201);
        await CheckAsync(server);
        var one = Assert.Single(await ListAsync(server));

        (await AnswerAsync(server, Id(one), "late", """{"result":"continue"}""")).Good(200);
        var answered = (await AnswerAsync(server, Id(one), "bake", """{"result":"continue"}""")).Good(200).Json;
        await CheckAsync(server, 3);

        Assert.Equal("warming", one.GetProperty("phase").GetString());
        Assert.Equal("it goes to rest", answered.GetProperty("message").GetString());
        Assert.Equal("warm", Assert.Single(await ListAsync(server)).GetProperty("phase").GetString());
        (await AnswerAsync(server, Id(one), "bake", """{"result":"abandon"}""")).Problem(409, "hook_not_waiting");
    }

    [Fact]
    public async Task An_instance_of_somebody_else_is_not_there()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        var (mine, theirs) = (await server.AddTokenAsync("mine", "operate"), await server.AddTokenAsync("theirs", "operate", "other"));
        await AsAsync(server, theirs, "POST", "/v1/templates", """{"name":"web","cloud":"sim","image":"hello"}""", 201);
        await AsAsync(server, theirs, "POST", "/v1/groups", Group($$"""{"hooks":[{{AtLaunch}}]}"""), 201);
        await AsAsync(server, theirs, "POST", "/v1/groups/shop/check", null, 200);
        var id = server.Cloud.Instances.Single().Id.Value;
        const string answer = """{"result":"continue"}""";

        var foreign = (await SendAsync(server, mine, "PUT", $"/v1/instances/{id}/hooks/bake", answer)).Problem(404, "instance_not_found");
        var nosuch = (await SendAsync(server, mine, "PUT", $"/v1/instances/{id}/hooks/nosuch", answer)).Problem(404, "instance_not_found");
        var none = (await SendAsync(server, mine, "PUT", "/v1/instances/nobody/hooks/bake", answer)).Problem(404, "instance_not_found");

        Assert.Equal(none.Detail.Replace("nobody", id, StringComparison.Ordinal), foreign.Detail);
        Assert.Equal(foreign.Detail, nosuch.Detail);
        await AsAsync(server, theirs, "PUT", $"/v1/instances/{id}/hooks/bake", answer, 200);
    }

    [Theory]
    [InlineData("""{}""", "result")]
    [InlineData("""{"result":"go","for_s":0,"reason":"a\nb"}""", "result", "for_s", "reason")]
    [InlineData("""{"result":"continue","for_s":60}""", "for_s")]
    [InlineData("""{"result":"extend","for_s":172801}""", "for_s")]
    public async Task What_is_wrong_of_an_answer_is_told_at_once(string body, params string[] fields)
    {
        await using var server = await StartAsync($$"""{"hooks":[{{AtLaunch}}]}""");

        (await AnswerAsync(server, Id((await ListAsync(server))[0]), "bake", body)).Problem(400, "invalid_input", fields);
    }

    private static async Task<RunningServer> StartAsync(string fields)
    {
        var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();
        (await server.PostAsync("/v1/groups", Group(fields))).Good(201);
        await CheckAsync(server, 2);
        if (fields.Contains("terminate", StringComparison.Ordinal))
        {
            Assert.Equal("in-service", Assert.Single(await ListAsync(server)).GetProperty("phase").GetString());
        }

        return server;
    }

    private static string Group(string fields) => $$"""{"name":"shop","template":"web","capacity":{"desired":1},{{fields[1..]}}""";

    private static async Task CheckAsync(RunningServer server, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            await server.Client.CheckGroupAsync("shop", Cancel);
        }
    }

    private static Task<Answer> AnswerAsync(RunningServer server, string id, string hook, string body) =>
        server.SendAsync("PUT", $"/v1/instances/{id}/hooks/{hook}", body);

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(RunningServer server) =>
        [.. (await server.GetAsync("/v1/groups/shop/instances")).Good(200).Json.GetProperty("items").EnumerateArray()];

    private static async Task<JsonElement> ShowAsync(RunningServer server) => (await server.GetAsync("/v1/groups/shop")).Good(200).Json;

    private static async Task<IReadOnlyList<string>> TrailAsync(RunningServer server) =>
    [
        .. (await server.GetAsync("/v1/groups/shop/activities")).Good(200).Json.GetProperty("items").EnumerateArray()
            .Select(activity => activity.GetProperty("description").GetString()!),
    ];

    private static string Id(JsonElement instance) => instance.GetProperty("id").GetString()!;

    private static bool IsAlive(JsonElement instance) => instance.GetProperty("state").GetString() != "terminating";

    private static DateTimeOffset Deadline(JsonElement instance) =>
        instance.GetProperty("gates")[0].GetProperty("deadline_at").GetDateTimeOffset();

    private static Task<Answer> SendAsync(RunningServer server, string secret, string method, string path, string? body) =>
        server.SendAsync(method, path, body, headers: ("Authorization", $"Bearer {secret}"));

    private static async Task AsAsync(RunningServer server, string secret, string method, string path, string? body, int status) =>
        (await SendAsync(server, secret, method, path, body)).Good(status);
}
