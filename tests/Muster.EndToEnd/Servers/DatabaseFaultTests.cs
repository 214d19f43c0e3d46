using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Servers;

/// <summary>
/// The database dies, is away for longer than leases last, or is cut off from one server: nobody acts on what cannot be written down.
/// </summary>
public sealed class DatabaseFaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_database_killed_in_the_middle_of_launches_and_writes_comes_back_to_the_same_levels()
    {
        await using var cluster = await Cluster.StartAsync(2);
        var groups = await cluster.WithGroupsAsync(1);
        using var changes = new Changes(cluster, groups, seed: 3);
        var changing = changes.RunAsync();
        for (var round = 0; round < 3; round++)
        {
            await changes.UntilMadeAsync(10 + (round * 5));
            await cluster.Database.KillAsync(Cancellation);
            await cluster.UntilAsync(
                async () => !(await Task.WhenAll(cluster.Servers.Select(server => server.IsReadyAsync()))).Contains(true),
                "every server misses the database");
            await cluster.Database.StartAsync(Cancellation);
        }

        await changes.UntilMadeAsync(20);
        changes.Stop();
        await changing;

        foreach (var group in groups)
        {
            var level = await changes.SettleAsync(group);
            await cluster.UntilHealthyAsync(group, level);
            Assert.Equal(level, cluster.RealPids(group).Count);
        }

        Assert.InRange(changes.MostSeen, 1, Changes.RunningMax);
        Assert.Null(changes.LaunchedTwice);
        Assert.All(cluster.Servers, server => Assert.True(server.IsRunning, server.Log));
        await cluster.EnsureEveryEffectIsToldAsync(groups);
    }

    [Fact]
    public async Task While_the_database_is_away_for_two_leases_nothing_is_done_and_the_API_says_when_to_come_again()
    {
        await using var cluster = await Cluster.StartAsync(2);
        var groups = await cluster.WithGroupsAsync(2);
        var group = groups[0];
        await cluster.Database.KillAsync(Cancellation);
        var victim = cluster.RealPids(group)[0];
        Processes.Kill(victim);
        var left = cluster.RealPids(group).Order().ToList();

        var startedAt = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(startedAt) < Durations.Lease * 2)
        {
            foreach (var server in cluster.Servers)
            {
                using var answer = await server.SendAsync(HttpMethod.Put, $"/v1/groups/{group}/capacity", """{"desired":5}""");
                Assert.Equal((503, true), ((int)answer!.StatusCode, answer.Headers.RetryAfter is not null));
                using var ready = await server.SendAsync(HttpMethod.Get, "/readyz");
                Assert.Equal(503, (int)ready!.StatusCode);
                using var alive = await server.SendAsync(HttpMethod.Get, "/healthz");
                Assert.Equal(200, (int)alive!.StatusCode);
            }

            Assert.Equal(left, cluster.RealPids(group).Order());
        }

        await cluster.Database.StartAsync(Cancellation);

        await cluster.UntilHealthyAsync(group, 2);
        Assert.Equal(2, cluster.RealPids(group).Count);
        await cluster.EnsureEveryEffectIsToldAsync(groups);
    }

    [Fact]
    public async Task A_server_cut_off_from_the_database_launches_nothing_and_the_other_takes_its_groups()
    {
        await using var cluster = await Cluster.StartAsync(2);
        var groups = await cluster.WithGroupsAsync(2);
        cluster.Proxies[0].Hold();
        foreach (var group in groups)
        {
            Processes.Kill(cluster.RealPids(group)[0]);
        }

        var refused = cluster.Servers[0].SendAsync(HttpMethod.Put, $"/v1/groups/{groups[0]}/capacity", """{"desired":4}""");
        foreach (var group in groups)
        {
            await cluster.UntilHealthyAsync(group, 2);
        }

        using (var answer = await refused)
        {
            Assert.Equal(503, (int)answer!.StatusCode);
        }

        Assert.All(groups, group => Assert.Equal(2, cluster.RealPids(group).Count));
        cluster.Proxies[0].Restore();
        await cluster.UntilAsync(() => cluster.Servers[0].IsReadyAsync(), "the server that was cut off is ready again");
        (await cluster.Servers[0].MusterAsync("group", "scale", groups[0], "3")).Good();
        await cluster.UntilHealthyAsync(groups[0], 3);
        await cluster.EnsureEveryEffectIsToldAsync(groups);
    }
}
