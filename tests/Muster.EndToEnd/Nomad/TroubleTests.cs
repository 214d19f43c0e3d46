using System.Text;
using System.Text.Json.Nodes;

using Muster.EndToEnd.Nomad.Support;

namespace Muster.EndToEnd.Nomad;

/// <summary>People who change jobs by hand, and checks that do not end or do not begin.</summary>
[Collection(StoriesCollection.Name)]
public sealed class TroubleTests(Stories stories)
{
    /// <summary>
    /// Longer than a child may wait or run, without a test that waits that long: the child is given the time by Nomad's clock.
    /// </summary>
    private static readonly TimeSpan LongAgo = TimeSpan.FromMinutes(-10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static IEnumerable<Func<Task>> All =>
    [
        Jobs_that_somebody_edits_stops_or_purges_are_put_right_and_their_groups_keptAsync,
        A_check_that_hangs_is_stopped_and_its_group_checked_againAsync,
        A_check_that_no_client_can_run_is_told_and_purged_and_its_group_checked_again_once_one_canAsync,
    ];

    [Fact]
    public Task Jobs_that_somebody_edits_stops_or_purges_are_put_right_and_their_groups_kept() =>
        stories.Of(Jobs_that_somebody_edits_stops_or_purges_are_put_right_and_their_groups_keptAsync);

    [Fact]
    public Task A_check_that_hangs_is_stopped_and_its_group_checked_again() =>
        stories.Of(A_check_that_hangs_is_stopped_and_its_group_checked_againAsync);

    [Fact]
    public Task A_check_that_no_client_can_run_is_told_and_purged_and_its_group_checked_again_once_one_can() =>
        stories.Of(A_check_that_no_client_can_run_is_told_and_purged_and_its_group_checked_again_once_one_canAsync);

    private static async Task Jobs_that_somebody_edits_stops_or_purges_are_put_right_and_their_groups_keptAsync()
    {
        var agent = await SimulatedAgent.StartAsync();
        await using var installation = await Installation.StartAsync(agent);
        using var http = new HttpClient { BaseAddress = agent.Url };
        string[] groups = ["edited", "stopped", "purged"];
        foreach (var group in groups)
        {
            await installation.AddGroupAsync(group, 2);
        }

        foreach (var group in groups)
        {
            await installation.UntilAtLevelAsync(group, 2);
        }

        var ids = await installation.JobsAsync();
        string Id(string group) => ids.Single(id => id.EndsWith($"-{group}", StringComparison.Ordinal));
        var edited = await JobAsync(http, Id("edited"));
        edited["Periodic"]!["Spec"] = "0 0 1 1 *";
        using var body = new StringContent(new JsonObject { ["Job"] = edited }.ToJsonString(), Encoding.UTF8, "application/json");
        (await http.PutAsync(new Uri("/v1/jobs", UriKind.Relative), body, Cancel)).EnsureSuccessStatusCode();
        (await http.DeleteAsync(new Uri($"/v1/job/{Id("stopped")}", UriKind.Relative), Cancel)).EnsureSuccessStatusCode();
        (await http.DeleteAsync(new Uri($"/v1/job/{Id("purged")}?purge=true", UriKind.Relative), Cancel)).EnsureSuccessStatusCode();

        foreach (var group in groups)
        {
            await installation.UntilReplacedAsync(group, 2);
        }

        Assert.Equal(ids, await installation.JobsAsync());
        foreach (var group in groups)
        {
            var job = await JobAsync(http, Id(group));
            Assert.False((bool)job["Stop"]!);
            Assert.EndsWith("/5 * * * * * *", (string?)job["Periodic"]!["Spec"]);
        }
    }

    private static async Task A_check_that_hangs_is_stopped_and_its_group_checked_againAsync()
    {
        var agent = await SimulatedAgent.StartAsync();
        var command = Path.Combine(Directory.CreateDirectory(agent.Options.Directory).FullName, "task");
        var hangs = $"{command}.hangs";
        await File.WriteAllTextAsync(
            command,
            $"#!/bin/sh\nif rm '{hangs}' 2>/dev/null; then kill -STOP $$; fi\nexec '{EndToEnd.Support.MusterExe.Path}' \"$@\"\n",
            Cancel);
        (await EndToEnd.Support.ProgramRun.OfAsync("/bin/chmod", ["700", command])).Good();
        await using var installation = await Installation.StartAsync(agent, command);
        await installation.AddGroupAsync("web", 2);
        await installation.UntilAtLevelAsync("web", 2);

        agent.Clock.Ahead = LongAgo;
        await File.WriteAllTextAsync(hangs, "", Cancel);
        await installation.UntilAsync(() => Task.FromResult(!File.Exists(hangs)), "a check hangs");
        agent.Clock.Ahead = TimeSpan.Zero;

        await installation.UntilReplacedAsync("web", 2);
        await installation.UntilAtLevelAsync("web", 2);
    }

    private static async Task A_check_that_no_client_can_run_is_told_and_purged_and_its_group_checked_again_once_one_canAsync()
    {
        var agent = await SimulatedAgent.StartAsync();
        await using var installation = await Installation.StartAsync(agent);
        await installation.AddGroupAsync("web", 2);
        await installation.UntilAtLevelAsync("web", 2);

        agent.Clock.Ahead = LongAgo;
        agent.Options.Drivers = [];
        await installation.UntilAsync(
            async () => (await installation.Client.GetGroupAsync("web")).Status.Reason.StartsWith(
                "no Nomad client can run its checks, and nobody checks it: ", StringComparison.Ordinal),
            "the group says that no client can run its checks");
        agent.Options.Drivers = ["raw_exec"];
        agent.Clock.Ahead = TimeSpan.Zero;

        await installation.UntilReplacedAsync("web", 2);
        await installation.UntilAtLevelAsync("web", 2);
    }

    private static async Task<JsonNode> JobAsync(HttpClient http, string id) =>
        JsonNode.Parse(await http.GetStringAsync(new Uri($"/v1/job/{id}", UriKind.Relative), Cancel))!;
}
