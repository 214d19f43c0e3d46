using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Requests;

public sealed class VersionTests
{
    [Fact]
    public async Task A_change_against_the_version_that_was_read_is_made_and_against_an_older_one_refused()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        Assert.Equal("\"1\"", (await server.GetAsync("/v1/groups/shop")).Headers.ETag?.Tag);

        var changed = (await SetCapacityAsync(server, 4, "\"1\"")).Good(200);
        Assert.Equal("\"2\"", changed.Headers.ETag?.Tag);
        Assert.Equal(2, changed.Json.GetProperty("version").GetInt64());

        (await SetCapacityAsync(server, 5, "\"1\"")).Problem(412, "stale_version");
        foreach (var (method, path, body) in new[]
        {
            ("PATCH", "/v1/groups/shop", """{"interval_s":30}"""), ("POST", "/v1/groups/shop/suspend", "{}"),
            ("POST", "/v1/groups/shop/resume", "{}"), ("DELETE", "/v1/groups/shop", null),
        })
        {
            (await server.SendAsync(method, path, body, headers: [("If-Match", "\"1\"")])).Problem(412, "stale_version");
        }

        var group = await server.Client.GetGroupAsync("shop", TestContext.Current.CancellationToken);
        Assert.Equal((4, 2), (group.Capacity.Desired, group.Version));
    }

    [Fact]
    public async Task Any_of_several_versions_or_a_star_will_do_and_a_weak_one_never_does()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();

        (await SetCapacityAsync(server, 4, "\"7\", \"1\"")).Good(200);
        (await SetCapacityAsync(server, 5, "*")).Good(200);
        (await SetCapacityAsync(server, 6, "W/\"3\"")).Problem(412, "stale_version");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("\"1")]
    [InlineData("\"1\" \"2\"")]
    public async Task A_malformed_version_is_named(string header)
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();

        (await SetCapacityAsync(server, 4, header)).Problem(400, "malformed_header", "If-Match");
    }

    [Fact]
    public async Task Of_many_changes_at_once_against_one_version_exactly_one_is_made()
    {
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();

        var answers = await Task.WhenAll(Enumerable.Range(10, 20).Select(desired => SetCapacityAsync(server, desired, "\"1\"")));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.Problem(412, "stale_version"));
        Assert.Equal(2, (await server.Client.GetGroupAsync("shop", TestContext.Current.CancellationToken)).Version);
    }

    [Fact]
    public async Task A_change_without_a_version_is_tried_again_when_somebody_was_faster()
    {
        await using var server = await RunningServer.StartDevAsync();
        var id = new GroupId((await server.AddGroupAsync()).Json.GetProperty("id").GetGuid());
        var faster = 0;
        server.Faults.Before = method =>
        {
            // Another writer slips in between this request's read and its write, twice. The store in memory completes at once.
            if (method == nameof(IStore.UpdateGroupAsync) && faster++ < 2)
            {
                var record = server.Memory.FindGroupAsync(id, CancellationToken.None).GetAwaiter().GetResult()!;
                var change = GroupChanges.Suspend(
                    record.Group, Suspension.Replace, new("somebody", server.Clock.GetUtcNow()), new(new SystemRandomSource().NextId()));
                server.Memory.UpdateGroupAsync(change.Group, change.Activity, CancellationToken.None).GetAwaiter().GetResult();
            }
        };

        var changed = (await SetCapacityAsync(server, 9, ifMatch: null)).Good(200);

        Assert.Equal(3, faster);
        Assert.Equal(4, changed.Json.GetProperty("version").GetInt64());
        Assert.Equal("""["replace"]""", changed.Json.GetProperty("suspended").GetRawText());
    }

    private static Task<Answer> SetCapacityAsync(RunningServer server, int desired, string? ifMatch) => server.SendAsync(
        "PUT", "/v1/groups/shop/capacity", $$"""{"desired":{{desired}} }""", headers: ifMatch is null ? [] : [("If-Match", ifMatch)]);
}
