using System.Globalization;

using Muster.Api.Groups;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Groups;

public sealed class GroupEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_group_has_its_defaults_and_its_creation_in_the_trail()
    {
        await using var server = await RunningServer.StartDevAsync();

        var made = await server.AddGroupAsync("shop", desired: 3);

        var group = made.Json;
        Assert.Equal("\"1\"", made.Headers.ETag?.Tag);
        Assert.Equal("""{"desired":3,"min":0,"max":1000,"author":"dev"}""", group.GetProperty("capacity").GetRawText());
        Assert.Equal(60, group.GetProperty("interval_s").GetDouble());
        Assert.Equal("oldest", group.GetProperty("scale_in").GetString());
        Assert.Equal(10, group.GetProperty("brakes").GetProperty("launches_in_flight_max").GetInt32());
        Assert.Equal("active", group.GetProperty("phase").GetString());
        Assert.Equal("web", group.GetProperty("template_name").GetString());
        Assert.Equal(0, group.GetProperty("status").GetProperty("running").GetInt32());
        Assert.Equal("scaling", group.GetProperty("status").GetProperty("condition").GetString());
        var activity = (await server.GetAsync("/v1/groups/shop/activities")).Good(200).Json.GetProperty("items")[0];
        Assert.Equal("change", activity.GetProperty("type").GetString());
        Assert.Equal("created with capacity 3 (0 to 1000) from template web by dev", activity.GetProperty("description").GetString());
        Assert.Equal("dev", activity.GetProperty("author").GetString());
    }

    [Fact]
    public async Task A_group_comes_up_is_repaired_and_scales_and_is_drained_when_deleted()
    {
        await using var server = await RunningServer.StartDevAsync(beats: true);
        await server.AddGroupAsync("shop", desired: 3);

        await UntilAsync(server, group => group.Status.Running == 3);
        var instances = await server.Client.ListInstancesAsync("shop", Cancel);
        Assert.Equal(3, instances.Items.Count);
        Assert.All(instances.Items, instance => Assert.Equal("running", instance.State));

        await server.Client.SetCapacityAsync("shop", new() { Desired = 5, Reason = "the fair" }, cancellationToken: Cancel);
        await UntilAsync(server, group => group.Status is { Running: 5, Condition: "healthy" });

        var deleted = await server.Client.DeleteGroupAsync("shop", cancellationToken: Cancel);
        Assert.Equal("draining", deleted.Phase);
        await UntilAsync(server, group => group.Phase == "archived", deleted.Id.ToString());
        Assert.Empty((await server.Client.ListInstancesAsync(deleted.Id.ToString(), Cancel)).Items);
        (await server.GetAsync("/v1/groups/shop")).Problem(404, "group_not_found");
        (await server.SendAsync("PUT", $"/v1/groups/{deleted.Id}/capacity", """{"desired":1}""")).Problem(409, "group_archived");
    }

    [Fact]
    public async Task A_check_on_request_answers_with_what_it_did_and_a_plan_does_nothing()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop", desired: 2);

        var plan = await server.Client.PlanGroupAsync("shop", Cancel);
        Assert.Equal(2, plan.Level);
        Assert.Equal(("launch", 2), (plan.Actions.Single().Kind, plan.Actions.Single().Count));
        Assert.Empty(server.Cloud.Instances);

        var check = await server.Client.CheckGroupAsync("shop", Cancel);
        Assert.Equal("acted", check.Outcome);
        Assert.Equal(2, check.Activities.Count(activity => activity is { Type: "launch", Status: "succeeded" }));
        Assert.Equal(2, (await server.Client.ListInstancesAsync("shop", Cancel)).Items.Count);
    }

    [Fact]
    public async Task An_update_changes_what_is_named_and_nothing_else()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        await server.AddTemplateAsync("web2");

        var updated = await server.Client.UpdateGroupAsync(
            "shop",
            new() { Name = "store", Template = "web2", IntervalS = 5.5, ScaleIn = "newest", Brakes = new() { LaunchesPerHourMax = 7 } },
            cancellationToken: Cancel);

        Assert.Equal(
            ("store", "web2", 5.5, "newest", 2), (updated.Name, updated.TemplateName, updated.IntervalS, updated.ScaleIn, updated.Version));
        Assert.Equal((7, 10), (updated.Brakes.LaunchesPerHourMax, updated.Brakes.LaunchesInFlightMax));
        Assert.Equal(3, updated.Capacity.Desired);
        var trail = await server.Client.ListActivitiesAsync("store", cancellationToken: Cancel);
        Assert.Equal(
            "name shop → store, template web → web2, interval_s 60 → 5.5, scale_in oldest → newest, launches_per_hour_max 1000 → 7 by dev",
            trail.Items[0].Description);
        (await server.GetAsync("/v1/groups/shop")).Problem(404, "group_not_found");
    }

    [Fact]
    public async Task How_old_instances_become_is_set_shown_with_each_of_them_and_taken_back()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        Assert.Null((await server.Client.GetGroupAsync("shop", Cancel)).LifetimeMaxS);

        var updated = await server.Client.UpdateGroupAsync("shop", new() { LifetimeMaxS = 86_400 }, cancellationToken: Cancel);
        var instances = await server.Client.ListInstancesAsync("shop", Cancel);
        var back = await server.Client.UpdateGroupAsync("shop", new() { LifetimeMaxS = 0 }, cancellationToken: Cancel);
        var wrong = await server.SendAsync("PATCH", "/v1/groups/shop", """{"lifetime_max_s":3599}""");

        Assert.Equal((86_400, null), (updated.LifetimeMaxS, back.LifetimeMaxS));
        Assert.All(
            instances.Items,
            instance => Assert.InRange(
                instance.LifetimeEndsAt!.Value - instance.CreatedAt, TimeSpan.FromDays(0.89), TimeSpan.FromDays(1.01)));
        wrong.Problem(400, "invalid_input", "lifetime_max_s");
        var trail = await server.Client.ListActivitiesAsync("shop", cancellationToken: Cancel);
        Assert.Contains(trail.Items, entry => entry.Description == "lifetime_max 1d → off by dev");
    }

    [Fact]
    public async Task A_capacity_change_leaves_its_author_and_reason()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();

        var changed = await server.Client.SetCapacityAsync(
            "shop", new() { Desired = 5, Max = 20, Reason = "the fair begins" }, cancellationToken: Cancel);
        Assert.Equal((5, 0, 20), (changed.Capacity.Desired, changed.Capacity.Min, changed.Capacity.Max));

        var trail = await server.Client.ListActivitiesAsync("shop", cancellationToken: Cancel);
        Assert.Equal("capacity 3 → 5 (max 1000 → 20) by dev: the fair begins", trail.Items[0].Description);
    }

    [Fact]
    public async Task Suspending_and_resuming_go_by_name_and_mean_all_when_nothing_is_named()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();

        Assert.Equal(
            ["terminate"],
            (await server.Client.SuspendGroupAsync("shop", new() { Terminate = true }, cancellationToken: Cancel)).Suspended);
        Assert.Equal(
            ["launch", "terminate", "replace"],
            (await server.Client.SuspendGroupAsync("shop", new(), cancellationToken: Cancel)).Suspended);
        Assert.Equal(
            ["launch", "terminate"],
            (await server.Client.ResumeGroupAsync("shop", new() { Replace = true }, cancellationToken: Cancel)).Suspended);
        Assert.Equal("[]", (await server.SendAsync("POST", "/v1/groups/shop/resume")).Good(200).Json.GetProperty("suspended").GetRawText());
    }

    [Fact]
    public async Task Deleting_with_instances_kept_archives_at_once_and_a_second_time_changes_nothing()
    {
        await using var server = await RunningServer.StartDevAsync();
        var id = (await server.AddGroupAsync(desired: 2)).Json.GetProperty("id").GetString();
        await server.Client.CheckGroupAsync("shop", Cancel);

        var first = (await server.SendAsync("DELETE", "/v1/groups/shop?instances=keep")).Good(200);
        Assert.Equal("archived", first.Json.GetProperty("phase").GetString());
        Assert.Equal(first.Body, (await server.SendAsync("DELETE", $"/v1/groups/{id}")).Good(200).Body);
        Assert.Equal(2, (await server.Client.ListInstancesAsync(id!, Cancel)).Items.Count);
        (await server.SendAsync("POST", $"/v1/groups/{id}/check")).Problem(409, "group_archived");
        await server.AddGroupAsync();
    }

    [Fact]
    public async Task A_group_that_drains_takes_no_change_but_suspension_and_keeping_its_instances()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync(desired: 2);
        await server.Client.CheckGroupAsync("shop", Cancel);
        await server.Client.DeleteGroupAsync("shop", cancellationToken: Cancel);

        (await server.SendAsync("PUT", "/v1/groups/shop/capacity", """{"desired":1}""")).Problem(409, "group_draining");
        (await server.SendAsync("PATCH", "/v1/groups/shop", """{"interval_s":30}""")).Problem(409, "group_draining");
        (await server.SendAsync("POST", "/v1/groups/shop/suspend", """{"terminate":true}""")).Good(200);
        (await server.SendAsync("DELETE", "/v1/groups/shop?instances=sell")).Problem(400, "invalid_input", "instances");
        var kept = (await server.SendAsync("DELETE", "/v1/groups/shop?instances=keep")).Good(200);
        Assert.Equal("archived", kept.Json.GetProperty("phase").GetString());
    }

    [Fact]
    public async Task Every_wrong_field_of_a_new_group_is_told_at_once_and_nothing_is_kept()
    {
        await using var server = await RunningServer.StartDevAsync();

        var answer = await server.PostAsync("/v1/groups", """
            {"name":"no spaces","template":"nothing","capacity":{"desired":-1,"min":5,"max":1001,"reason":"a\u0007b"},
             "interval_s":4.9,"scale_in":"random","brakes":{"launches_in_flight_max":0,"terminations_per_hour_max":10001}}
            """);

        answer.Problem(
            400, "invalid_input", "name", "template", "capacity.desired", "capacity.max", "capacity.reason", "interval_s", "scale_in",
            "brakes.launches_in_flight_max", "brakes.terminations_per_hour_max");
        Assert.Empty((await server.GetAsync("/v1/groups?include_archived=true")).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"name":"g","capacity":{"desired":1}}""", "invalid_input", "template", null)]
    [InlineData("""{"name":"g","template":"web"}""", "invalid_input", "capacity.desired", null)]
    [InlineData("""{"template":"web","capacity":{"desired":1}}""", "invalid_input", "name", null)]
    [InlineData("""{"name":"g","template":"nothing","capacity":{"desired":1}}""", "unknown_template", "template", "nothing")]
    [InlineData("""{"name":"g","template":"old","capacity":{"desired":1}}""", "archived_template", "template", "old")]
    [InlineData("""{"name":"g","template":"web","capacity":{"desired":-1}}""", "invalid_input", "capacity.desired", "-1")]
    [InlineData("""{"name":"g","template":"web","capacity":{"desired":1001}}""", "invalid_input", "capacity.desired", "1001")]
    [InlineData("""{"name":"g","template":"web","capacity":{"desired":6,"max":5}}""", "invalid_input", "capacity.desired", "6")]
    [InlineData("""{"name":"g","template":"web","capacity":{"desired":1,"min":2}}""", "invalid_input", "capacity.desired", "1")]
    [InlineData("""{"name":"g","template":"web","capacity":{"desired":2,"min":3,"max":1}}""", "invalid_input", "capacity.min", "3")]
    [InlineData("""{"name":"g","template":"web","capacity":{"desired":1,"max":1001}}""", "invalid_input", "capacity.max", "1001")]
    [InlineData("""{"name":"g","template":"web","capacity":{"desired":"three"}}""", "invalid_input", "capacity.desired", "three")]
    [InlineData("""{"name":"g","template":"web","capacity":{"desired":1.5}}""", "invalid_input", "capacity.desired", "1.5")]
    [InlineData("""{"name":"g","template":"web","capacity":{"desired":99999999999}}""", "invalid_input", "capacity.desired", "99999999999")]
    [InlineData("""{"name":"g","template":"web","capacity":3}""", "invalid_input", "capacity", "3")]
    [InlineData("""{"name":"g","template":"web","capacity":{"desired":1},"interval_s":3601}""", "invalid_input", "interval_s", "3601")]
    public async Task A_wrong_field_is_told_with_its_value_and_nothing_is_kept(string body, string code, string field, string? value)
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();
        await server.AddTemplateAsync("old");
        (await server.SendAsync("DELETE", "/v1/templates/old")).Good(200);

        var problem = (await server.PostAsync("/v1/groups", body)).Problem(400, code, field);

        Assert.Equal(value, problem.Errors[0].Value);
        Assert.Empty((await server.GetAsync("/v1/groups")).Json.GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"desired":6}""", "desired", "at most 5, the group's max")]
    [InlineData("""{"desired":0}""", "desired", "at least 1, the group's min")]
    [InlineData("""{"min":4}""", "min", "at most 3, the group's capacity")]
    [InlineData("""{"max":1}""", "max", "at least 3, the group's capacity")]
    [InlineData("""{"desired":0,"max":9}""", "desired", "at least 1, the group's min")]
    [InlineData("""{"max":1001}""", "max", "0 to 1000, this installation's limit")]
    [InlineData("""{"max":0}""", "max", "min at most max, and min is 1, max 0")]
    [InlineData("""{}""", "desired", "at least one of desired, min and max")]
    [InlineData("""{"desired":true}""", "desired", "a whole number")]
    public async Task A_wrong_capacity_names_the_bound_it_breaks_and_changes_nothing(string body, string field, string allowed)
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync();
        (await server.PostAsync("/v1/groups", """{"name":"shop","template":"web","capacity":{"desired":3,"min":1,"max":5} }""")).Good(201);

        var problem = (await server.SendAsync("PUT", "/v1/groups/shop/capacity", body)).Problem(400, "invalid_input", field);

        Assert.Equal(allowed, problem.Errors[0].Allowed);

        // Among other fields it is one of theirs.
        var among = (await server.SendAsync("PATCH", "/v1/groups/shop", $$"""{"capacity":{{body}} }"""))
            .Problem(400, "invalid_input", $"capacity.{field}");
        (await server.SendAsync("POST", "/v1/groups/shop/plan", $$"""{"capacity":{{body}} }"""))
            .Problem(400, "invalid_input", $"capacity.{field}");
        Assert.Equal(allowed, among.Errors[0].Allowed);
        Assert.Equal(1, (await server.Client.GetGroupAsync("shop", Cancel)).Version);
    }

    [Fact]
    public async Task A_group_may_not_take_a_template_that_is_not_there_nor_a_name_that_is_taken()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync("shop");
        await server.AddGroupAsync("bar");

        (await server.SendAsync("PATCH", "/v1/groups/shop", """{"template":"nothing"}""")).Problem(400, "unknown_template", "template");
        (await server.SendAsync("PATCH", "/v1/groups/shop", """{"name":"bar"}""")).Problem(409, "duplicate_name", "name");
        (await server.SendAsync("PATCH", "/v1/groups/shop", "{}")).Problem(400, "invalid_input", "body");
        (await server.PostAsync("/v1/groups", """{"name":"bar","template":"web","capacity":{"desired":1} }"""))
            .Problem(409, "duplicate_name", "name");
        Assert.Equal(1, (await server.Client.GetGroupAsync("shop", Cancel)).Version);
    }

    [Theory]
    [InlineData("GET", "/v1/groups/nothing")]
    [InlineData("GET", "/v1/groups/nothing/instances")]
    [InlineData("GET", "/v1/groups/nothing/activities")]
    [InlineData("GET", "/v1/groups/nothing/plan")]
    [InlineData("POST", "/v1/groups/nothing/check")]
    [InlineData("POST", "/v1/groups/nothing/suspend")]
    [InlineData("DELETE", "/v1/groups/nothing")]
    [InlineData("GET", "/v1/groups/3f2504e0-4f89-41d3-9a0c-0305e82c3301")]
    [InlineData("GET", "/v1/groups/no%20name")]
    [InlineData("GET", "/v1/events?group=nothing")]
    public async Task An_unknown_group_is_not_found(string method, string path)
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.SendAsync(method, path)).Problem(404, "group_not_found");
    }

    [Fact]
    public async Task The_trail_is_read_page_by_page_newest_first_without_gap_or_repeat()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        for (var i = 1; i <= 7; i++)
        {
            await server.Client.SetCapacityAsync(
                "shop", new() { Desired = i, Reason = i.ToString(CultureInfo.InvariantCulture) }, cancellationToken: Cancel);
        }

        var read = new List<string>();
        string? cursor = null;
        do
        {
            var page = await server.Client.ListActivitiesAsync("shop", new(3, cursor), Cancel);
            read.AddRange(page.Items.Select(activity => activity.Description));

            // What is added meanwhile belongs before the first page and shifts no other.
            await server.Client.SetCapacityAsync("shop", new() { Desired = 1 }, cancellationToken: Cancel);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(["7", "6", "5", "4", "3", "2", "1"], read[..7].Select(description => description.Split(": ")[1]));
        Assert.StartsWith("created", read[7], StringComparison.Ordinal);
        Assert.Equal(8, read.Count);
    }

    private static async Task UntilAsync(RunningServer server, Func<GroupView, bool> isSo, string group = "shop")
    {
        // Every change of state leaves an activity, so the stream of them says when to look again.
        if (isSo(await server.Client.GetGroupAsync(group, Cancel)))
        {
            return;
        }

        await foreach (var _ in server.Client.FollowEventsAsync(after: 0, cancellationToken: Cancel))
        {
            if (isSo(await server.Client.GetGroupAsync(group, Cancel)))
            {
                return;
            }
        }
    }
}
