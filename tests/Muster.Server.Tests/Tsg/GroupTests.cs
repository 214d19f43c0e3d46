using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Triton.Facade;

namespace Muster.Server.Tests.Tsg;

/// <summary>Section 3 of what clients of the original count on.</summary>
public sealed class GroupTests : TsgTests
{
    private static readonly string TooLong = new('a', 183);

    [Fact]
    public async Task A_group_comes_back_byte_for_byte_as_the_original_writes_it()
    {
        var template = await AddTemplateAsync();

        var made = await SendAsync("POST", "/v1/tsg/groups", Group("shop", template, 3));

        var id = made.Json.GetProperty("id").GetString()!;
        var created = made.Json.GetProperty("created_at").GetString()!;
        var expected =
            $$"""{"id":"{{id}}","group_name":"shop","template_id":"{{template}}","capacity":3,"created_at":"{{created}}","updated_at":"{{created}}"}""";
        Assert.Equal((201, expected, "application/json; charset=utf-8"), (made.Status, made.Body, made.ContentType));
        Assert.Equal($"/v1/tsg/groups/{id}", made.Location);
        Assert.Equal(expected, (await GetAsync($"/v1/tsg/groups/{id}")).Body);
        Assert.Equal($"[{expected}]", (await GetAsync("/v1/tsg/groups")).Body);
    }

    [Fact]
    public async Task A_group_of_the_facade_is_a_group_of_v1()
    {
        await AddGroupAsync("shop", capacity: 7);

        var capacity = (await Server.GetAsync("/v1/groups/shop")).Json.GetProperty("capacity");

        Assert.Equal((7, 0, 100), (
            capacity.GetProperty("desired").GetInt32(), capacity.GetProperty("min").GetInt32(), capacity.GetProperty("max").GetInt32()));
    }

    [Fact]
    public async Task A_missing_capacity_is_none()
    {
        var template = await AddTemplateAsync();

        var made = await SendAsync("POST", "/v1/tsg/groups", $$"""{"group_name":"shop","template_id":"{{template}}"}""");

        Assert.Equal((201, 0), (made.Status, made.Json.GetProperty("capacity").GetInt32()));
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "", "error in unmarshal request body" },
        { "null", "error in unmarshal request body" }, // Defect 17: the original's handler crashed.
        { """{"capacity":"5"}""", "error in unmarshal request body" },
        { """{"capacity":5.5}""", "error in unmarshal request body" },
        { """{"capacity":5.0}""", "error in unmarshal request body" },
        { """{"capacity":99999999999999999999}""", "error in unmarshal request body" },
        { """{"group_name":5}""", "error in unmarshal request body" },
        { """{"updated_at":"2018-05-14"}""", "error in unmarshal request body" },
        { "{}", "group name cannot be empty" },
        { $$"""{"group_name":"{{TooLong}}"}""", "group name cannot be more than 182 characters" },
        { """{"group_name":"my shop"}""", "group name must be 1 to 182 characters of A-Z a-z 0-9 . _ -" },
        { """{"group_name":"shop"}""", "template ID must be a valid UUID" },
        { """{"group_name":"shop","template_id":"5"}""", "template ID must be a valid UUID" },
        { Group("shop", Nobody, -1), "group capacity cannot be a negative number" },
        { Group("shop", Nobody, 101), "group capacity cannot be more than 100 compute instances" },

        // Defect 29: 500 there, with the database's words.
        { Group("shop", Nobody, 1), "Error finding template by ID" },
        { Group("shop", "urn:uuid:" + Nobody, 1), "Error finding template by ID" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task A_wrong_group_is_refused_in_the_originals_words(string body, string text) =>
        (await SendAsync("POST", "/v1/tsg/groups", body)).Says(422, text);

    [Theory, MemberData(nameof(Wrong))]
    public async Task A_wrong_change_is_refused_in_the_originals_words(string body, string text)
    {
        var id = await AddGroupAsync();

        (await SendAsync("PUT", $"/v1/tsg/groups/{id}", body)).Says(422, text);
    }

    [Fact(DisplayName = "Defect 9: a create that is refused leaves nothing behind, and may be repeated")]
    public async Task A_refused_create_leaves_nothing_behind()
    {
        (await SendAsync("POST", "/v1/tsg/groups", Group("shop", Nobody, 1))).Says(422, "Error finding template by ID");

        Assert.Equal("[]", (await GetAsync("/v1/tsg/groups")).Body);
        await AddGroupAsync("shop");
    }

    [Fact(DisplayName = "Defect 9: a store that fails leaves neither half a group nor half a change")]
    public async Task A_failing_store_leaves_nothing_half_done()
    {
        var template = await AddTemplateAsync();
        var id = await AddGroupAsync("old", 3, template);
        Server.Faults.Before = call => FailAt(call, "AddGroupAsync", "UpdateGroupAsync");

        (await SendAsync("POST", "/v1/tsg/groups", Group("new", template, 1))).Says(503, "the database is away");
        (await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("old", template, 9))).Says(503, "the database is away");

        Server.Faults.Before = null;
        Assert.Equal(3, await CapacityAsync(id));
        await AddGroupAsync("new", 1, template);
    }

    [Fact]
    public async Task A_taken_name_is_a_conflict_whoever_made_the_other()
    {
        var template = await AddTemplateAsync();
        await AddGroupAsync("shop");
        await Server.PostAsync("/v1/templates", """{"name":"elsewhere","cloud":"other","image":"hello"}""");
        await Server.PostAsync("/v1/groups", """{"name":"far","template":"elsewhere","capacity":{"desired":0}}""");

        foreach (var name in new[] { "shop", "far" })
        {
            (await SendAsync("POST", "/v1/tsg/groups", Group(name, template, 1)))
                .Says(409, $"Cannot create group \"{name}\", group name conflicts with existing group.");
        }

        Assert.Equal(1, (await GetAsync("/v1/tsg/groups")).Json.GetArrayLength());
    }

    [Fact(DisplayName = "Defect 30: of creates of one name at the same moment one wins")]
    public async Task Of_creates_of_one_name_at_the_same_moment_one_wins()
    {
        var template = await AddTemplateAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => SendAsync("POST", "/v1/tsg/groups", Group("shop", template, 0))));

        Assert.Single(answers, answer => answer.Status == 201);
        Assert.Equal(15, answers.Count(answer => answer.Status == 409));
        Assert.Equal(1, (await GetAsync("/v1/tsg/groups")).Json.GetArrayLength());
    }

    [Fact]
    public async Task A_change_replaces_template_and_capacity_in_one_step()
    {
        var id = await AddGroupAsync("shop", 3);
        var other = await AddTemplateAsync("next");
        Server.Clock.Shift = TimeSpan.FromHours(1);

        var changed = await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("shop", other, 10));

        Assert.Equal(200, changed.Status);
        Assert.Equal(changed.Body, (await GetAsync($"/v1/tsg/groups/{id}")).Body);
        var json = changed.Json;
        Assert.Equal((id, other, 10), (
            json.GetProperty("id").GetString(), json.GetProperty("template_id").GetString(), json.GetProperty("capacity").GetInt32()));

        // The original echoed updated_at from the request, or the year 1.
        Assert.True(
            json.GetProperty("updated_at").GetDateTimeOffset() >= json.GetProperty("created_at").GetDateTimeOffset().AddMinutes(59));
        var record = await Server.Store.FindGroupAsync(new(Guid.Parse(id)), Cancellation);
        Assert.Equal(2, record!.Group.Version);
        Assert.StartsWith(
            "template for-shop → next, capacity 3 → 10", (await LastActivityAsync(id)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_with_placements_comes_back_as_the_original_writes_it_and_is_scaled_as_ever()
    {
        var template = await AddTemplateAsync();
        (await Server.PostAsync("/v1/templates", """{"name":"far","cloud":"other","image":"hello"}""")).Good(201);
        var made = (await Server.PostAsync(
            "/v1/groups",
            """
            {"name":"shop","capacity":{"desired":3,"max":10},
             "placements":[{"name":"home","template":"web","max":2},{"name":"away","template":"far","zone":"z2"}]}
            """)).Good(201).Json;
        var id = made.GetProperty("id").GetString()!;
        await Server.Client.CheckGroupAsync("shop", Cancellation);

        var shown = await GetAsync($"/v1/tsg/groups/{id}");
        var (created, updated) = (shown.Json.GetProperty("created_at").GetString(), shown.Json.GetProperty("updated_at").GetString());
        var expected =
            $$"""{"id":"{{id}}","group_name":"shop","template_id":"{{template}}","capacity":3,"created_at":"{{created}}","updated_at":"{{updated}}"}""";
        Assert.Equal((200, expected), (shown.Status, shown.Body));
        Assert.Equal($"[{expected}]", (await GetAsync("/v1/tsg/groups")).Body);

        // Machines of the original are those of its one cloud.
        var machines = (await GetAsync($"/v1/tsg/groups/{id}/instances")).Json;
        Assert.Equal(["sim-1", "sim-2"], machines.EnumerateArray().Select(machine => machine.GetProperty("id").GetString()).Order());

        (await SendAsync("PUT", $"/v1/tsg/groups/{id}/increment", """{"instance_count":2,"max_instance":10}""")).IsEmpty(202);
        Assert.Equal(5, await CapacityAsync(id));
        Assert.Equal(200, (await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("shop", template, 6))).Status);
        await Server.Client.CheckGroupAsync("shop", Cancellation);

        var group = await Server.Client.GetGroupAsync("shop", Cancellation);
        Assert.Equal([("home", 2), ("away", 4)], group.Placements!.Select(placement => (placement.Name, placement.Wanted)));
        Assert.Equal(6, group.Capacity.Desired);
        Assert.Equal(1, group.Revision);

        // Another template is a group in one place, as the original's are.
        var next = await AddTemplateAsync("next");
        var moved = await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("shop", next, 6));
        Assert.Equal(next, moved.Json.GetProperty("template_id").GetString());
        Assert.Null((await Server.Client.GetGroupAsync("shop", Cancellation)).Placements);
        (await SendAsync("DELETE", $"/v1/tsg/groups/{id}")).IsEmpty(204);
    }

    [Fact]
    public async Task A_group_that_goes_by_prices_is_scaled_as_ever_and_keeps_its_limit()
    {
        Server.Prices.Current = PriceBook.Of(
            new() { Cloud = "sim", Amount = 0.25m, Currency = "EUR" }, new() { Cloud = "other", Amount = 0.1m, Currency = "EUR" });
        var template = await AddTemplateAsync();
        (await Server.PostAsync("/v1/templates", """{"name":"far","cloud":"other","image":"hello"}""")).Good(201);
        var made = (await Server.PostAsync(
            "/v1/groups",
            """
            {"name":"shop","capacity":{"desired":3,"max":10},"distribution":"cheapest","brakes":{"spend_per_hour_max":1},
             "placements":[{"name":"home","template":"web"},{"name":"away","template":"far","max":2}]}
            """)).Good(201).Json;
        var id = made.GetProperty("id").GetString()!;
        await Server.Client.CheckGroupAsync("shop", Cancellation);
        Assert.Single((await GetAsync($"/v1/tsg/groups/{id}/instances")).Json.EnumerateArray());

        var changed = await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("shop", template, 8));
        await Server.Client.CheckGroupAsync("shop", Cancellation);

        // Two more for 0.25 each beside what costs 0.45 are all that the limit leaves room for.
        Assert.Equal((200, 8), (changed.Status, changed.Json.GetProperty("capacity").GetInt32()));
        Assert.Equal(3, (await GetAsync($"/v1/tsg/groups/{id}/instances")).Json.GetArrayLength());
        var group = await Server.Client.GetGroupAsync("shop", Cancellation);
        Assert.Equal(("cheapest", 1m, 0.95m, 1), (group.Distribution, group.Brakes.SpendPerHourMax, group.CostPerHour, group.Revision));

        // In one place again, under the same limit.
        await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("shop", await AddTemplateAsync("next"), 2));
        var alone = await Server.Client.GetGroupAsync("shop", Cancellation);
        Assert.Equal((null, 1m), (alone.Distribution, alone.Brakes.SpendPerHourMax));

        // A template that nobody knows the price of leaves it no room.
        Server.Prices.Current = PriceBook.Empty;
        var unpriced = await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("shop", await AddTemplateAsync("unpriced"), 2));
        Assert.Equal(422, unpriced.Status);
        Assert.Contains("none, since no price is known for template unpriced", unpriced.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_without_a_capacity_sets_none()
    {
        var template = await AddTemplateAsync();
        var id = await AddGroupAsync("shop", 3, template);

        await SendAsync("PUT", $"/v1/tsg/groups/{id}", $$"""{"group_name":"shop","template_id":"{{template}}"}""");

        Assert.Equal(0, await CapacityAsync(id));
    }

    [Fact]
    public async Task A_change_of_the_collection_finds_the_group_by_its_name()
    {
        // Byte for byte what every released Terraform provider sends: it forgets the id.
        var template = await AddTemplateAsync();
        var id = await AddGroupAsync("shop", 3, template);

        var changed = await SendAsync(
            "PUT", "/v1/tsg/groups", $$"""{"group_name":"shop","template_id":"{{template}}","capacity":10}""" + "\n",
            ("Accept", "application/json"), ("Accept-Version", "8"), ("User-Agent", "triton-go/1.2.0"));

        Assert.Equal((200, id, 10), (
            changed.Status, changed.Json.GetProperty("id").GetString(), changed.Json.GetProperty("capacity").GetInt32()));
        (await SendAsync("PUT", "/v1/tsg/groups", Group("other", template, 1))).Says(404, "404 page not found");
    }

    [Fact]
    public async Task Another_name_than_the_records_is_refused()
    {
        var template = await AddTemplateAsync();
        var id = await AddGroupAsync("shop", 3, template);

        (await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("stall", template, 3)))
            .Says(400, "The group name \"stall\" does not match the name on the record.");
    }

    [Fact]
    public async Task Bounds_that_v1_gave_a_group_hold_here_too()
    {
        await Server.AddTemplateAsync();
        var template = (await GetAsync("/v1/tsg/templates")).Json[0].GetProperty("id").GetString()!;
        await Server.PostAsync("/v1/groups", """{"name":"shop","template":"web","capacity":{"desired":150,"min":2,"max":200}}""");
        var id = (await GetAsync("/v1/tsg/groups")).Json[0].GetProperty("id").GetString()!;

        Assert.Equal(150, await CapacityAsync(id));
        (await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("shop", template, 150)))
            .Says(422, "group capacity cannot be more than 100 compute instances");
        (await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("shop", template, 1)))
            .Says(422, "group capacity must be 2 to 200, the group's own bounds");
        Assert.Equal(200, (await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("shop", template, 5))).Status);
        (await SendAsync("PUT", $"/v1/tsg/groups/{id}/decrement", """{"instance_count":50}""")).IsEmpty(202);
        Assert.Equal(2, await CapacityAsync(id));
    }

    [Fact]
    public async Task A_deleted_group_is_gone_here_and_drains_in_v1()
    {
        var id = await AddGroupAsync("shop");

        (await SendAsync("DELETE", $"/v1/tsg/groups/{id}")).IsEmpty(204);

        (await GetAsync($"/v1/tsg/groups/{id}")).Says(404, "404 page not found");
        (await SendAsync("DELETE", $"/v1/tsg/groups/{id}")).Says(404, "404 page not found");
        (await SendAsync("PUT", $"/v1/tsg/groups/{id}/increment", "{}")).Says(404, "404 page not found");
        Assert.Equal("[]", (await GetAsync("/v1/tsg/groups")).Body);
        Assert.Equal("draining", (await Server.GetAsync($"/v1/groups/{id}")).Json.GetProperty("phase").GetString());
    }

    // The original had a deleted group's name free at once, and its Terraform provider shows a conflict as a failure without a word.
    [Fact]
    public async Task The_name_of_a_group_that_is_being_deleted_is_waited_for()
    {
        var template = await AddTemplateAsync();
        var id = await AddGroupAsync("shop", template: template);
        await SendAsync("DELETE", $"/v1/tsg/groups/{id}");

        var create = SendAsync("POST", "/v1/tsg/groups", Group("shop", template, 1));
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancellation);
        Assert.False(create.IsCompleted);
        var draining = (await Server.Store.FindGroupAsync(new(Guid.Parse(id)), Cancellation))!.Group;
        var gone = Core.Groups.GroupChanges.Delete(
            draining, keepInstances: true, new("dev", Server.Clock.GetUtcNow()), new(new Guid(9, 9, 9, new byte[8])));
        await Server.Store.UpdateGroupAsync(gone.Group, gone.Activity, Cancellation);

        Assert.Equal(201, (await create).Status);
    }

    [Fact]
    public async Task One_request_waits_for_a_name_and_a_bounded_number_for_those_of_an_account()
    {
        var template = await AddTemplateAsync();
        for (var number = 0; number <= NameWait.WaitersMax; number++)
        {
            await SendAsync("DELETE", $"/v1/tsg/groups/{await AddGroupAsync($"shop-{number}", template: template)}");
        }

        // What cannot succeed waits for nothing.
        Assert.Equal(422, (await SendAsync("POST", "/v1/tsg/groups", Group("shop-0", Nobody, 1))).Status);
        var waiting = new List<Task<Reply>> { SendAsync("POST", "/v1/tsg/groups", Group("shop-0", template, 1)) };
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Cancellation);
        Assert.Equal(409, (await SendAsync("POST", "/v1/tsg/groups", Group("shop-0", template, 1))).Status);
        for (var number = 1; number < NameWait.WaitersMax; number++)
        {
            waiting.Add(SendAsync("POST", "/v1/tsg/groups", Group($"shop-{number}", template, 1)));
        }

        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Cancellation);
        Assert.Equal(409, (await SendAsync("POST", "/v1/tsg/groups", Group($"shop-{NameWait.WaitersMax}", template, 1))).Status);
        Assert.DoesNotContain(waiting, each => each.IsCompleted);
        await Server.StopAsync();
        Assert.All(await Task.WhenAll(waiting), reply => Assert.Equal(409, reply.Status));
    }

    [Fact(DisplayName = "Defect 28: a change keeps the group's history")]
    public async Task A_change_keeps_the_groups_history()
    {
        var template = await AddTemplateAsync();
        var id = await AddGroupAsync("shop", 3, template);

        await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("shop", template, 10));
        await SendAsync("PUT", $"/v1/tsg/groups/{id}", Group("shop", template, 15));

        var trail = await Server.Store.ListActivitiesAsync(new(Guid.Parse(id)), new(10), Cancellation);
        Assert.Equal(
            ["capacity 10 → 15 by dev", "capacity 3 → 10 by dev", "created with capacity 3 (0 to 100) from template web by dev"],
            trail.Items.Select(activity => activity.Description));
    }

    private async Task<Core.Activities.Activity> LastActivityAsync(string group) =>
        (await Server.Store.ListActivitiesAsync(new(Guid.Parse(group)), new(1), Cancellation)).Items[0];

    private static void FailAt(string call, params string[] calls)
    {
        if (calls.Contains(call))
        {
            throw new StoreException(StoreErrorKind.Unavailable, "the database is away");
        }
    }
}
