using Muster.Nomad.Jobs.Wire;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Simulator;

/// <summary>Ids that Nomad takes and that Muster would never give: both sides of the wire escape them alike.</summary>
public sealed class OddIdsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("team/shop")]
    [InlineData("größe-ünï-日本")]
    [InlineData("shop?x=1#frag%41")]
    [InlineData("quote\"'<>&;$(id)")]
    [InlineData("tab\tid")]
    [InlineData("line\nbreak")]
    [InlineData("x/periodic-1")]
    public async Task An_odd_id_is_registered_forced_read_and_removed(string id)
    {
        await using var world = await NomadWorld.StartAsync(groups: 0);
        NomadJob job = SomeJobs.Document(id);
        await world.Client.RegisterAsync(
            job with
            {
                TaskGroups = [job.TaskGroups[0] with
                {
                    Tasks = [job.TaskGroups[0].Tasks[0] with { Config = new() { Command = world.Settings.Command, Arguments = [] } }],
                }],
            },
            0,
            Cancel);

        Assert.Equal(id, (await world.Client.ReadJobAsync(id, Cancel)).Id);
        var forced = await world.Client.ForceAsync(id, Cancel);
        Assert.StartsWith(
            $"{id}/periodic-", (await world.Client.ReadEvaluationAsync(forced.EvaluationId, Cancel)).JobId, StringComparison.Ordinal);
        await world.WhenQuietAsync();
        await world.Client.DeregisterAsync(id, purge: true, Cancel);
        Assert.Equal([], world.Jobs.Where(other => other == id));
    }

    [Fact]
    public async Task A_prefix_takes_neighbours_along()
    {
        await using var world = await NomadWorld.StartAsync(groups: 0);
        foreach (var id in new[] { "pre_1", "pre_10", "pre_1x" })
        {
            await world.Client.RegisterAsync(SomeJobs.Document(id), 0, Cancel);
        }

        Assert.Equal(["pre_1", "pre_10", "pre_1x"], (await world.Client.ListJobsAsync("pre_1", Cancel)).Select(entry => entry.Id));
        Assert.Empty(await world.Client.ListJobsAsync("pre_1/periodic-", Cancel));
    }
}
