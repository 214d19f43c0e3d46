using System.Net;

using Muster.Api.Activities;
using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Server.Tests.Support;

using Activity = Muster.Core.Activities.Activity;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Muster.Server.Tests.Activities;

public sealed class EventStreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_follower_from_the_beginning_reads_all_there_is_in_order_and_then_what_happens()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        await SetAsync(server, 4);

        await using var events = server.Client.FollowEventsAsync(after: 0, cancellationToken: Cancel).GetAsyncEnumerator(Cancel);

        Assert.StartsWith("created", (await NextAsync(events)).Description, StringComparison.Ordinal);
        Assert.StartsWith("capacity 3 → 4", (await NextAsync(events)).Description, StringComparison.Ordinal);
        await SetAsync(server, 5);
        Assert.StartsWith("capacity 4 → 5", (await NextAsync(events)).Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("expired")]
    public async Task A_stream_ends_within_five_seconds_of_its_token(string how)
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        var secret = await server.AddTokenAsync("reader", "read", expiresInS: 3600);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        request.Headers.Authorization = new("Bearer", secret);
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal(": heartbeat", await stream.ReadLineAsync(Cancel));
        var began = Stopwatch.GetTimestamp();

        // Beside the server, as another one that shares the store would.
        if (how == "expired")
        {
            server.Clock.Shift = TimeSpan.FromHours(2);
        }
        else
        {
            var account = (await server.Memory.FindAccountAsync("default", Cancel))!.Id;
            var token = (await server.Memory.ListTokensAsync(account, Cancel)).Single();
            await server.Memory.RevokeTokenAsync(account, token.Id, server.Clock.GetUtcNow(), Cancel);
        }

        while (await stream.ReadLineAsync(Cancel) is not null)
        {
        }

        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5), $"{Stopwatch.GetElapsedTime(began)}");
    }

    [Fact]
    public async Task A_follower_without_a_position_reads_what_happens_from_now_on()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        using var stream = await OpenAsync(server, "/v1/events");
        Assert.Equal([": heartbeat", "id: 1", ""], await ReadAsync(stream, 3));

        await SetAsync(server, 4);

        var lines = await ReadAsync(stream, 4);
        Assert.Equal("event: activity", lines[0]);
        Assert.StartsWith("data: {", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"type\":\"change\"", lines[1], StringComparison.Ordinal);
        Assert.Equal(["id: 2", ""], lines[2..]);
    }

    [Fact]
    public async Task A_follower_of_one_group_reads_nothing_of_others_and_its_heartbeats_move_its_position()
    {
        await using var server = await RunningServer.StartDevAsync(
            options => options.EventHeartbeatInterval = TimeSpan.FromMilliseconds(20));
        await server.AddGroupAsync("shop");
        await server.AddGroupAsync("bar");
        using var stream = await OpenAsync(server, "/v1/events?group=shop");
        await ReadAsync(stream, 3);

        await SetAsync(server, 1, "bar");
        await SetAsync(server, 2, "bar");
        string[] heartbeat;
        do
        {
            heartbeat = await ReadAsync(stream, 3);
            Assert.Equal(": heartbeat", heartbeat[0]);
        }
        while (heartbeat[1] != "id: 4");

        await SetAsync(server, 1, "shop");
        string line;
        do
        {
            line = (await ReadAsync(stream, 1))[0];
        }
        while (!line.StartsWith("data: ", StringComparison.Ordinal));

        Assert.Contains("capacity 3 → 1", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_process_records_is_found_without_an_announcement()
    {
        await using var server = await RunningServer.StartDevAsync(options => options.EventPollInterval = TimeSpan.FromMilliseconds(20));
        var group = new GroupId((await server.AddGroupAsync()).Json.GetProperty("id").GetGuid());
        await using var events = server.Client.FollowEventsAsync(after: 1, cancellationToken: Cancel).GetAsyncEnumerator(Cancel);
        var next = NextAsync(events);

        await WriteAsync(server, group, 1);

        Assert.Equal("written 1", (await next).Description);
    }

    [Fact]
    public async Task Followers_that_break_off_and_resume_while_writers_write_lose_nothing_and_see_nothing_twice()
    {
        const int Writers = 4;
        const int EntriesPerWriter = 500;
        await using var server = await RunningServer.StartDevAsync(options => options.EventPollInterval = TimeSpan.FromMilliseconds(10));
        var group = new GroupId((await server.AddGroupAsync()).Json.GetProperty("id").GetGuid());

        var following = FollowWithBreaksAsync(server, Writers * EntriesPerWriter);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < EntriesPerWriter; i++)
            {
                var recorded = await WriteAsync(server, group, (writer * EntriesPerWriter) + i);
                if (i % 2 == 0)
                {
                    server.Feed.Announce([recorded]);
                }

                await Task.Yield();
            }
        })));
        var read = await following;

        Assert.Equal(Enumerable.Range(0, Writers * EntriesPerWriter), read.Entries.Select(Number).Order());
        Assert.Equal(read.Entries.Select(entry => entry.Position).Order(), read.Entries.Select(entry => entry.Position));
        Assert.True(read.Connections > 3, $"{read.Connections} connections are too few to have tried anything");
    }

    [Fact]
    public async Task The_client_connects_again_by_itself_when_its_stream_breaks()
    {
        await using var server = await RunningServer.StartDevAsync(options => options.EventPollInterval = TimeSpan.FromMilliseconds(10));
        var group = new GroupId((await server.AddGroupAsync()).Json.GetProperty("id").GetGuid());
        await using var events = server.Client.FollowEventsAsync(after: 1, cancellationToken: Cancel).GetAsyncEnumerator(Cancel);
        await WriteAsync(server, group, 1);
        Assert.Equal("written 1", (await NextAsync(events)).Description);

        // The store fails under the stream, which ends; the follower finds nobody home for a while; then all is well again.
        server.Faults.Fault = new Core.Storage.StoreException(Core.Storage.StoreErrorKind.Unavailable, "gone for a moment");
        var next = NextAsync(events);
        await server.Logs.WaitForAsync("store_unavailable");
        await WriteAsync(server, group, 2);
        server.Faults.Fault = null;

        Assert.Equal("written 2", (await next).Description);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("latest")]
    [InlineData("99999999999999999999")]
    public async Task A_malformed_position_is_named(string position)
    {
        await using var server = await RunningServer.StartDevAsync();

        (await server.SendAsync("GET", "/v1/events", headers: [("Last-Event-ID", position)]))
            .Problem(400, "malformed_header", "Last-Event-ID");
    }

    [Fact]
    public async Task One_follower_too_many_is_told_to_come_later_and_let_in_when_another_leaves()
    {
        await using var server = await RunningServer.StartDevAsync(options => options.EventStreamsMax = 1);
        var first = await OpenAsync(server, "/v1/events");
        await ReadAsync(first, 3);

        var refused = await server.GetAsync("/v1/events");
        refused.Problem(503, "too_many_streams");
        Assert.Equal(TimeSpan.FromSeconds(10), refused.Headers.RetryAfter?.Delta);

        first.Dispose();
        await Patiently.UntilAsync(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/events", UriKind.Relative));
                using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
                return response.StatusCode == HttpStatusCode.OK;
            },
            "the next follower is let in");
    }

    [Fact]
    public async Task Streams_end_at_once_when_the_server_stops()
    {
        await using var server = await RunningServer.StartDevAsync(options => options.ShutdownTimeout = TimeSpan.FromMinutes(1));
        using var stream = await OpenAsync(server, "/v1/events");
        await ReadAsync(stream, 3);
        var started = Stopwatch.GetTimestamp();

        await server.StopAsync();

        Assert.Null(await stream.ReadLineAsync(Cancel));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "the stop waited for a stream that never ends by itself");
    }

    [Fact]
    public async Task An_account_follows_its_own_trail_only()
    {
        await using var server = await RunningServer.StartWithTokensAsync();
        using var one = server.ClientWith(await server.AddTokenAsync("one", "operate", "one"));
        using var two = server.ClientWith(await server.AddTokenAsync("two", "operate", "two"));
        foreach (var client in new[] { one, two })
        {
            await client.CreateTemplateAsync(new() { Name = "web", Cloud = "sim", Image = "hello" }, cancellationToken: Cancel);
            await client.CreateGroupAsync(
                new() { Name = "shop", Template = "web", Capacity = new() { Desired = 1 } }, cancellationToken: Cancel);
        }

        await using var events = two.FollowEventsAsync(after: 0, cancellationToken: Cancel).GetAsyncEnumerator(Cancel);

        Assert.Equal("two", (await NextAsync(events)).Author);
    }

    private static async Task<(List<ActivityView> Entries, int Connections)> FollowWithBreaksAsync(RunningServer server, int expected)
    {
        // Breaks off after growing numbers of entries, each time with a client of its own, and goes on from the last it has read.
        var entries = new List<ActivityView>();
        var connections = 0;
        long position = 1;
        while (entries.Count < expected)
        {
            connections++;
            var until = Math.Min(expected, entries.Count + (connections * 40));
            using var client = new MusterClient(server.Address);
            await foreach (var entry in client.FollowEventsAsync(position, cancellationToken: Cancel))
            {
                entries.Add(entry);
                position = entry.Position;
                if (entries.Count >= until)
                {
                    break;
                }
            }
        }

        return (entries, connections);
    }

    private static int Number(ActivityView entry) =>
        int.Parse(entry.Description.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Records an entry as an engine of another process does: without a word to this one's feed.</summary>
    private static async Task<Activity> WriteAsync(RunningServer server, GroupId group, int number)
    {
        GroupRecord record = null!;
        GroupLease? lease = null;
        await Patiently.UntilAsync(
            async () =>
            {
                record = (await server.Memory.FindGroupAsync(group, Cancel))!;
                lease = await server.Memory.TryAcquireLeaseAsync(
                    group, "writer", record.State.Fence, server.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), Cancel);
                return lease is not null;
            },
            "the group's lease is free", pause: TimeSpan.FromMilliseconds(1));
        var now = server.Clock.GetUtcNow();
        var recorded = await server.Memory.RecordAndReleaseAsync(lease!, new()
        {
            State = new GroupState { Group = group, Fence = lease!.Fence },
            Activities =
            [
                new()
                {
                    Id = new(new SystemRandomSource().NextId()), Account = record.Group.Account, Group = group,
                    Type = ActivityType.Launch, Status = ActivityStatus.Succeeded, Description = $"written {number}",
                    FirstAt = now, LastAt = now,
                },
            ],
        }, Cancel);
        return recorded[0];
    }

    private static Task<GroupView> SetAsync(RunningServer server, int desired, string group = "shop") =>
        server.Client.SetCapacityAsync(group, new() { Desired = desired }, cancellationToken: Cancel);

    private static async Task<ActivityView> NextAsync(IAsyncEnumerator<ActivityView> events)
    {
        Assert.True(await Patiently.ForAsync(events.MoveNextAsync().AsTask(), "the next event comes"), "the stream ended");
        return events.Current;
    }

    private static async Task<StreamReader> OpenAsync(RunningServer server, string path) =>
        new(await server.Http.GetStreamAsync(new Uri(path, UriKind.Relative), Cancel));

    private static async Task<string[]> ReadAsync(StreamReader stream, int lines)
    {
        var read = new string[lines];
        for (var i = 0; i < lines; i++)
        {
            read[i] = await Patiently.ForAsync(stream.ReadLineAsync(Cancel).AsTask(), $"line {i + 1} of {lines} comes")
                ?? throw new EndOfStreamException("the stream ended");
        }

        return read;
    }
}
