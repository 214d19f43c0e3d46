using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Servers;

/// <summary>Several servers on one PostgreSQL share the work, and any of them may come and go.</summary>
public sealed class SharingTests
{
    [Fact]
    public async Task Three_servers_see_each_other_and_each_holds_its_part_of_the_sweeps()
    {
        await using var cluster = await Cluster.StartAsync(3);
        await cluster.WithGroupsAsync(1);

        await cluster.UntilAsync(
            async () => (await FiguresAsync(cluster, "sweeps_held")).SequenceEqual([2, 2, 2]), "every server holds two sweeps");
        await cluster.UntilAsync(
            async () => (await FiguresAsync(cluster, "sweeps_known")).SequenceEqual([6, 6, 6]), "every server knows all sweeps");

        foreach (var server in cluster.Servers)
        {
            var status = await server.StatusAsync();
            Assert.Equal(3, status.GetProperty("servers").GetArrayLength());
            Assert.Equal("postgres", status.GetProperty("store").GetProperty("kind").GetString());
        }
    }

    [Fact]
    public async Task A_stopped_server_hands_its_sweeps_over_and_a_new_one_gets_its_part_without_a_restart()
    {
        await using var cluster = await Cluster.StartAsync(2);
        var groups = await cluster.WithGroupsAsync(1);
        await cluster.UntilAsync(
            async () => (await FiguresAsync(cluster, "sweeps_held")).SequenceEqual([3, 3]), "both servers hold three sweeps");

        Assert.Equal(0, await cluster.Servers[0].TerminateAsync());
        await cluster.UntilAsync(
            async () => (await FiguresAsync(cluster, "sweeps_held")).SequenceEqual([6]), "the one that is left holds all");
        await cluster.Servers[0].StartAsync();

        await cluster.UntilAsync(
            async () => (await FiguresAsync(cluster, "sweeps_held")).SequenceEqual([3, 3]), "both servers hold three sweeps again");
        await cluster.EnsureEveryEffectIsToldAsync(groups);
    }

    [Fact]
    public async Task A_change_at_any_server_is_acted_on_at_once_whoever_holds_the_sweep()
    {
        await using var cluster = await Cluster.StartAsync(3);

        // No sweep is due for an hour, so it is the server that was asked who acts.
        var groups = await cluster.WithGroupsAsync(1, interval: "1h");

        for (var turn = 0; turn < 6; turn++)
        {
            var server = cluster.Servers[turn % 3];
            (await server.MusterAsync("group", "scale", groups[0], $"{2 + turn}")).Good();
            await cluster.UntilHealthyAsync(groups[0], 2 + turn);
        }

        Assert.Equal(7, cluster.RealPids(groups[0]).Count);
        await cluster.EnsureEveryEffectIsToldAsync(groups);
    }

    private static async Task<int[]> FiguresAsync(Cluster cluster, string figure)
    {
        var figures = new List<int>();
        foreach (var server in cluster.Servers.Where(server => server.IsRunning))
        {
            figures.Add((await server.StatusAsync()).GetProperty("pulse").GetProperty(figure).GetInt32());
        }

        return [.. figures];
    }
}
