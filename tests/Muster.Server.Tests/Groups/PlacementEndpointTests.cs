using System.Text.Json;

using Muster.Api.Groups;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Server.Groups;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Groups;

public sealed class PlacementEndpointTests
{
    private const string Two = """
        {"name":"shop","capacity":{"desired":3},
         "placements":[{"name":"a","template":"web","max":2},{"name":"b","template":"far","zone":"z2"}]}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_with_a_template_alone_is_shown_byte_for_byte_as_ever()
    {
        await using var server = await StartAsync();
        var made = await server.AddGroupAsync("bar");

        string[] known =
        [
            "id", "name", "template_id", "template_name", "capacity", "interval_s", "scale_in", "brakes", "suspended", "phase", "status",
            "version", "created_at", "updated_at", "archived_at",
        ];
        Assert.Equal(known, made.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(known, (await server.GetAsync("/v1/groups/bar")).Json.EnumerateObject().Select(field => field.Name));
        await server.Client.CheckGroupAsync("bar", Cancel);
        var instance = (await server.GetAsync("/v1/groups/bar/instances")).Json.GetProperty("items")[0];
        Assert.DoesNotContain(instance.EnumerateObject(), field => field.Name is "placement" or "zone");
        Assert.Equal(
            """{"name":"x","template":"web","capacity":null,"interval_s":null,"scale_in":null,"brakes":null}""",
            JsonSerializer.Serialize(new() { Name = "x", Template = "web" }, Muster.Api.ApiJson.Default.GroupInput));
        Assert.Equal(
            """{"name":"x","template":null,"interval_s":null,"scale_in":null,"brakes":null}""",
            JsonSerializer.Serialize(new() { Name = "x" }, Muster.Api.ApiJson.Default.GroupUpdate));
    }

    [Fact]
    public async Task A_group_is_made_with_placements_and_shown_with_them()
    {
        await using var server = await StartAsync();

        var made = (await server.PostAsync("/v1/groups", Two)).Good(201).Json;

        Assert.Equal(
            ("ordered", 120, 600, "10%", 1, "web"),
            (
                made.GetProperty("distribution").GetString(), made.GetProperty("spill_after_s").GetInt32(),
                made.GetProperty("return_after_s").GetInt32(), made.GetProperty("surge").GetString(),
                made.GetProperty("revision").GetInt32(), made.GetProperty("template_name").GetString()));
        var (a, b) = (made.GetProperty("placements")[0], made.GetProperty("placements")[1]);
        Assert.Equal(made.GetProperty("template_id").GetGuid(), a.GetProperty("template_id").GetGuid());
        Assert.Equal(
            ("a", 2, JsonValueKind.Null),
            (a.GetProperty("name").GetString(), a.GetProperty("max").GetInt32(), a.GetProperty("zone").ValueKind));
        Assert.Equal(
            ("b", "z2", "other", 0, 0, "scaling", "not checked yet"),
            (
                b.GetProperty("name").GetString(), b.GetProperty("zone").GetString(), b.GetProperty("cloud").GetString(),
                b.GetProperty("wanted").GetInt32(), b.GetProperty("running").GetInt32(), b.GetProperty("condition").GetString(),
                b.GetProperty("reason").GetString()));
        var listed = await server.Client.ListGroupsAsync(cancellationToken: Cancel);
        Assert.Equal(["a", "b"], listed.Items.Single().Placements!.Select(placement => placement.Name));
    }

    [Fact]
    public async Task Every_cloud_where_a_group_may_have_instances_is_shown_once_there_are_several()
    {
        await using var server = await StartAsync();

        var one = (await server.PostAsync("/v1/groups", """{"name":"one","template":"far","zones":["z1","z2"],"capacity":{"desired":3}}"""))
            .Good(201).Json;
        var two = (await server.PostAsync("/v1/groups", Two)).Good(201).Json;
        var left = (await server.SendAsync("PATCH", "/v1/groups/shop", """{"template":"far"}""")).Good(200).Json;

        Assert.False(one.TryGetProperty("clouds", out _));
        Assert.Equal(["sim", "other"], two.GetProperty("clouds").EnumerateArray().Select(cloud => cloud.GetString()));
        Assert.Equal(["other", "sim"], left.GetProperty("clouds").EnumerateArray().Select(cloud => cloud.GetString()));
    }

    [Fact]
    public async Task Instances_say_in_which_placement_and_zone_they_are_and_come_from_every_cloud()
    {
        await using var server = await StartAsync();
        (await server.PostAsync("/v1/groups", Two)).Good(201);
        await server.Client.CheckGroupAsync("shop", Cancel);

        var seen = await server.Client.ListInstancesAsync("shop", Cancel);
        Assert.Equal(
            [("a", null), ("a", null), ("b", "z2")],
            seen.Items.Select(instance => (instance.Placement, instance.Zone)).OrderBy(pair => pair.Placement, StringComparer.Ordinal));
        Assert.Null(seen.Unlisted);

        server.Clouds.Find(default, "other")!.Cloud.Governor
            .OnFailed(new(CloudErrorKind.Throttled, "too much", TimeSpan.FromMinutes(1)));
        var half = await server.Client.ListInstancesAsync("shop", Cancel);
        Assert.Equal(["a", "a"], half.Items.Select(instance => instance.Placement));
        Assert.Equal("other", Assert.Single(half.Unlisted!).Cloud);

        server.Clouds.Find(default, "sim")!.Cloud.Governor.OnFailed(new(CloudErrorKind.Throttled, "too much", TimeSpan.FromMinutes(1)));
        Assert.InRange((await server.GetAsync("/v1/groups/shop/instances")).Status, 429, 503);
    }

    [Fact]
    public async Task Zones_are_the_short_form_of_one_template_in_several()
    {
        await using var server = await StartAsync();

        var made = (await server.PostAsync(
            "/v1/groups",
            """{"name":"shop","template":"far","zones":["z3","z1"],"capacity":{"desired":3},"surge":"2","spill_after_s":0}"""))
            .Good(201).Json;

        Assert.Equal(("balanced", 0), (made.GetProperty("distribution").GetString(), made.GetProperty("spill_after_s").GetInt32()));
        Assert.Equal(
            [("z3", "z3"), ("z1", "z1")],
            made.GetProperty("placements").EnumerateArray()
                .Select(one => (one.GetProperty("name").GetString()!, one.GetProperty("zone").GetString()!)));
        Assert.Equal(
            ["z2"],
            (await server.SendAsync("PATCH", "/v1/groups/shop", """{"zones":["z2"]}""")).Good(200).Json
                .GetProperty("placements").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("""{"placements":[{"name":"a","template":"far","zone":"z9"}]}""", "invalid_input", "placements[0].zone")]
    [InlineData("""{"placements":[{"name":"a","template":"web","zone":"z1"}]}""", "invalid_input", "placements[0].zone")]
    [InlineData("""{"template":"web","zones":["z1"]}""", "invalid_input", "zones[0]")]
    [InlineData("""{"zones":["z1"]}""", "invalid_input", "template")]
    [InlineData("""{}""", "invalid_input", "template")]
    [InlineData("""{"template":"web","placements":[{"name":"a","template":"web"}]}""", "invalid_input", "template")]
    [InlineData("""{"placements":[{"name":"a","template":"nothing"}]}""", "unknown_template", "placements[0].template")]
    [InlineData("""{"placements":[{"name":"a","template":"old"}]}""", "archived_template", "placements[0].template")]
    [InlineData(
        """{"placements":[{"name":"a","template":"nothing"},{"name":"a","template":""}]}""",
        "invalid_input", "placements[0].template", "placements[1].template", "placements[1].name")]
    [InlineData("""{"placements":[{"name":"a","template":"web","colour":"red"}]}""", "unknown_field", "placements[0].colour")]
    [InlineData("""{"placements":[{"name":"a","template":"web","max":"2"}]}""", "invalid_input", "placements[0].max")]
    [InlineData("""{"placements":["a"]}""", "invalid_input", "placements[0]")]
    [InlineData("""{"placements":[null]}""", "invalid_input", "placements[0]")]
    [InlineData("""{"placements":{"a":"web"}}""", "invalid_input", "placements")]
    [InlineData("""{"zones":[1]}""", "invalid_input", "zones[0]")]
    [InlineData("""{"template":"web","surge":"x"}""", "invalid_input", "repair.surge")]
    public async Task What_is_wrong_of_placements_is_refused_by_field(string fields, string code, params string[] wrong)
    {
        await using var server = await StartAsync();
        await server.AddTemplateAsync("old");
        (await server.SendAsync("DELETE", "/v1/templates/old")).Good(200);

        var body = $$"""{"name":"shop","capacity":{"desired":3},{{fields[1..]}}""".Replace(",}", "}", StringComparison.Ordinal);
        (await server.PostAsync("/v1/groups", body)).Problem(400, code, wrong);

        Assert.Equal(404, (await server.GetAsync("/v1/groups/shop")).Status);
    }

    [Fact]
    public async Task A_cloud_that_cannot_say_its_zones_is_asked_again_later()
    {
        await using var server = await StartAsync();
        server.Clouds.Find(default, "other")!.Cloud.Governor
            .OnFailed(new(CloudErrorKind.Throttled, "too much", TimeSpan.FromMinutes(1)));

        (await server.PostAsync("/v1/groups", Two)).Problem(503, "cloud_throttled");

        Assert.Equal(404, (await server.GetAsync("/v1/groups/shop")).Status);
    }

    [Fact]
    public async Task A_group_goes_to_another_cloud_to_placements_and_back_and_every_step_is_a_revision()
    {
        await using var server = await StartAsync();
        await server.AddGroupAsync("shop");

        var moved = (await server.SendAsync("PATCH", "/v1/groups/shop", """{"template":"far"}""")).Good(200).Json;
        Assert.Equal("far", moved.GetProperty("template_name").GetString());
        await server.SendAsync("PATCH", "/v1/groups/shop", """{"interval_s":30}""");
        var spread = (await server.SendAsync(
            "PATCH", "/v1/groups/shop",
            """{"placements":[{"name":"a","template":"web"},{"name":"b","template":"far"}],"return_after_s":0}""")).Good(200).Json;
        Assert.Equal((3, 0), (spread.GetProperty("revision").GetInt32(), spread.GetProperty("return_after_s").GetInt32()));
        var back = (await server.SendAsync("PATCH", "/v1/groups/shop", """{"template":"web"}""")).Good(200).Json;
        Assert.False(back.TryGetProperty("placements", out _));

        var first = await server.Client.ListRevisionsAsync("shop", new() { Limit = 3 }, Cancel);
        var last = await server.Client.ListRevisionsAsync("shop", new() { Limit = 3, Cursor = first.NextCursor }, Cancel);
        Assert.Equal(
            [(4, "web", null), (3, "web", "ordered a:web b:far"), (2, "far", null), (1, "web", null)],
            first.Items.Concat(last.Items).Select(revision => (
                revision.Revision, revision.TemplateName,
                revision.Placements is null
                    ? null
                    : $"{revision.Distribution} {string.Join(' ', revision.Placements.Select(one => $"{one.Name}:{one.TemplateName}"))}")));
        Assert.Equal((0, "dev"), (first.Items[1].ReturnAfterS, first.Items[1].Author));
        Assert.Null(last.NextCursor);
    }

    [Fact]
    public async Task A_placement_is_evacuated_and_restored_by_name_and_version()
    {
        await using var server = await StartAsync();
        (await server.PostAsync("/v1/groups", Two)).Good(201);

        (await server.SendAsync("POST", "/v1/groups/shop/evacuate", """{"placement":"b"}""", headers: ("If-Match", "\"7\"")))
            .Problem(412, "stale_version");
        (await server.PostAsync("/v1/groups/shop/evacuate", """{"placement":"c"}""")).Problem(400, "invalid_input", "placement");
        (await server.PostAsync("/v1/groups/shop/evacuate", """{}""")).Problem(400, "invalid_input", "placement");
        var evacuated = (await server.PostAsync(
            "/v1/groups/shop/evacuate", """{"placement":"b","ignore_dead":true,"reason":"it burns"}""")).Good(200);
        (await server.PostAsync("/v1/groups/shop/evacuate", """{"placement":"a"}""")).Problem(400, "invalid_input", "placement");
        var restored = (await server.PostAsync("/v1/groups/shop/restore", """{"placement":"b"}""")).Good(200);

        var b = evacuated.Json.GetProperty("placements")[1];
        Assert.True(b.GetProperty("ignores_dead").GetBoolean());
        Assert.Equal(JsonValueKind.String, b.GetProperty("evacuated_at").ValueKind);
        Assert.Equal(("\"2\"", "\"3\""), (evacuated.Headers.ETag!.Tag, restored.Headers.ETag!.Tag));
        Assert.Equal(1, restored.Json.GetProperty("revision").GetInt32());
        Assert.Equal(JsonValueKind.Null, restored.Json.GetProperty("placements")[1].GetProperty("evacuated_at").ValueKind);
        Assert.Contains(
            (await server.Client.ListActivitiesAsync("shop", cancellationToken: Cancel)).Items,
            activity => activity.Description == "evacuated placement b, what is there counting as dead by dev: it burns");
    }

    [Fact]
    public async Task A_change_of_placements_is_planned_for_and_not_made()
    {
        await using var server = await StartAsync();
        await server.AddGroupAsync("shop");
        await server.Client.CheckGroupAsync("shop", Cancel);

        var plan = await server.Client.PlanChangeAsync(
            "shop",
            new() { Capacity = new() { Desired = 4 }, Update = new() { Placements = [new() { Name = "b", Template = "far" }] } },
            cancellationToken: Cancel);

        Assert.Contains(plan.Actions, action => action is { Kind: "launch", Count: 1 });
        Assert.Null((await server.Client.GetGroupAsync("shop", Cancel)).Placements);
    }

    [Fact]
    public async Task What_a_placement_remembers_and_what_is_left_of_earlier_ones_is_shown()
    {
        await using var server = await StartAsync();
        (await server.PostAsync("/v1/groups", Two)).Good(201);
        var id = new Core.GroupId((await server.Client.GetGroupAsync("shop", Cancel)).Id);
        var record = (await server.Memory.FindGroupAsync(id, Cancel))!;
        var known = record with
        {
            State = record.State with
            {
                Placements =
                [
                    new()
                    {
                        Name = "a", Wanted = 2, Counts = new() { Running = 1 }, Condition = GroupCondition.Degraded,
                        Reason = "out of stock",
                    },
                    new() { Name = "earlier@sim", Counts = new() { Running = 1, Dead = 1 }, Reason = "ends when the others run" },
                    new() { Name = "earlier@other" },
                ],
            },
        };

        var shown = PlacementViews.View(known, GroupCosts.Of(known, PriceBook.Empty));

        Assert.Equal(
            [
                ("a", 2, 1, "degraded", "out of stock"), ("b", 0, 0, "scaling", "not checked yet"),
                ("earlier@sim", 0, 1, "scaling", "ends when the others run"),
            ],
            shown.Select(one => (one.Name, one.Wanted, one.Running, one.Condition, one.Reason)));
        Assert.Equal((null, "sim"), (shown[2].TemplateId, shown[2].Cloud));
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartDevAsync();
        await server.AddTemplateAsync("web");
        (await server.PostAsync("/v1/templates", """{"name":"far","cloud":"other","image":"hello"}""")).Good(201);
        return server;
    }
}
