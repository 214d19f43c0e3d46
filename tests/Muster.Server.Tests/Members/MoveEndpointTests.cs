using System.Collections.Immutable;
using System.Text.Json;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Server.Members;
using Muster.Server.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Server.Tests.Members;

/// <summary>Instances that leave a group alive, and machines that come into one.</summary>
public sealed class MoveEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_is_let_go_runs_on_as_nobodys_and_the_capacity_goes_down_with_it()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];

        var answer = (await server.PostAsync($"/v1/instances/{id}/detach", """{"reason":"its disk"}""")).Good(200).Json;
        await CheckAsync(server, 3);

        Assert.Equal("detaching", answer.GetProperty("phase").GetString());
        Assert.Contains("its tags are off", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        var machine = Machine(server, id);
        Assert.Equal(InstanceState.Running, machine.State);
        Assert.DoesNotContain(machine.Tags.Keys, key => key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal));
        Assert.DoesNotContain(id, await IdsAsync(server));
        Assert.Equal((2, 2), (await DesiredAsync(server), (await IdsAsync(server)).Count));
        Assert.Equal(3, server.Cloud.Instances.Length);
        var trail = await server.Client.ListActivitiesAsync("shop", cancellationToken: Cancel);
        Assert.Contains(trail.Items, entry => entry.Description == $"detached: {machine.Name}, capacity 3 → 2 by dev: its disk");
        (await server.PostAsync($"/v1/instances/{id}/detach", "{}")).Problem(404, "instance_not_found");
    }

    [Fact]
    public async Task Where_the_capacity_is_kept_another_takes_its_place()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];

        (await server.PostAsync($"/v1/instances/{id}/detach", """{"keep_capacity":true}""")).Good(200);
        await CheckAsync(server, 3);

        Assert.Equal((3, 3), (await DesiredAsync(server), (await IdsAsync(server)).Count));
        Assert.Equal(4, server.Cloud.Instances.Length);
        Assert.Equal(InstanceState.Running, Machine(server, id).State);
    }

    [Theory]
    [InlineData("{}", "detached, and no longer protected: {0}, capacity 3 → 2 by dev")]
    [InlineData("""{"keep_capacity":true}""", "detached, and no longer protected: {0} by dev")]
    public async Task That_protection_ended_with_it_is_said(string body, string told)
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];
        (await server.PostAsync($"/v1/instances/{id}/protect", "{}")).Good(200);

        var answer = (await server.PostAsync($"/v1/instances/{id}/detach", body)).Good(200).Json;

        Assert.EndsWith("; its protection here ended with that", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        var trail = await server.Client.ListActivitiesAsync("shop", cancellationToken: Cancel);
        var sentence = told.Replace("{0}", Machine(server, id).Name, StringComparison.Ordinal);
        Assert.Contains(trail.Items, entry => entry.Description == sentence);
    }

    [Fact]
    public async Task A_group_at_its_min_lets_nobody_go_unless_its_capacity_is_kept()
    {
        await using var server = await StartAsync();
        (await server.SendAsync("PUT", "/v1/groups/shop/capacity", """{"min":3}""")).Good(200);
        var id = (await IdsAsync(server))[0];

        (await server.PostAsync($"/v1/instances/{id}/detach", "{}")).Problem(409, "instance_refused");

        Assert.Contains(id, await IdsAsync(server));
        Assert.Empty((await RecordAsync(server)).Notes);
        (await server.PostAsync($"/v1/instances/{id}/detach", """{"keep_capacity":true}""")).Good(200);
    }

    [Fact]
    public async Task One_that_is_on_its_way_out_or_was_launched_a_moment_ago_is_not_let_go()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];
        (await server.PostAsync($"/v1/instances/{id}/terminate", "{}")).Good(200);

        (await server.PostAsync($"/v1/instances/{id}/detach", "{}")).Problem(409, "instance_refused");

        await server.AddGroupAsync("bar", 1);
        await server.Client.CheckGroupAsync("bar", Cancel);
        var young = (await server.GetAsync("/v1/groups/bar/instances")).Json.GetProperty("items")[0].GetProperty("id").GetString();
        (await server.PostAsync($"/v1/instances/{young}/detach", "{}")).Problem(409, "instance_refused");
    }

    [Fact]
    public async Task What_was_let_go_is_taken_in_again_and_counts()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];
        (await server.PostAsync($"/v1/instances/{id}/detach", "{}")).Good(200);
        await CheckAsync(server, 2);

        var answer = (await server.PostAsync(
            $"/v1/instances/{id}/attach", """{"group":"shop","reason":"it is well"}""")).Good(200).Json;
        await CheckAsync(server, 3);

        Assert.Equal(
            ("in-service", "it belongs to group 'shop' now, whose capacity is 3"),
            (answer.GetProperty("phase").GetString(), answer.GetProperty("message").GetString()));
        Assert.Contains(id, await IdsAsync(server));
        Assert.Equal((3, 3), (await DesiredAsync(server), server.Cloud.Instances.Length));
        Assert.Empty((await RecordAsync(server)).Notes.Where(note => note.IsMoving));
        var trail = await server.Client.ListActivitiesAsync("shop", cancellationToken: Cancel);
        Assert.Contains(
            trail.Items,
            entry => entry.Description == $"attached: {Machine(server, id).Name}, capacity 2 → 3 by dev: it is well");
        (await server.PostAsync($"/v1/instances/{id}/attach", """{"group":"shop"}""")).Problem(409, "instance_refused");
    }

    [Fact]
    public async Task Only_a_machine_that_runs_and_carries_nobodys_mark_is_taken_in()
    {
        await using var server = await StartAsync();
        await server.AddGroupAsync("bar", 1);
        await server.Client.CheckGroupAsync("bar", Cancel);
        var other = (await server.GetAsync("/v1/groups/bar/instances")).Json.GetProperty("items")[0].GetProperty("id").GetString()!;
        var foreign = server.Cloud.Place(
            "foreign", Tags((MusterTags.Installation, NewId()), (MusterTags.Group, NewId())));
        var stopped = server.Cloud.Place("stopped", Tags(), new LifeEvent(TimeSpan.Zero, InstanceState.Stopped));
        var free = server.Cloud.Place("free", Tags(("role", "db")));

        foreach (var id in new[] { other, foreign.Id.Value, stopped.Id.Value })
        {
            (await server.PostAsync($"/v1/instances/{id}/attach", """{"group":"shop"}""")).Problem(409, "instance_refused");
        }

        (await server.PostAsync("/v1/instances/nothing/attach", """{"group":"shop"}""")).Problem(404, "machine_not_found");
        (await server.PostAsync($"/v1/instances/{free.Id}/attach", """{"group":"nothing"}""")).Problem(404, "group_not_found");
        (await server.PostAsync($"/v1/instances/{free.Id}/attach", "{}")).Problem(400, "invalid_input", "group");
        (await server.PostAsync(
            $"/v1/instances/{free.Id}/attach?cloud=mars", """{"group":"shop"}""")).Problem(400, "invalid_input", "cloud");
        (await server.SendAsync("PUT", "/v1/groups/shop/capacity", """{"max":3}""")).Good(200);
        (await server.PostAsync($"/v1/instances/{free.Id}/attach", """{"group":"shop"}""")).Problem(409, "instance_refused");
        Assert.Empty((await RecordAsync(server)).Notes);

        (await server.SendAsync("PUT", "/v1/groups/shop/capacity", """{"max":4}""")).Good(200);
        (await server.PostAsync($"/v1/instances/{free.Id}/attach", """{"group":"shop"}""")).Good(200);
        await CheckAsync(server, 3);
        Assert.Contains(free.Id.Value, await IdsAsync(server));
        Assert.Equal("db", Machine(server, free.Id.Value).Tags["role"]);
    }

    [Fact]
    public async Task Tags_that_did_not_come_off_come_off_later_and_the_instance_counts_and_ends_no_more_meanwhile()
    {
        await using var server = await StartAsync();
        var id = (await IdsAsync(server))[0];
        server.Cloud.TagFailures.Enqueue((new(CloudErrorKind.Unavailable, "away"), Happens: false));

        var answer = (await server.PostAsync($"/v1/instances/{id}/detach", "{}")).Good(200).Json;
        await CheckAsync(server, 3);

        Assert.Contains("as soon as cloud 'sim' lets them", answer.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("detaching", (await server.GetAsync($"/v1/instances/{id}")).Json.GetProperty("phase").GetString());
        Assert.Equal((3, 2), (server.Cloud.Instances.Length, await DesiredAsync(server)));
        foreach (var action in new[] { "terminate", "standby", "replace" })
        {
            (await server.PostAsync($"/v1/instances/{id}/{action}", "{}")).Problem(409, "instance_refused");
        }

        await KeepAsync(server, () => !Machine(server, id).Tags.ContainsKey(MusterTags.Group));
        Assert.Equal(InstanceState.Running, Machine(server, id).State);
    }

    [Fact]
    public async Task What_carries_the_tags_and_was_not_counted_before_a_crash_is_left_alone_and_counted_later_once()
    {
        await using var server = await StartAsync();
        var machine = server.Cloud.Place("free", Tags());
        var record = await RecordAsync(server);
        await server.Store.NoteAsync(
            record.Group.Id, [new("sim", machine.Id) { AttachingFor = "attached by ann" }], activity: null, Cancel);
        await server.Cloud.MarkAsync(
            machine.Id, InstanceMoves.TagsOf(server.Store.Installation, record.Group, record.Placements[0]), Cancel);

        await CheckAsync(server, 3);
        Assert.Equal((3, 4), (await DesiredAsync(server), server.Cloud.Instances.Length));
        Assert.Equal("attaching", (await server.GetAsync($"/v1/instances/{machine.Id}")).Json.GetProperty("phase").GetString());

        await KeepAsync(server, () => RecordAsync(server).Result.Notes.IsEmpty);
        await KeepAsync(server, () => true);
        await CheckAsync(server, 3);
        Assert.Equal((4, 4), (await DesiredAsync(server), server.Cloud.Instances.Length));
        Assert.Equal("in-service", (await server.GetAsync($"/v1/instances/{machine.Id}")).Json.GetProperty("phase").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mark_of_which_nobody_knows_whether_it_is_on_is_made_sure_by_asking_again(bool happens)
    {
        await using var server = await StartAsync();
        var machine = server.Cloud.Place("free", Tags());
        server.Cloud.TagFailures.Enqueue((new(CloudErrorKind.Ambiguous, "no answer"), happens));

        var doubt = (await server.PostAsync($"/v1/instances/{machine.Id}/attach", """{"group":"shop"}""")).Good(200).Json;
        await CheckAsync(server, 2);
        Assert.Contains("nobody knows", doubt.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal((3, 4), (await DesiredAsync(server), server.Cloud.Instances.Length));

        (await server.PostAsync($"/v1/instances/{machine.Id}/attach", """{"group":"shop"}""")).Good(200);
        await CheckAsync(server, 2);
        Assert.Equal((4, 4), (await DesiredAsync(server), server.Cloud.Instances.Length));
        Assert.Contains(machine.Id.Value, await IdsAsync(server));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mark_that_may_be_on_after_a_failure_comes_off_and_the_machine_neither_counts_nor_ends(bool happens)
    {
        await using var server = await StartAsync();
        var machine = server.Cloud.Place("free", Tags());
        server.Cloud.TagFailures.Enqueue((new(CloudErrorKind.Unavailable, "away"), happens));

        (await server.PostAsync($"/v1/instances/{machine.Id}/attach", """{"group":"shop"}""")).Problem(502, "cloud_unavailable");
        await CheckAsync(server, 3);

        Assert.Equal((3, 4), (await DesiredAsync(server), server.Cloud.Instances.Length));
        await KeepAsync(server, () => !Machine(server, machine.Id.Value).Tags.ContainsKey(MusterTags.Group));
        Assert.Equal(InstanceState.Running, Machine(server, machine.Id.Value).State);
        await CheckAsync(server, 2);
        Assert.Equal((3, 4), (await DesiredAsync(server), server.Cloud.Instances.Length));
    }

    [Fact]
    public async Task One_that_could_not_be_attached_is_attached_the_next_time_counts_once_and_keeps_its_tags()
    {
        await using var server = await StartAsync();
        var machine = server.Cloud.Place("free", Tags());
        server.Cloud.TagFailures.Enqueue((new(CloudErrorKind.Unavailable, "away"), Happens: false));
        (await server.PostAsync($"/v1/instances/{machine.Id}/attach", """{"group":"shop"}""")).Problem(502, "cloud_unavailable");

        (await server.PostAsync($"/v1/instances/{machine.Id}/attach", """{"group":"shop"}""")).Good(200);
        (await server.PostAsync($"/v1/instances/{machine.Id}/attach", """{"group":"shop"}""")).Problem(409, "instance_refused");
        await CheckAsync(server, 3);
        await KeepAsync(server, () => true);

        Assert.Equal((4, 4), (await DesiredAsync(server), server.Cloud.Instances.Length));
        Assert.Contains(machine.Id.Value, await IdsAsync(server));
        Assert.Empty((await RecordAsync(server)).Notes.Where(note => note.IsMoving));
    }

    [Fact]
    public async Task One_that_is_on_its_way_in_is_not_let_go_before_it_counts()
    {
        await using var server = await StartAsync();
        var machine = server.Cloud.Place("free", Tags());
        server.Cloud.TagFailures.Enqueue((new(CloudErrorKind.Ambiguous, "no answer"), Happens: true));
        (await server.PostAsync($"/v1/instances/{machine.Id}/attach", """{"group":"shop"}""")).Good(200);

        var refused = (await server.PostAsync($"/v1/instances/{machine.Id}/detach", "{}")).Problem(409, "instance_refused");
        Assert.Contains("does not count yet", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(3, await DesiredAsync(server));

        await KeepAsync(server, () => RecordAsync(server).Result.Notes.All(note => !note.IsMoving));
        (await server.PostAsync($"/v1/instances/{machine.Id}/detach", "{}")).Good(200);
        await CheckAsync(server, 2);
        Assert.Equal((3, 4), (await DesiredAsync(server), server.Cloud.Instances.Length));
    }

    [Fact]
    public async Task Who_came_in_between_two_looks_is_neither_let_go_nor_counted_by_halves()
    {
        await using var server = await StartAsync();
        var machine = server.Cloud.Place("free", Tags()).ShowAt(server.Clock.GetUtcNow())!;
        var record = await RecordAsync(server);
        var coming = record with { Notes = [new() { Cloud = "sim", Instance = machine.Id, AttachingFor = "attached by ann" }] };
        var both = coming with { Notes = [coming.Notes[0] with { DetachedFor = "detached by kim" }] };
        var origin = new ChangeOrigin("kim", server.Clock.GetUtcNow());
        var detach = MemberChanges.Detach(record.Group, "sim", machine, isProtected: false, origin, new(new SystemRandomSource().NextId()));

        Assert.Throws<InputException>(() => InstanceMoves.Detached(coming, detach, "sim", machine, origin, limit: 1000));
        Assert.NotNull(InstanceMoves.Attached(coming, "sim", machine, origin, limit: 1000, new(new SystemRandomSource().NextId())));
        Assert.Null(InstanceMoves.Attached(both, "sim", machine, origin, limit: 1000, new(new SystemRandomSource().NextId())));
    }

    [Fact]
    public async Task A_refused_mark_leaves_nothing_behind()
    {
        await using var server = await StartAsync();
        var machine = server.Cloud.Place("free", Tags());
        server.Cloud.TagFailures.Enqueue((new(CloudErrorKind.InvalidRequest, "too many tags"), Happens: false));

        (await server.PostAsync($"/v1/instances/{machine.Id}/attach", """{"group":"shop"}""")).Problem(409, "instance_refused");

        Assert.Empty((await RecordAsync(server)).Notes);
        Assert.Equal(3, await DesiredAsync(server));
    }

    /// <summary>Shows looks to a keeper until what it is to end is ended.</summary>
    private static async Task KeepAsync(RunningServer server, Func<bool> isSo)
    {
        var keeper = new MoveKeeper(
            server.Store, server.Clouds, () => server.Pulse, server.Feed, capacityLimit: 1000, server.Clock, new SystemRandomSource(),
            (what, error) => Assert.Fail($"{what}: {error.Message}"));
        using var stopping = new CancellationTokenSource();
        var running = keeper.RunAsync(stopping.Token);
        await Patiently.UntilAsync(
            () =>
            {
                var record = RecordAsync(server).Result;
                keeper.Saw(
                    record, "sim",
                    [.. server.Cloud.Instances.Select(one => one.ShowAt(server.Clock.GetUtcNow())).OfType<Instance>()
                        .Where(one => one.IsOwnedBy(server.Store.Installation, record.Group.Id))],
                    server.Clock.GetUtcNow(), TimeSpan.Zero);
                server.Clock.Shift += TimeSpan.FromSeconds(20);
                return isSo();
            },
            "what broke off is ended",
            pause: TimeSpan.FromMilliseconds(5));
        await stopping.CancelAsync();
        await running;
    }

    private static ImmutableSortedDictionary<string, string> Tags(params (string Key, string Value)[] tags) =>
        tags.ToImmutableSortedDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);

    private static string NewId() => new SystemRandomSource().NextId().ToString();

    private static Instance Machine(RunningServer server, string id) =>
        server.Cloud.Instances.Single(one => one.Id.Value == id).ShowAt(server.Clock.GetUtcNow())!;

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        await CheckAsync(server, 2);

        // Until the launches are over.
        server.Clock.Shift += TimeSpan.FromMinutes(5);
        await CheckAsync(server, 2);
        return server;
    }

    private static async Task CheckAsync(RunningServer server, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            await server.Client.CheckGroupAsync("shop", Cancel);
        }
    }

    private static async Task<GroupRecord> RecordAsync(RunningServer server) =>
        (await server.Store.FindGroupAsync(
            new GroupId((await server.Client.GetGroupAsync("shop", Cancel)).Id), Cancel))!;

    private static async Task<int> DesiredAsync(RunningServer server) =>
        (await server.Client.GetGroupAsync("shop", Cancel)).Capacity.Desired;

    private static async Task<List<string>> IdsAsync(RunningServer server) =>
    [
        .. (await server.GetAsync("/v1/groups/shop/instances")).Good(200).Json.GetProperty("items").EnumerateArray()
            .Select(instance => instance.GetProperty("id").GetString()!),
    ];
}
