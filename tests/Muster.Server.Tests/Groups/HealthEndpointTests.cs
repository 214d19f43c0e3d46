using System.Text.Json;

using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Groups;

/// <summary>Health checks and repair of groups, over HTTP.</summary>
public sealed class HealthEndpointTests
{
    private const string Probed = """
        {"name":"web","template":"web","capacity":{"desired":3},
         "health":{"kind":"http","port":8080,"path":"/healthz","interval_s":2,"timeout_s":1,"healthy_after":1,"unhealthy_after":2,
                   "grace_s":5,"headers":{"Host":"web.example"}},
         "repair":{"order":"terminate-first","unavailable_max":"2"},"surge":"3"}
        """;

    [Fact]
    public async Task A_group_is_made_with_a_health_check_and_shown_with_all_of_it()
    {
        await using var server = await StartAsync();

        var made = (await server.PostAsync("/v1/groups", Probed)).Good(201).Json;

        Assert.Equal(
            """
            {"kind":"http","port":8080,"path":"/healthz","method":"GET","headers":{"Host":"web.example"},"expect":"200-299","interval_s":2,
            "timeout_s":1,"healthy_after":1,"unhealthy_after":2,"grace_s":5,"boot_timeout_s":900}
            """.ReplaceLineEndings(""),
            made.GetProperty("health").GetRawText());
        Assert.Equal(
            """{"mode":"replace","order":"terminate-first","unavailable_max":"2","surge":"3","when_most":"hold"}""",
            made.GetProperty("repair").GetRawText());
        Assert.False(made.TryGetProperty("surge", out _));
        Assert.Equal(0, made.GetProperty("status").GetProperty("in_service").GetInt32());
        Assert.Equal(0, made.GetProperty("status").GetProperty("unhealthy").GetInt32());
    }

    [Fact]
    public async Task What_is_left_out_of_a_change_stays_and_none_removes_the_health_check()
    {
        await using var server = await StartAsync();
        (await server.PostAsync("/v1/groups", Probed)).Good(201);

        var changed = (await server.SendAsync("PATCH", "/v1/groups/web", """{"health":{"path":"/live"},"repair":{"mode":"tell"}}"""))
            .Good(200).Json;
        var removed = (await server.SendAsync("PATCH", "/v1/groups/web", """{"health":{"kind":"none"},"surge":"10%"}""")).Good(200).Json;

        Assert.Equal(
            ("/live", 8080, 2),
            (
                changed.GetProperty("health").GetProperty("path").GetString(), changed.GetProperty("health").GetProperty("port").GetInt32(),
                changed.GetProperty("health").GetProperty("interval_s").GetInt32()));
        Assert.Equal(
            ("tell", "3"),
            (
                changed.GetProperty("repair").GetProperty("mode").GetString(),
                changed.GetProperty("repair").GetProperty("surge").GetString()));
        Assert.False(removed.TryGetProperty("health", out _));
        Assert.Equal("10%", removed.GetProperty("repair").GetProperty("surge").GetString());
        var told = (await server.GetAsync("/v1/groups/web/activities")).Json.GetProperty("items")[0].GetProperty("description").GetString();
        Assert.Contains("health check http on port 8080, /live every 2s → none", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        await using var server = await StartAsync();

        (await server.PostAsync("/v1/groups", """
            {"name":"web","template":"web","capacity":{"desired":3},
             "health":{"kind":"http","port":70000,"attribute":"port","path":"healthz","interval_s":2,"timeout_s":3,"grace_s":-1,
                       "healthy_after":0,"expect":"700"},
             "repair":{"mode":"mend","unavailable_max":"200%"}}
            """)).Problem(
            400, "invalid_input", "health.port", "health.port", "health.path", "health.timeout_s", "health.grace_s", "health.healthy_after",
            "health.expect", "repair.mode", "repair.unavailable_max");
        Assert.Equal(404, (await server.GetAsync("/v1/groups/web")).Status);
    }

    [Theory]
    [InlineData("""{"health":{"kind":"http","port":0}}""", "health.port")]
    [InlineData("""{"health":{"kind":"tcp","port":1,"path":"/"}}""", "health.path")]
    [InlineData("""{"health":{"kind":"http"}}""", "health.port")]
    [InlineData("""{"health":{"port":80}}""", "health.kind")]
    [InlineData("""{"health":{"kind":"ping","port":80}}""", "health.kind")]
    [InlineData("""{"repair":{"unavailable_max":"0","surge":"0"}}""", "repair.unavailable_max")]
    [InlineData("""{"repair":{"unavailable_max":"0"},"surge":"0"}""", "repair.unavailable_max")]
    [InlineData("""{"repair":{"surge":"2"},"surge":"3"}""", "surge")]
    [InlineData("""{"surge":"x"}""", "repair.surge")]
    public async Task What_could_not_work_is_refused_by_field(string fields, string wrong)
    {
        await using var server = await StartAsync();
        await server.AddGroupAsync("web");
        var body = $$"""{"name":"other","template":"web","capacity":{"desired":3},{{fields[1..]}}""";

        (await server.PostAsync("/v1/groups", body)).Problem(400, "invalid_input", wrong);
        (await server.SendAsync("PATCH", "/v1/groups/web", fields)).Problem(400, "invalid_input", wrong);
    }

    [Fact]
    public async Task An_unknown_field_of_a_health_check_is_named()
    {
        await using var server = await StartAsync();

        (await server.PostAsync("/v1/groups", """
            {"name":"web","template":"web","capacity":{"desired":3},"health":{"kind":"tcp","port":80,"intervall_s":3}}
            """)).Problem(400, "unknown_field", "health.intervall_s");
    }

    [Fact]
    public async Task A_surge_beside_placements_is_theirs()
    {
        await using var server = await StartAsync();

        var made = (await server.PostAsync(
            "/v1/groups", """{"name":"web","placements":[{"name":"a","template":"web"}],"capacity":{"desired":3},"surge":"2"}"""))
            .Good(201).Json;

        Assert.Equal("2", made.GetProperty("surge").GetString());
        Assert.False(made.TryGetProperty("repair", out _));
        var alone = (await server.SendAsync("PATCH", "/v1/groups/web", """{"template":"web","surge":"4"}""")).Good(200).Json;
        Assert.Equal("4", alone.GetProperty("repair").GetProperty("surge").GetString());
        Assert.Equal(JsonValueKind.Undefined, alone.TryGetProperty("surge", out var surge) ? surge.ValueKind : JsonValueKind.Undefined);
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();
        return server;
    }
}
