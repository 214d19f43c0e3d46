using Muster.EndToEnd.Support;

namespace Muster.EndToEnd;

/// <summary>The server is killed with SIGKILL at any moment: same instances, same level, no duplicates.</summary>
public sealed class CrashTests
{
    private const int Rounds = 25;

    private const int LevelMax = 11;

    /// <summary>Rounds between two moments at which the group is at its level.</summary>
    private const int RoundsAtOnce = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Killed_at_random_moments_the_server_ends_at_the_level_without_a_duplicate(int seed)
    {
        // The moments are random, so a failure is not replayed by its seed; it is by its log, which the assertion prints.
        var random = new Random(seed);
        await using var server = await DevServer.StartAsync();
        await server.WithGroupAsync("web", 3);
        var (level, leaving) = (3, 0);
        for (var round = 0; round < Rounds; round++)
        {
            if (round % RoundsAtOnce == 0)
            {
                level = await SettleAsync(server);
                leaving = 0;
            }

            // No launch goes above the level of its time. What was too many for a level is written down as ending: it counts no
            // more, and may still run.
            var before = level;
            level = random.Next(1, LevelMax + 1);
            var most = Math.Max(before, level) + leaving;
            leaving += Math.Max(0, before - level);
            (await server.MusterAsync("group", "scale", "web", $"{level}")).Good();
            if (random.Next(3) == 0 && server.RealPids() is { Count: > 0 } running)
            {
                Processes.Kill(running[random.Next(running.Count)]);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 60)), TimeProvider.System);
            await server.KillAsync();
            var instances = server.RealInstances();
            Assert.True(instances.Count <= most, $"round {round}: {instances.Count} instances run where {most} may:\n{server.Log}");
            Assert.Distinct(instances.Select(instance => instance.Launch));
            await server.StartAgainAsync();
        }

        level = await SettleAsync(server);

        Assert.Equal(level, server.RealPids().Count);
        Assert.Equal((await server.RunningPidsAsync("web")).Order(), server.RealPids().Order());
    }

    [Fact]
    public async Task Killed_while_idle_the_server_finds_the_same_instances_again()
    {
        await using var server = await DevServer.StartAsync();
        await server.WithGroupAsync("web", 4);
        var before = server.RealPids().Order().ToList();

        for (var round = 0; round < 3; round++)
        {
            await server.KillAsync();
            await server.StartAgainAsync();
        }

        await server.UntilHealthyAsync("web", 4);
        Assert.Equal(before, server.RealPids().Order());
    }

    [Fact]
    public async Task An_instance_that_dies_while_no_server_runs_is_replaced_by_the_next_start()
    {
        await using var server = await DevServer.StartAsync();
        await server.WithGroupAsync("web", 3);
        await server.KillAsync();
        var victim = server.RealPids()[0];
        Processes.Kill(victim);

        await server.StartAgainAsync();

        await server.UntilAsync("web", _ => server.RealPids().Count == 3 && !server.RealPids().Contains(victim), "repaired");
    }

    /// <summary>
    /// Waits at the highest level: there a launch of unknown outcome is asked again, and below it would count as pending until it expires.
    /// </summary>
    private static async Task<int> SettleAsync(DevServer server)
    {
        (await server.MusterAsync("group", "scale", "web", $"{LevelMax}")).Good();
        await server.UntilHealthyAsync("web", LevelMax);

        // A healthy group may have some that were told to end a moment ago.
        await server.UntilAsync("web", _ => server.RealInstances().Count == LevelMax, $"{LevelMax} run, and none that is ordered to end");
        return LevelMax;
    }
}
