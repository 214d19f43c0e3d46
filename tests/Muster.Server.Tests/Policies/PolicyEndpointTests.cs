using Muster.Api.Policies;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Policies;

public sealed class PolicyEndpointTests
{
    private static readonly PolicyInput Level = new() { Name = "level", Kind = "target", Metric = "cpu", Target = 60 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_policy_is_made_listed_shown_changed_and_removed_without_a_new_version_of_its_group()
    {
        await using var server = await StartAsync();

        var made = await server.Client.CreatePolicyAsync("shop", Level, Cancel);
        Assert.Equal(("level", "target", "on", 1L), (made.Name, made.Kind, made.Mode, made.Version));
        Assert.Equal((60, "5m"), (made.Rule.Target, made.Rule.Stabilize));
        Assert.Null(made.EvaluatedAt);

        var changed = await server.Client.UpdatePolicyAsync("shop", "level", new() { Target = 50, Mode = "recommend" }, Cancel);
        Assert.Equal((50, "recommend", 2L), (changed.Rule.Target, changed.Mode, changed.Version));
        Assert.Equal("level", Assert.Single(await server.Client.ListPoliciesAsync("shop", Cancel)).Name);
        var group = await server.Client.GetGroupAsync("shop", Cancel);
        Assert.Equal((1L, "level"), (group.Version, Assert.Single(group.Policies!).Name));

        Assert.Equal("level", (await server.Client.DeletePolicyAsync("shop", "level", Cancel)).Name);
        (await server.SendAsync("GET", "/v1/groups/shop/policies/level")).Problem(404, "policy_not_found");
        var told = (await server.Client.ListActivitiesAsync("shop", cancellationToken: Cancel)).Items.Select(entry => entry.Description)
            .ToList();
        Assert.Contains(told,
            text => text.StartsWith("policy level created: kind target, mode on, metric cpu, target 60", StringComparison.Ordinal));
        Assert.Contains("policy level changed: mode on → recommend, target 60 → 50 by dev", told);
        Assert.Contains("policy level removed by dev", told);
    }

    [Fact]
    public async Task What_a_policy_recommends_moves_the_level_and_the_group_says_who_and_why()
    {
        await using var server = await StartAsync();
        await server.Client.CheckGroupAsync("shop", Cancel);
        await server.Client.CheckGroupAsync("shop", Cancel);
        await server.Client.CreatePolicyAsync("shop", Level, Cancel);
        server.Metrics.Values["cpu"] = 90;

        Assert.Equal((1, 1), await server.RoundAsync(Cancel) is var round ? (round.Groups, round.Moved) : default);

        var group = await server.Client.GetGroupAsync("shop", Cancel);
        Assert.Equal((5, 3, "level"), (group.Capacity.Desired, group.Capacity.Set, group.Capacity.Author));
        Assert.Equal("target cpu: 90 of 60 on 3 instances → 5", group.Capacity.Reason);
        Assert.Equal(5, group.Status.Level);
        var policy = Assert.Single(group.Policies!);
        Assert.Equal((5, group.Capacity.Reason, 90), (policy.Recommends, policy.Reason, policy.Reading));
        Assert.NotNull(policy.EvaluatedAt);

        var explained = await server.Client.ExplainAsync("shop", cancellationToken: Cancel);
        Assert.Equal((5, 3, "level"), (explained.Level, explained.Running, explained.Author));
        Assert.Equal("5: level: target cpu: 90 of 60 on 3 instances → 5", explained.Conclusion);
        Assert.Contains(explained.Activities,
            entry => entry.Description.StartsWith("capacity 3 → 5 by policy level", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_has_the_last_word_until_a_policy_moves_it_and_longer_while_they_hold_it()
    {
        await using var server = await StartAsync();
        await server.Client.CheckGroupAsync("shop", Cancel);
        await server.Client.CheckGroupAsync("shop", Cancel);
        await server.Client.CreatePolicyAsync("shop", Level, Cancel);
        server.Metrics.Values["cpu"] = 90;
        await server.RoundAsync(Cancel);

        var held = await server.Client.SetCapacityAsync(
            "shop", new() { Desired = 2, HoldS = 3600, Reason = "quiet now" }, cancellationToken: Cancel);
        await server.RoundAsync(Cancel);

        Assert.Equal((2, "dev", "quiet now"), (held.Capacity.Desired, held.Capacity.Author, held.Capacity.Reason));
        Assert.NotNull(held.Capacity.HeldUntil);
        Assert.Equal(2, (await server.Client.GetGroupAsync("shop", Cancel)).Capacity.Desired);
    }

    [Theory]
    [InlineData("""{"name":"a","kind":"target","metric":"cpu","target":0}""", "target")]
    [InlineData("""{"name":"a","kind":"target","target":60}""", "metric")]
    [InlineData("""{"name":"a","kind":"target","metric":"cpu","target":60,"per_instance":1}""", "per_instance")]
    [InlineData("""{"name":"a","kind":"magic"}""", "kind")]
    [InlineData("""{"name":"a b","kind":"target","metric":"cpu","target":60}""", "name")]
    [InlineData("""{"name":"a","kind":"schedule","windows":["Mon-Fri 08:00-18:00"],"zone":"Europe/Atlantis","inside":{"min":1}}""", "zone")]
    [InlineData("""{"name":"a","kind":"schedule","windows":["0 0 30 2 * for 1h"],"inside":{"min":1}}""", "windows")]
    [InlineData("""{"name":"a","kind":"step","metric":"cpu","above":80,"below":20,"add":"1"}""", "below")]
    public async Task What_is_wrong_with_a_policy_is_named_and_nothing_is_made(string body, string field)
    {
        await using var server = await StartAsync();

        var problem = (await server.SendAsync("POST", "/v1/groups/shop/policies", body)).Problem(400, "invalid_input");

        Assert.Contains(field, problem.Errors.Select(error => error.Field));
        Assert.Empty(await server.Client.ListPoliciesAsync("shop", Cancel));
    }

    [Fact]
    public async Task A_name_that_is_taken_and_a_group_that_is_gone_are_refused()
    {
        await using var server = await StartAsync();
        await server.Client.CreatePolicyAsync("shop", Level, Cancel);

        var body = """{"name":"level","kind":"target","metric":"cpu","target":60}""";
        (await server.SendAsync("POST", "/v1/groups/shop/policies", body)).Problem(409, "duplicate_name");
        (await server.SendAsync("POST", "/v1/groups/nobody/policies", body)).Problem(404, "group_not_found");
        (await server.SendAsync("PATCH", "/v1/groups/shop/policies/other", """{"target":50}""")).Problem(404, "policy_not_found");
        await server.Client.DeleteGroupAsync("shop", cancellationToken: Cancel);
        (await server.SendAsync("PATCH", "/v1/groups/shop/policies/level", """{"target":50}""")).Problem(409, "group_draining");
    }

    [Fact]
    public async Task What_a_policy_would_want_now_is_planned_for_and_nothing_is_made()
    {
        await using var server = await StartAsync();
        await server.Client.CreatePolicyAsync("shop", Level with { Mode = "recommend" }, Cancel);
        await server.Client.CheckGroupAsync("shop", Cancel);
        await server.Client.CheckGroupAsync("shop", Cancel);
        server.Metrics.Values["cpu"] = 90;
        await server.RoundAsync(Cancel);

        var plan = await server.Client.PlanChangeAsync("shop", new() { Policy = Level with { Target = 45 } }, cancellationToken: Cancel);
        var office = new PolicyInput { Name = "office", Kind = "schedule", Windows = ["daily 00:00-24:00"], Inside = new() { Max = 1 } };
        var framed = await server.Client.PlanChangeAsync("shop", new() { Policy = office }, cancellationToken: Cancel);

        Assert.Equal((6, "launch", 3), (plan.Level, plan.Actions.Single().Kind, plan.Actions.Single().Count));
        Assert.Equal((1, 2), (framed.Level, framed.Actions.Count(action => action.Kind == "terminate")));
        Assert.Equal(3, (await server.Client.GetGroupAsync("shop", Cancel)).Capacity.Desired);
        (await server.SendAsync("POST", "/v1/groups/shop/plan", """{"policy":{"name":"a","kind":"target"},"delete":true}"""))
            .Problem(400, "invalid_input", "policy");
    }

    [Fact]
    public async Task A_plan_with_a_policy_goes_by_what_was_pushed_before_any_policy_reads_it_and_says_where_nothing_was()
    {
        await using var server = await StartAsync();
        await server.Client.CheckGroupAsync("shop", Cancel);
        await server.Client.CheckGroupAsync("shop", Cancel);
        var pushed = Level with { Metric = "waiting", Target = 10, Total = true };

        var blind = await server.Client.PlanChangeAsync("shop", new() { Policy = pushed }, cancellationToken: Cancel);
        (await server.PostAsync("/v1/groups/shop/readings", """{"metric":"waiting","value":50}""")).Good(200);
        var seeing = await server.Client.PlanChangeAsync("shop", new() { Policy = pushed }, cancellationToken: Cancel);

        Assert.EndsWith(
            "; policy level says nothing: no reading of waiting yet: nothing shrinks", blind.Explanation, StringComparison.Ordinal);
        Assert.Empty(blind.Actions);
        Assert.Equal((5, "launch", 2), (seeing.Level, seeing.Actions.Single().Kind, seeing.Actions.Single().Count));
        Assert.DoesNotContain("says nothing", seeing.Explanation, StringComparison.Ordinal);
        Assert.Empty((await server.Client.GetGroupAsync("shop", Cancel)).Policies ?? []);
    }

    [Fact]
    public async Task A_schedule_is_in_force_whenever_somebody_asks()
    {
        await using var server = await StartAsync();

        await server.Client.CreatePolicyAsync(
            "shop",
            new() { Name = "office", Kind = "schedule", Windows = ["daily 00:00-24:00"], Inside = new() { Min = 7 } },
            Cancel);

        var group = await server.Client.GetGroupAsync("shop", Cancel);
        Assert.Equal((7, "office"), (group.Capacity.Desired, group.Capacity.Author));
        Assert.Equal(7, Assert.Single(group.Policies!).Recommends);
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 3);
        return server;
    }
}
