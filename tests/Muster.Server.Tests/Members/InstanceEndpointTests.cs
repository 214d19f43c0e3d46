using System.Text.Json;

using Muster.Core;
using Muster.Core.Storage;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Members;

/// <summary>Single instances over HTTP: how they stand, what is said of them, and what people want of one.</summary>
public sealed class InstanceEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instance_of_which_nobody_says_anything_is_in_service_as_its_cloud_says()
    {
        await using var server = await StartAsync();

        var instance = (await ListAsync(server))[0];

        Assert.Equal(("in-service", "healthy", false, false), Standing(instance));
        Assert.Equal(
            ("shop", "sim"), (instance.GetProperty("group").GetString(), instance.GetProperty("cloud").GetString()));
        var finding = Assert.Single(instance.GetProperty("findings").EnumerateArray());
        Assert.Equal(
            ("cloud", "healthy"), (finding.GetProperty("source").GetString(), finding.GetProperty("verdict").GetString()));
    }

    [Fact]
    public async Task A_group_with_a_health_check_is_in_service_when_somebody_says_so()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();
        (await server.PostAsync(
            "/v1/groups", """{"name":"shop","template":"web","capacity":{"desired":2},"health":{"kind":"report"}}""")).Good(201);
        await CheckAsync(server, 2);

        Assert.All(await ListAsync(server), instance => Assert.Equal(("booting", "unknown", false, false), Standing(instance)));
        Assert.Equal((0, 2), Counts(await ShowAsync(server), "in_service", "provisioning"));

        foreach (var id in await IdsAsync(server))
        {
            (await server.SendAsync("PUT", $"/v1/instances/{id}/health", """{"verdict":"healthy"}""")).Good(200);
        }

        await CheckAsync(server);
        Assert.All(await ListAsync(server), instance => Assert.Equal(("in-service", "healthy", false, false), Standing(instance)));
        Assert.Equal((2, 0), Counts(await ShowAsync(server), "in_service", "unhealthy"));
    }

    [Fact]
    public async Task Somebody_who_is_sure_takes_an_instance_out_of_service_and_another_takes_its_place()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];

        var answer = (await server.SendAsync(
            "PUT", $"/v1/instances/{id}/health", """{"verdict":"unhealthy","detail":"disk full","source":"disk"}""")).Good(200).Json;
        var shown = (await server.GetAsync($"/v1/instances/{id}")).Good(200).Json;

        Assert.Equal(id, answer.GetProperty("id").GetString());
        Assert.Equal(("out-of-service", "unhealthy", false, false), Standing(shown));
        var finding = shown.GetProperty("findings").EnumerateArray().Last();
        Assert.Equal(
            ("disk", "unhealthy", "disk full", false),
            (
                finding.GetProperty("source").GetString(), finding.GetProperty("verdict").GetString(),
                finding.GetProperty("detail").GetString(), finding.TryGetProperty("expires_at", out _)));

        await CheckAsync(server, 4);
        Assert.DoesNotContain(id, await IdsAsync(server));
        Assert.Equal((3, 0), Counts(await ShowAsync(server), "in_service", "unhealthy"));
    }

    [Fact]
    public async Task A_heartbeat_that_goes_on_is_no_news_and_one_that_stops_means_unhealthy_once_a_listener_says_so()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];
        const string beat = """{"verdict":"healthy","ttl_s":30}""";

        var first = (await server.SendAsync("PUT", $"/v1/instances/{id}/health", beat)).Good(200).Json;
        server.Clock.Shift = TimeSpan.FromSeconds(20);
        var second = (await server.SendAsync("PUT", $"/v1/instances/{id}/health", beat)).Good(200).Json;
        Assert.Equal(Since(first), Since(second));
        Assert.Equal("healthy", (await server.GetAsync($"/v1/instances/{id}")).Json.GetProperty("health").GetString());

        server.Clock.Shift = TimeSpan.FromSeconds(60);
        var shown = (await server.GetAsync($"/v1/instances/{id}")).Good(200).Json;
        Assert.Equal("in-service", shown.GetProperty("phase").GetString());
        Assert.Equal(("unknown", "nothing new in time"), Last(shown));

        var group = new GroupId((await ShowAsync(server)).GetProperty("id").GetGuid());
        var now = server.Clock.GetUtcNow();
        await server.Memory.NoteAsync(
            group, [new("sim", new(id)) { Listened = new(now.AddMinutes(-5), now) }], activity: null, CancellationToken.None);
        shown = (await server.GetAsync($"/v1/instances/{id}")).Good(200).Json;
        Assert.Equal(("out-of-service", "unhealthy", false, false), Standing(shown));
        Assert.Equal(("unhealthy", "silent for longer than 30s"), Last(shown));

        static (string?, string?) Last(JsonElement instance)
        {
            var finding = instance.GetProperty("findings").EnumerateArray().Last();
            return (finding.GetProperty("verdict").GetString(), finding.GetProperty("detail").GetString());
        }

        static string? Since(JsonElement answer) => answer.GetProperty("findings")[0].GetProperty("since").GetString();
    }

    [Fact]
    public async Task A_report_that_cannot_be_kept_is_told_to_whoever_listens_for_silence_and_a_wrong_one_is_not()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];
        (await server.SendAsync("PUT", $"/v1/instances/{id}/health", """{"verdict":"fine"}""")).Problem(400, "invalid_input");
        (await server.SendAsync("PUT", "/v1/instances/nobody/health", """{"verdict":"healthy"}""")).Problem(404, "instance_not_found");
        Assert.Empty(server.Missed);

        server.Faults.Fault = new StoreException(StoreErrorKind.Unavailable, "the disk is away");
        (await server.SendAsync("PUT", $"/v1/instances/{id}/health", """{"verdict":"healthy"}""")).Problem(503, "store_unavailable");

        Assert.Single(server.Missed);
    }

    [Fact]
    public async Task A_report_of_an_instance_that_is_not_ones_own_is_refused_like_one_of_an_instance_that_is_not()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        var (mine, theirs) = (await server.AddTokenAsync("mine", "operate"), await server.AddTokenAsync("theirs", "operate", "other"));
        await AsAsync(server, theirs, "POST", "/v1/templates", """{"name":"web","cloud":"sim","image":"hello"}""", 201);
        await AsAsync(server, theirs, "POST", "/v1/groups", """{"name":"shop","template":"web","capacity":{"desired":1}}""", 201);
        await AsAsync(server, theirs, "POST", "/v1/groups/shop/check", null, 200);
        var id = server.Cloud.Instances.Single().Id.Value;
        const string report = """{"verdict":"unhealthy"}""";

        var foreign = (await SendAsync(server, mine, "PUT", $"/v1/instances/{id}/health", report)).Problem(404, "instance_not_found");
        var none = (await SendAsync(server, mine, "PUT", "/v1/instances/nobody/health", report)).Problem(404, "instance_not_found");

        Assert.Equal(none.Detail.Replace("nobody", id, StringComparison.Ordinal), foreign.Detail);
        (await SendAsync(server, mine, "POST", $"/v1/instances/{id}/terminate", null)).Problem(404, "instance_not_found");
        await AsAsync(server, theirs, "PUT", $"/v1/instances/{id}/health", report, 200);
    }

    [Theory]
    [InlineData("""{}""", "verdict")]
    [InlineData("""{"verdict":"fine","source":"probe","ttl_s":0}""", "verdict", "source", "ttl_s")]
    [InlineData("""{"verdict":"healthy","source":"a b","detail":"a\nb"}""", "source", "detail")]
    [InlineData("""{"verdict":"healthy","source":"person","ttl_s":86401}""", "source", "ttl_s")]
    public async Task What_is_wrong_of_a_report_is_told_at_once(string body, params string[] fields)
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];

        (await server.SendAsync("PUT", $"/v1/instances/{id}/health", body)).Problem(400, "invalid_input", fields);
    }

    [Fact]
    public async Task A_protected_instance_stays_until_somebody_unprotects_it()
    {
        await using var server = await StartAsync();
        var oldest = (await IdsAsync(server))[0];

        var shown = (await server.PostAsync($"/v1/instances/{oldest}/protect", """{"reason":"the backup runs"}""")).Good(200).Json;
        (await server.PostAsync($"/v1/instances/{oldest}/protect", "{}")).Good(200);
        Assert.Equal(("in-service", "healthy", true, false), Standing(shown));
        (await server.PostAsync($"/v1/instances/{oldest}/terminate", "{}")).Problem(409, "instance_protected");
        (await server.PostAsync($"/v1/instances/{oldest}/replace", "{}")).Problem(409, "instance_protected");
        Assert.Single(await TrailAsync(server), told => told.StartsWith("protected ", StringComparison.Ordinal));

        (await server.SendAsync("PUT", "/v1/groups/shop/capacity", """{"desired":1}""")).Good(200);
        await CheckAsync(server, 2);
        Assert.Equal([oldest], await IdsAsync(server));

        (await server.PostAsync($"/v1/instances/{oldest}/unprotect", "{}")).Good(200);
        Assert.Equal(("in-service", "healthy", false, false), Standing((await ListAsync(server))[0]));
        (await server.PostAsync($"/v1/instances/{oldest}/terminate", "{}")).Good(200);
    }

    [Fact]
    public async Task An_instance_on_standby_does_not_count_and_is_left_alone()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];

        var aside = (await server.PostAsync($"/v1/instances/{id}/standby", "{}")).Good(200).Json;
        await CheckAsync(server, 2);

        Assert.Equal(("standby", "healthy", false, true), Standing(aside));
        Assert.Equal(
            "it does not count: another is launched in its place unless the level of 3 is lowered",
            aside.GetProperty("message").GetString());
        Assert.Equal(4, (await IdsAsync(server)).Count);
        Assert.Equal((3, 0), Counts(await ShowAsync(server), "in_service", "pending"));

        var back = (await server.PostAsync($"/v1/instances/{id}/return", "{}")).Good(200).Json;
        Assert.Equal("in-service", back.GetProperty("phase").GetString());
        await CheckAsync(server, 2);
        Assert.Equal(3, (await IdsAsync(server)).Count);
        (await server.PostAsync($"/v1/instances/{(await IdsAsync(server))[0]}/return", "{}")).Good(200);
    }

    [Fact]
    public async Task An_instance_that_is_to_be_replaced_ends_when_another_is_in_service()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];

        var told = (await server.PostAsync($"/v1/instances/{id}/replace", """{"reason":"slow disk"}""")).Good(200).Json;
        (await server.PostAsync($"/v1/instances/{id}/replace", "{}")).Good(200);
        Assert.Equal("out-of-service", told.GetProperty("phase").GetString());
        Assert.Equal(
            "replaced on demand by dev: slow disk", told.GetProperty("findings").EnumerateArray().Last().GetProperty("detail").GetString());

        await CheckAsync(server);
        Assert.Equal(4, (await IdsAsync(server)).Count);
        await CheckAsync(server, 2);
        Assert.Equal(3, (await IdsAsync(server)).Count);
        Assert.DoesNotContain(id, await IdsAsync(server));
    }

    [Fact]
    public async Task An_instance_that_drains_is_kept_and_another_goes()
    {
        await using var server = await StartAsync();
        var ids = await IdsAsync(server);
        (await server.SendAsync("PATCH", "/v1/groups/shop", """{"drain":{"wait_s":300}}""")).Good(200);
        (await server.SendAsync("PUT", "/v1/groups/shop/capacity", """{"desired":2}""")).Good(200);
        await CheckAsync(server);
        Assert.Equal("draining", await PhaseAsync(server, ids[0]));

        var kept = (await server.PostAsync($"/v1/instances/{ids[0]}/keep", "{}")).Good(200).Json;
        Assert.Equal("it stays: where there is one too many, others end first", kept.GetProperty("message").GetString());
        Assert.DoesNotContain("waiting for its drain", kept.GetRawText(), StringComparison.Ordinal);
        await CheckAsync(server, 2);

        Assert.Equal(("in-service", "draining"), (await PhaseAsync(server, ids[0]), await PhaseAsync(server, ids[1])));
        (await server.PostAsync($"/v1/instances/{ids[2]}/terminate", "{}")).Good(200);
        (await server.PostAsync($"/v1/instances/{ids[2]}/keep", "{}")).Problem(409, "instance_refused");
    }

    [Theory]
    [InlineData("standby")]
    [InlineData("replace")]
    [InlineData("terminate")]
    [InlineData("protect")]
    public async Task What_was_said_of_one_is_waited_for_until_a_check_has_heard_it(string action)
    {
        await using var server = await StartAsync();
        Assert.True((await server.Client.GetGroupAsync("shop", Cancel)).IsAtLevel());

        (await server.PostAsync($"/v1/instances/{(await IdsAsync(server))[0]}/{action}", "{}")).Good(200);

        Assert.False((await server.Client.GetGroupAsync("shop", Cancel)).IsAtLevel());
        await CheckAsync(server, 4);
        Assert.True((await server.Client.GetGroupAsync("shop", Cancel)).IsAtLevel());
    }

    [Fact]
    public async Task A_report_that_is_news_is_waited_for_and_one_that_is_none_is_not()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];

        (await server.SendAsync("PUT", $"/v1/instances/{id}/health", """{"verdict":"healthy","source":"disk"}""")).Good(200);
        Assert.False((await server.Client.GetGroupAsync("shop", Cancel)).IsAtLevel());
        await CheckAsync(server);
        (await server.SendAsync("PUT", $"/v1/instances/{id}/health", """{"verdict":"healthy","source":"disk"}""")).Good(200);

        Assert.True((await server.Client.GetGroupAsync("shop", Cancel)).IsAtLevel());
    }

    [Fact]
    public async Task An_instance_that_was_to_be_replaced_by_mistake_is_kept_and_the_other_one_ends()
    {
        await using var server = await StartAsync();
        var ids = await IdsAsync(server);
        (await server.PostAsync($"/v1/instances/{ids[0]}/replace", "{}")).Good(200);
        await CheckAsync(server);
        Assert.Equal(4, (await IdsAsync(server)).Count);

        var kept = (await server.PostAsync($"/v1/instances/{ids[0]}/keep", """{"reason":"wrong one"}""")).Good(200).Json;
        var again = (await server.PostAsync($"/v1/instances/{ids[0]}/keep", "{}")).Good(200).Json;
        Assert.Equal(("in-service", "healthy", false, false), Standing(kept));
        Assert.StartsWith("it stays", kept.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("nobody wants it gone", again.GetProperty("message").GetString());
        Assert.Equal(
            $"kept: {kept.GetProperty("name").GetString()} by dev: wrong one", (await TrailAsync(server))[0]);

        // By its order the group would end the oldest.
        await CheckAsync(server, 3);
        var left = await IdsAsync(server);
        Assert.Equal((3, true), (left.Count, left.Contains(ids[0])));
    }

    [Fact]
    public async Task An_instance_whose_end_is_written_down_is_kept_no_more()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];
        (await server.PostAsync($"/v1/instances/{id}/terminate", "{}")).Good(200);

        var problem = (await server.PostAsync($"/v1/instances/{id}/keep", "{}")).Problem(409, "instance_refused");

        Assert.EndsWith("is on its way out already", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_that_replaces_nobody_says_so()
    {
        await using var server = await StartAsync();
        (await server.SendAsync("PATCH", "/v1/groups/shop", """{"repair":{"mode":"off"}}""")).Good(200);

        var problem = (await server.PostAsync($"/v1/instances/{(await IdsAsync(server))[0]}/replace", "{}"))
            .Problem(409, "instance_refused");

        Assert.Contains("since its repair is off", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_is_terminated_and_the_group_shrinks_with_it_once()
    {
        await using var server = await StartAsync();
        var ids = await IdsAsync(server);

        (await server.PostAsync($"/v1/instances/{ids[2]}/terminate", "{}")).Good(200);
        await CheckAsync(server, 2);
        Assert.Equal(3, (await IdsAsync(server)).Count);
        Assert.DoesNotContain(ids[2], await IdsAsync(server));

        var told = (await server.PostAsync($"/v1/instances/{ids[1]}/terminate", """{"shrink":true,"reason":"enough"}""")).Good(200).Json;
        (await server.PostAsync($"/v1/instances/{ids[1]}/terminate", """{"shrink":true}""")).Good(200);
        Assert.Equal(
            ("terminating", "it ends, and the level is 2 now"),
            (told.GetProperty("phase").GetString(), told.GetProperty("message").GetString()));
        var trail = await TrailAsync(server);
        Assert.Equal($"to be terminated: {told.GetProperty("name").GetString()} by dev: enough", trail[0]);
        Assert.Contains("3 → 2", trail[1], StringComparison.Ordinal);
        await CheckAsync(server, 2);
        var group = await ShowAsync(server);
        Assert.Equal(2, group.GetProperty("capacity").GetProperty("desired").GetInt32());
        Assert.Equal(2, (await IdsAsync(server)).Count);
        Assert.DoesNotContain(ids[1], await IdsAsync(server));
    }

    [Fact]
    public async Task A_group_at_its_min_keeps_the_instance_that_was_to_shrink_it()
    {
        await using var server = await StartAsync();
        (await server.SendAsync("PUT", "/v1/groups/shop/capacity", """{"min":3}""")).Good(200);
        var id = (await IdsAsync(server))[0];

        (await server.PostAsync($"/v1/instances/{id}/terminate", """{"shrink":true}""")).Problem(400, "invalid_input", "desired");

        await CheckAsync(server);
        Assert.Contains(id, await IdsAsync(server));
        Assert.Equal("in-service", (await server.GetAsync($"/v1/instances/{id}")).Json.GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Instances_of_all_groups_are_listed_page_by_page_and_found_by_name()
    {
        await using var server = await StartAsync();
        await server.AddGroupAsync("bar", 2);
        await server.Client.CheckGroupAsync("bar", Cancel);

        var first = (await server.GetAsync("/v1/instances?limit=1")).Good(200).Json;
        var second = (await server.GetAsync(
            $"/v1/instances?limit=1&cursor={Uri.EscapeDataString(first.GetProperty("next_cursor").GetString()!)}")).Good(200).Json;
        var all = (await server.GetAsync("/v1/instances")).Good(200).Json;

        Assert.Equal(["bar", "bar"], Groups(first));
        Assert.Equal(["shop", "shop", "shop"], Groups(second));
        Assert.Equal(5, all.GetProperty("items").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, all.GetProperty("next_cursor").ValueKind);
        var name = first.GetProperty("items")[0].GetProperty("name").GetString()!;
        Assert.Equal(name, (await server.GetAsync($"/v1/instances/{name}")).Good(200).Json.GetProperty("name").GetString());
        (await server.GetAsync($"/v1/instances/{name}?cloud=other")).Problem(404, "instance_not_found");

        static IEnumerable<string?> Groups(JsonElement page) =>
            page.GetProperty("items").EnumerateArray().Select(instance => instance.GetProperty("group").GetString());
    }

    [Fact]
    public async Task An_instance_that_is_gone_is_not_found_though_it_was_known()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];
        (await server.GetAsync($"/v1/instances/{id}")).Good(200);

        server.Cloud.Turn(server.Cloud.Instances.Single(one => one.Id.Value == id), new Simulation.Clouds.LifeEvent(TimeSpan.Zero, null));

        (await server.GetAsync($"/v1/instances/{id}")).Problem(404, "instance_not_found");
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        await CheckAsync(server, 2);
        return server;
    }

    /// <summary>So many level checks: a later one sees what an earlier one did.</summary>
    private static async Task CheckAsync(RunningServer server, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            await server.Client.CheckGroupAsync("shop", Cancel);
        }
    }

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(RunningServer server) =>
        [.. (await server.GetAsync("/v1/groups/shop/instances")).Good(200).Json.GetProperty("items").EnumerateArray()];

    private static async Task<List<string>> IdsAsync(RunningServer server) =>
    [
        .. (await ListAsync(server)).Where(instance => instance.GetProperty("state").GetString() != "terminating")
            .Select(instance => instance.GetProperty("id").GetString()!),
    ];

    private static async Task<string?> PhaseAsync(RunningServer server, string id) =>
        (await server.GetAsync($"/v1/instances/{id}")).Good(200).Json.GetProperty("phase").GetString();

    private static async Task<JsonElement> ShowAsync(RunningServer server) => (await server.GetAsync("/v1/groups/shop")).Good(200).Json;

    private static async Task<IReadOnlyList<string>> TrailAsync(RunningServer server) =>
    [
        .. (await server.GetAsync("/v1/groups/shop/activities")).Good(200).Json.GetProperty("items").EnumerateArray()
            .Select(activity => activity.GetProperty("description").GetString()!),
    ];

    private static (string? Phase, string? Health, bool Protected, bool Standby) Standing(JsonElement instance) => (
        instance.GetProperty("phase").GetString(), instance.GetProperty("health").GetString(),
        instance.GetProperty("protected").GetBoolean(), instance.GetProperty("standby").GetBoolean());

    private static (int One, int Other) Counts(JsonElement group, string one, string other) => (
        group.GetProperty("status").GetProperty(one).GetInt32(), group.GetProperty("status").GetProperty(other).GetInt32());

    private static Task<Answer> SendAsync(RunningServer server, string secret, string method, string path, string? body) =>
        server.SendAsync(method, path, body, headers: ("Authorization", $"Bearer {secret}"));

    private static async Task AsAsync(RunningServer server, string secret, string method, string path, string? body, int status) =>
        (await SendAsync(server, secret, method, path, body)).Good(status);
}
