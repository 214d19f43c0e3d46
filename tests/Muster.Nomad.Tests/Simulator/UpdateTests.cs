using Muster.Nomad.Jobs.Wire;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Simulator;

/// <summary>A job that changes while it runs, as in <c>24-update-while-running</c>.</summary>
public sealed class UpdateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_goes_on_as_it_began_and_the_next_one_is_as_the_job_is_now()
    {
        await using var world = await NomadWorld.StartAsync(
            groups: 0, script: "echo \"$1\"; while [ ! -e \"$(dirname \"$0\")/go\" ]; do sleep 0.05; done; echo \"$1 done\"");
        var first = await world.Client.RegisterAsync(Job(world, "v1"), 0, Cancel);
        var old = await ForceAsync(world);
        await world.Client.RegisterAsync(Job(world, "v2"), first.JobModifyIndex, Cancel);

        Assert.Equal("running", (string?)Assert.Single(world.Nomad.Cluster.ListAllocations(_ => true))!["ClientStatus"]);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(world.Settings.Command)!, "go"), "", Cancel);
        await world.WhenQuietAsync();
        var next = await ForceAsync(world);
        await world.WhenQuietAsync();

        Assert.Equal("v1\nv1 done\n", await LogAsync(world, old));
        Assert.Equal("v2\nv2 done\n", await LogAsync(world, next));
        Assert.Equal([0L, 1L], world.Nomad.Cluster.ListAllocations(_ => true).Select(run => (long)run!["JobVersion"]!));
    }

    private static NomadJob Job(NomadWorld world, string word)
    {
        var job = SomeJobs.Document("upd");
        return job with
        {
            TaskGroups = [job.TaskGroups[0] with
            {
                Tasks = [job.TaskGroups[0].Tasks[0] with { Config = new() { Command = world.Settings.Command, Arguments = [word] } }],
            }],
        };
    }

    /// <summary>Has it run; returns the run. Two within one second would be one.</summary>
    private static async Task<string> ForceAsync(NomadWorld world)
    {
        var before = world.Nomad.Cluster.Runs;
        var evaluation = "";
        await Patiently.UntilAsync(
            async () =>
            {
                evaluation = (await world.Client.ForceAsync("upd", Cancel)).EvaluationId;
                return world.Nomad.Cluster.Runs > before;
            },
            "the next second's run is forced");
        await world.Nomad.Cluster.WaitAsync(
            cluster => cluster.ListAllocations(_ => true).All(run => (string?)run!["ClientStatus"] != "pending"), Cancel);
        return (await world.Client.ListAllocationsOfAsync(evaluation, Cancel))[0].Id;
    }

    private static async Task<string> LogAsync(NomadWorld world, string run)
    {
        using var http = new HttpClient { BaseAddress = world.Nomad.Url };
        return await http.GetStringAsync(new Uri($"/v1/client/fs/logs/{run}?task=check&type=stdout&plain=true", UriKind.Relative), Cancel);
    }
}
