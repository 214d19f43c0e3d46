using System.Text.Json;

using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Groups;

/// <summary>Drains and hooks of groups, over HTTP.</summary>
public sealed class LifeEndpointTests
{
    private const string Held = """
        {"name":"web","template":"web","capacity":{"desired":3},
         "traffic":[{"source":"edge"},{"source":"inner"}],
         "drain":{"deadline_s":60,"wait_s":5,"through":["edge","inner"]},
         "hooks":[{"name":"bake","at":"launch","timeout_s":600,"tell":"https://ci.example/muster"},
                  {"name":"backup","at":"terminate","on_timeout":"abandon","tell":"none"}]}
        """;

    [Fact]
    public async Task A_group_is_made_with_a_drain_and_hooks_and_shown_with_all_of_them()
    {
        await using var server = await StartAsync();

        var made = (await server.PostAsync("/v1/groups", Held)).Good(201).Json;

        Assert.Equal("""{"deadline_s":60,"wait_s":5,"through":["edge","inner"]}""", made.GetProperty("drain").GetRawText());
        Assert.Equal(
            """
            [{"name":"bake","at":"launch","timeout_s":600,"on_timeout":"abandon","tell":"https://ci.example/muster"},
            {"name":"backup","at":"terminate","timeout_s":3600,"on_timeout":"abandon"}]
            """.ReplaceLineEndings(""),
            made.GetProperty("hooks").GetRawText());
        Assert.Equal(0, made.GetProperty("status").GetProperty("draining").GetInt32());
        var plain = (await server.PostAsync("/v1/groups", """{"name":"plain","template":"web","capacity":{"desired":1}}"""))
            .Good(201).Json;
        Assert.False(plain.TryGetProperty("drain", out _));
        Assert.False(plain.TryGetProperty("hooks", out _));
    }

    [Fact]
    public async Task What_is_left_out_of_a_drain_stays_and_a_deadline_of_0_removes_it()
    {
        await using var server = await StartAsync();
        (await server.PostAsync("/v1/groups", Held)).Good(201);

        var changed = (await server.SendAsync("PATCH", "/v1/groups/web", """{"drain":{"wait_s":30}}""")).Good(200).Json;
        var removed = (await server.SendAsync("PATCH", "/v1/groups/web", """{"drain":{"deadline_s":0}}""")).Good(200).Json;

        Assert.Equal("""{"deadline_s":60,"wait_s":30,"through":["edge","inner"]}""", changed.GetProperty("drain").GetRawText());
        Assert.False(removed.TryGetProperty("drain", out _));
        Assert.True(removed.TryGetProperty("hooks", out _));
        Assert.Contains("→ off", await LastAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hooks_are_replaced_as_a_whole_and_an_empty_list_removes_them()
    {
        await using var server = await StartAsync();
        (await server.PostAsync("/v1/groups", Held)).Good(201);

        var changed = (await server.SendAsync("PATCH", "/v1/groups/web", """{"hooks":[{"name":"late","at":"terminate"}]}"""))
            .Good(200).Json;
        var told = await LastAsync(server);
        var removed = (await server.SendAsync("PATCH", "/v1/groups/web", """{"hooks":[]}""")).Good(200).Json;

        Assert.Equal("late", Assert.Single(changed.GetProperty("hooks").EnumerateArray()).GetProperty("name").GetString());
        Assert.Contains("hook bake removed", told, StringComparison.Ordinal);
        Assert.DoesNotContain("ci.example", told, StringComparison.Ordinal);
        Assert.False(removed.TryGetProperty("hooks", out _));
        Assert.True(removed.TryGetProperty("drain", out _));
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once_by_field()
    {
        await using var server = await StartAsync();

        (await server.PostAsync("/v1/groups", """
            {"name":"web","template":"web","capacity":{"desired":3},
             "drain":{"deadline_s":172801,"wait_s":-1,"through":["a b"]},
             "hooks":[{"name":"bake","at":"birth","timeout_s":0,"on_timeout":"stay","tell":"ftp://x"},{"name":"drain","at":"launch"}]}
            """)).Problem(
            400, "invalid_input", "drain.wait_s", "drain.deadline_s", "drain.through", "hooks.bake.at", "hooks.bake.timeout_s",
            "hooks.bake.on_timeout", "hooks.bake.tell", "hooks.1.name");
        Assert.Equal(404, (await server.GetAsync("/v1/groups/web")).Status);
    }

    [Fact]
    public async Task A_drain_goes_through_sources_that_the_group_uses_and_none_of_them_is_taken_from_it()
    {
        await using var server = await StartAsync();
        (await server.PostAsync("/v1/groups", Held)).Good(201);

        var taken = (await server.SendAsync("PATCH", "/v1/groups/web", """{"traffic":[{"source":"edge"}]}"""))
            .Problem(400, "invalid_input", "drain.through");
        (await server.SendAsync("PATCH", "/v1/groups/web", """{"drain":{"through":["edge","outer"]}}"""))
            .Problem(400, "invalid_input", "drain.through");
        (await server.SendAsync(
            "PATCH", "/v1/groups/web", """{"traffic":[{"source":"edge"}],"drain":{"through":["edge"]}}""")).Good(200);

        Assert.Contains("a source of the group's own traffic: edge", taken.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"drain":{"deadline_s":0,"wait_s":3}}""", "drain.deadline_s")]
    [InlineData("""{"drain":{"wait_s":0}}""", "drain.wait_s")]
    [InlineData("""{"drain":{"deadline_s":5,"wait_s":6}}""", "drain.wait_s")]
    [InlineData("""{"hooks":[{"at":"launch"}]}""", "hooks.0.name")]
    [InlineData("""{"hooks":[{"name":"a"}]}""", "hooks.a.at")]
    [InlineData("""{"hooks":[{"name":"a","at":"launch"},{"name":"a","at":"launch"}]}""", "hooks")]
    [InlineData("""{"hooks":[{"name":"a","at":"launch","tell":"http://user:secret@x/"}]}""", "hooks.a.tell")]
    public async Task What_could_not_work_is_refused_by_field(string fields, string wrong)
    {
        await using var server = await StartAsync();
        await server.AddGroupAsync("web");

        var problem = (await server.SendAsync("PATCH", "/v1/groups/web", fields)).Problem(400, "invalid_input", wrong);

        Assert.DoesNotContain("secret", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_the_server_does_not_have_is_refused()
    {
        await using var server = await RunningServer.StartDevAsync(options => options.HookCommands = ["page"]);
        await server.AddTemplateAsync();
        await server.AddGroupAsync("web");

        var problem = (await server.SendAsync("PATCH", "/v1/groups/web", """{"hooks":[{"name":"a","at":"launch","tell":"exec:pager"}]}"""))
            .Problem(400, "invalid_input", "hooks.a.tell");
        (await server.SendAsync("PATCH", "/v1/groups/web", """{"hooks":[{"name":"a","at":"launch","tell":"exec:page"}]}""")).Good(200);

        Assert.Equal("hooks.a.tell is 'exec:pager': a URL, or one of exec:page", problem.Detail);
    }

    [Fact]
    public async Task An_unknown_field_of_a_hook_is_named()
    {
        await using var server = await StartAsync();

        (await server.PostAsync("/v1/groups", """
            {"name":"web","template":"web","capacity":{"desired":3},"hooks":[{"name":"a","at":"launch","time_out_s":3}]}
            """)).Problem(400, "unknown_field", "hooks[0].time_out_s");
    }

    private static async Task<string> LastAsync(RunningServer server) =>
        (await server.GetAsync("/v1/groups/web/activities")).Json.GetProperty("items")[0].GetProperty("description").GetString()!;

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();
        return server;
    }
}
