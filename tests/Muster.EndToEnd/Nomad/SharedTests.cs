using System.Text.Json.Nodes;

using Muster.EndToEnd.Nomad.Support;
using Muster.EndToEnd.Support;
using Muster.Postgres.Testing;

namespace Muster.EndToEnd.Nomad;

/// <summary>Two servers on one PostgreSQL keep the same jobs.</summary>
[Collection(StoriesCollection.Name)]
public sealed class SharedTests(Stories stories)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static IEnumerable<Func<Task>> All =>
    [
        Two_servers_leave_each_others_jobs_alone_and_either_goes_on_without_the_otherAsync,
    ];

    [Fact]
    public Task Two_servers_leave_each_others_jobs_alone_and_either_goes_on_without_the_other() =>
        stories.Of(Two_servers_leave_each_others_jobs_alone_and_either_goes_on_without_the_otherAsync);

    private static async Task Two_servers_leave_each_others_jobs_alone_and_either_goes_on_without_the_otherAsync()
    {
        await using var database = await PostgresServer.StartAsync(new() { IsDurable = true }, Cancel);
        var ports = new[] { Ports.Next(), Ports.Next() };

        // One address for tasks, as a proxy before the servers has it.
        await using var door = new TcpProxy(ports[0]);
        door.Start();
        var agent = await SimulatedAgent.StartAsync();
        await using var installation = await Installation.StartAsync(agent, database, ports, $"http://127.0.0.1:{door.Port}");
        var second = installation.ClientOf(installation.Servers[1]);
        foreach (var number in Enumerable.Range(0, 4))
        {
            await installation.AddGroupAsync($"web-{number}", 2);
        }

        foreach (var number in Enumerable.Range(0, 4))
        {
            await second.SetCapacityAsync($"web-{number}", new() { Desired = 3 });
            await installation.UntilAtLevelAsync($"web-{number}", 3);
        }

        var before = await IndexesAsync(agent);
        Assert.Equal(4, before.Count);

        await installation.Servers[0].KillAsync();
        door.ServerPort = ports[1];
        door.Cut();
        await second.SetCapacityAsync("web-0", new() { Desired = 4 });
        await installation.UntilAsync(
            () => Task.FromResult(installation.RealPids("web-0").Count == 4), "the second server has the first group checked");
        await installation.UntilReplacedAsync("web-1", 3);

        await RoundsAsync(agent);
        Assert.Equal(
            before.Where(job => !job.Key.EndsWith("web-0", StringComparison.Ordinal)),
            (await IndexesAsync(agent)).Where(job => !job.Key.EndsWith("web-0", StringComparison.Ordinal)));
        await installation.Servers[0].StartAsync();
        await installation.UntilCheckedAgainAsync("web-2");
        Assert.Equal([4, 3, 3, 3], Enumerable.Range(0, 4).Select(number => installation.RealPids($"web-{number}").Count));
    }

    /// <summary>Waits until the server that is left makes the rounds over all jobs, and one has ended. No group hurries.</summary>
    private static async Task RoundsAsync(SimulatedAgent agent)
    {
        var rounds = 0;
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        agent.Options.Faults = request =>
        {
            if (request is { Method: "GET", Path: "/v1/jobs" } && Interlocked.Increment(ref rounds) == 2)
            {
                made.SetResult();
            }

            return null;
        };
        await Patiently.ForAsync(made.Task, "two rounds over all jobs begin", TimeSpan.FromMinutes(2));
        agent.Options.Faults = _ => null;
    }

    /// <summary>When each job was last changed, by Nomad's count.</summary>
    private static async Task<SortedDictionary<string, long>> IndexesAsync(SimulatedAgent agent)
    {
        using var http = new HttpClient { BaseAddress = agent.Url };
        var jobs = JsonNode.Parse(await http.GetStringAsync(new Uri("/v1/jobs", UriKind.Relative), Cancel))!.AsArray();
        return new(
            jobs
                .Where(job => (string?)job!["ParentID"] == "")
                .ToDictionary(job => (string)job!["ID"]!, job => (long)job!["JobModifyIndex"]!),
            StringComparer.Ordinal);
    }
}
