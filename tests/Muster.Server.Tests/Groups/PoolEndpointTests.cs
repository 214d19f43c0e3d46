using Muster.Core;
using Muster.Server.Groups;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Groups;

/// <summary>Warm pools of groups, over HTTP. Cloud <c>sim</c> stops its instances and suspends none; <c>other</c> does neither.</summary>
public sealed class PoolEndpointTests
{
    private const string Pooled = """
        {"name":"web","template":"web","capacity":{"desired":3},
         "pool":{"size":"20%","mode":"stopped","takes_surplus":true,"age_max_s":604800}}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_is_made_with_a_pool_and_shown_with_it_and_another_with_none()
    {
        await using var server = await StartAsync();

        var made = (await server.PostAsync("/v1/groups", Pooled)).Good(201).Json;
        var plain = (await server.PostAsync("/v1/groups", """{"name":"plain","template":"web","capacity":{"desired":1}}"""))
            .Good(201).Json;
        var least = (await server.PostAsync(
            "/v1/groups", """{"name":"least","template":"web","capacity":{"desired":1},"pool":{"size":"2"}}""")).Good(201).Json;

        Assert.Equal(
            """{"size":"20%","mode":"stopped","takes_surplus":true,"age_max_s":604800}""", made.GetProperty("pool").GetRawText());
        Assert.False(plain.TryGetProperty("pool", out _));
        Assert.Equal("""{"size":"2","mode":"stopped","takes_surplus":false}""", least.GetProperty("pool").GetRawText());
        var status = made.GetProperty("status");
        Assert.Equal((0, 0), (status.GetProperty("warm").GetInt32(), status.GetProperty("warming").GetInt32()));
    }

    [Fact]
    public async Task What_is_left_out_of_a_pool_stays_and_a_size_of_0_removes_it()
    {
        await using var server = await StartAsync();
        (await server.PostAsync("/v1/groups", Pooled)).Good(201);

        var changed = (await server.SendAsync("PATCH", "/v1/groups/web", """{"pool":{"size":"1000","age_max_s":0}}""")).Good(200).Json;
        var told = await LastAsync(server);
        var removed = (await server.SendAsync("PATCH", "/v1/groups/web", """{"pool":{"size":"0"}}""")).Good(200).Json;

        Assert.Equal("""{"size":"1000","mode":"stopped","takes_surplus":true}""", changed.GetProperty("pool").GetRawText());
        Assert.Equal("pool 20% stopped, takes surplus, renewed after 7d → 1000 stopped, takes surplus by dev", told);
        Assert.False(removed.TryGetProperty("pool", out _));
        Assert.Equal("pool 1000 stopped, takes surplus → off by dev", await LastAsync(server));
    }

    [Theory]
    [InlineData("""{"pool":{}}""", "pool.size")]
    [InlineData("""{"pool":{"takes_surplus":true}}""", "pool.size")]
    [InlineData("""{"pool":{"size":"0","mode":"stopped"}}""", "pool.size")]
    [InlineData("""{"pool":{"size":"1001"}}""", "pool.size")]
    [InlineData("""{"pool":{"size":"101%"}}""", "pool.size")]
    [InlineData("""{"pool":{"size":"-1"}}""", "pool.size")]
    [InlineData("""{"pool":{"size":"1","mode":"frozen"}}""", "pool.mode")]
    [InlineData("""{"pool":{"size":"1","mode":"suspended"}}""", "pool.mode")]
    [InlineData("""{"pool":{"size":"1","age_max_s":3599}}""", "pool.age_max_s")]
    [InlineData("""{"pool":{"size":"1","age_max_s":1e300}}""", "pool.age_max_s")]
    public async Task What_could_not_work_is_refused_by_field(string fields, string wrong)
    {
        await using var server = await StartAsync();
        await server.AddGroupAsync("web");

        (await server.SendAsync("PATCH", "/v1/groups/web", fields)).Problem(400, "invalid_input", wrong);

        Assert.Null((await server.Client.GetGroupAsync("web", Cancel)).Pool);
    }

    [Fact]
    public async Task An_unknown_field_of_a_pool_is_named()
    {
        await using var server = await StartAsync();
        await server.AddGroupAsync("web");

        (await server.SendAsync("PATCH", "/v1/groups/web", """{"pool":{"sizes":"1"}}""")).Problem(400, "unknown_field", "pool.sizes");
    }

    [Fact]
    public async Task A_pool_on_a_cloud_that_cannot_stop_its_instances_is_refused_by_the_clouds_name()
    {
        await using var server = await StartAsync();

        var one = (await server.PostAsync(
            "/v1/groups", """{"name":"web","template":"far","capacity":{"desired":1},"pool":{"size":"2"}}"""))
            .Problem(400, "invalid_input", "pool");
        var spread = (await server.PostAsync(
            "/v1/groups",
            """
            {"name":"web","capacity":{"desired":1},"pool":{"size":"2"},
             "placements":[{"name":"home","template":"web"},{"name":"away","template":"far"}]}
            """)).Problem(400, "invalid_input", "pool");

        Assert.Equal("pool is '2': none: cloud other cannot stop its instances and start them again", one.Detail);
        Assert.Equal(one.Detail, spread.Detail);
    }

    [Fact]
    public async Task A_group_with_a_pool_does_not_move_to_a_cloud_that_cannot_stop_its_instances_until_it_has_none()
    {
        await using var server = await StartAsync();
        (await server.PostAsync("/v1/groups", Pooled)).Good(201);

        var refused = (await server.SendAsync("PATCH", "/v1/groups/web", """{"template":"far"}""")).Problem(400, "invalid_input", "pool");
        var planned = await server.PostAsync("/v1/groups/web/plan", """{"update":{"template":"far"}}""");
        (await server.SendAsync("PATCH", "/v1/groups/web", """{"template":"web2"}""")).Good(200);
        var moved = (await server.SendAsync("PATCH", "/v1/groups/web", """{"template":"far","pool":{"size":"0"}}""")).Good(200).Json;
        var plain = (await server.SendAsync("PATCH", "/v1/groups/web", """{"template":"web"}""")).Good(200).Json;

        Assert.Contains("cloud other cannot stop its instances", refused.Detail, StringComparison.Ordinal);
        planned.Problem(400, "invalid_input", "pool");
        Assert.False(moved.TryGetProperty("pool", out _));
        Assert.False(plain.TryGetProperty("pool", out _));
    }

    [Fact]
    public async Task What_rests_and_what_is_on_its_way_there_is_counted_in_the_status()
    {
        await using var server = await StartAsync();
        await server.AddGroupAsync("web");
        var record = (await server.Store.FindGroupAsync(
            new((await server.Client.GetGroupAsync("web", Cancel)).Id), Cancel))!;

        var status = GroupViews.View(
            record with { State = record.State with { Counts = new() { Running = 3, Warm = 2, Warming = 1 } } },
            server.Prices.Current, server.Clock.GetUtcNow()).Status;

        Assert.Equal((2, 1), (status.Warm, status.Warming));
    }

    private static async Task<string> LastAsync(RunningServer server) =>
        (await server.GetAsync("/v1/groups/web/activities")).Json.GetProperty("items")[0].GetProperty("description").GetString()!;

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();
        await server.AddTemplateAsync("web2");
        (await server.PostAsync("/v1/templates", """{"name":"far","cloud":"other","image":"hello"}""")).Good(201);
        return server;
    }
}
