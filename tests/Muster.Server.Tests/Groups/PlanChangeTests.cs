using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Groups;

public sealed class PlanChangeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_planned_for_by_the_rules_of_the_change_and_is_not_made()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 3);
        await server.Client.CheckGroupAsync("shop", Cancel);
        await server.AddTemplateAsync("web2");

        var up = await server.Client.PlanChangeAsync("shop", new() { Capacity = new() { Desired = 5 } }, cancellationToken: Cancel);
        var other = await server.Client.PlanChangeAsync(
            "shop",
            new() { Capacity = new() { Desired = 1, Max = 2 }, Update = new() { Template = "web2", ScaleIn = "newest" } },
            1,
            Cancel);
        var gone = await server.Client.PlanChangeAsync("shop", new() { Delete = true }, cancellationToken: Cancel);

        Assert.Equal((5, "launch", 2), (up.Level, up.Actions.Single().Kind, up.Actions.Single().Count));
        Assert.Equal(["terminate", "terminate"], other.Actions.Select(action => action.Kind));
        Assert.Equal((0, 3), (gone.Level, gone.Actions.Count(action => action.Kind == "terminate")));
        var group = await server.Client.GetGroupAsync("shop", Cancel);
        Assert.Equal((1, 3, "active"), (group.Version, group.Capacity.Desired, group.Phase));
        Assert.Equal(3, server.Cloud.Instances.Length);
    }

    [Theory]
    [InlineData("""{}""", 400, "invalid_input")]
    [InlineData("""{"delete":false}""", 400, "invalid_input")]
    [InlineData("""{"delete":true,"capacity":{"desired":1}}""", 400, "invalid_input")]
    [InlineData("""{"capacity":{}}""", 400, "invalid_input")]
    [InlineData("""{"update":{"capacity":{}}}""", 400, "invalid_input")]
    [InlineData("""{"capacity":{"desired":1},"update":{"capacity":{"desired":2}}}""", 400, "invalid_input")]
    [InlineData("""{"capacity":{"desired":2000}}""", 400, "invalid_input")]
    [InlineData("""{"capacity":{"desired":"+2"}}""", 400, "invalid_input")]
    [InlineData("""{"capacity":{"desired":1e1}}""", 400, "invalid_input")]
    [InlineData("""{"update":{"template":"nobody"}}""", 400, "unknown_template")]
    [InlineData("""{"colour":"red"}""", 400, "unknown_field")]
    public async Task What_the_change_would_be_refused_for_its_plan_is_refused_for(string body, int status, string code)
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 3);

        (await server.SendAsync("POST", "/v1/groups/shop/plan", body)).Problem(status, code);
    }

    [Fact]
    public async Task A_group_that_is_not_made_is_planned_for_and_is_not_made()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 1);
        await server.Client.CheckGroupAsync("shop", Cancel);
        await server.AddTemplateAsync("web2");

        var alone = await server.Client.PlanNewGroupAsync(
            new() { Name = "new", Template = "web2", Capacity = new() { Desired = 3 } }, Cancel);
        var spread = await server.Client.PlanNewGroupAsync(
            new()
            {
                Name = "new",
                Capacity = new() { Desired = 4 },
                Distribution = "balanced",
                Placements = [new() { Name = "a", Template = "web2" }, new() { Name = "b", Template = "web2" }],
            },
            Cancel);

        Assert.Equal((3, "launch", 3), (alone.Level, alone.Actions.Single().Kind, alone.Actions.Single().Count));
        Assert.Equal((0, 0), (alone.Counts.Running, alone.Counts.Unknown));
        Assert.Equal([2, 2], spread.Actions.Select(action => action.Count));
        Assert.Equal(["shop"], (await server.Client.ListGroupsAsync(cancellationToken: Cancel)).Items.Select(group => group.Name));
        Assert.Single(server.Cloud.Instances);
    }

    [Theory]
    [InlineData("""{"name":"new"}""", 400, "invalid_input")]
    [InlineData("""{"name":"new","template":"nobody","capacity":{"desired":1}}""", 400, "unknown_template")]
    [InlineData("""{"name":"shop","template":"web","capacity":{"desired":1}}""", 409, "duplicate_name")]
    [InlineData("""{"name":"new","template":"web","capacity":{"desired":2000}}""", 400, "invalid_input")]
    [InlineData("""{"colour":"red"}""", 400, "unknown_field")]
    public async Task What_a_new_group_would_be_refused_for_its_plan_is_refused_for(string body, int status, string code)
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 3);

        (await server.SendAsync("POST", "/v1/groups/plan", body)).Problem(status, code);
        (await server.SendAsync("POST", "/v1/groups", body)).Problem(status, code);
    }

    [Fact]
    public async Task A_version_that_is_no_longer_is_refused()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 3);

        var error = await Assert.ThrowsAsync<Muster.Api.Client.ApiException>(() =>
            server.Client.PlanChangeAsync("shop", new() { Capacity = new() { Desired = 5 } }, ifVersion: 7, Cancel));

        Assert.Equal("stale_version", error.Problem.Code);
    }
}
