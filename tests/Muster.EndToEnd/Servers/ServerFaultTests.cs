using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Servers;

/// <summary>Servers that die, stand still, or have a wrong clock, under a constant stream of changes.</summary>
public sealed class ServerFaultTests
{
    /// <summary>Where Debian has libfaketime, whatever the machine.</summary>
    private static readonly string? FakeTime = Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu*")
        .Select(directory => Path.Combine(directory, "faketime", "libfaketimeMT.so.1"))
        .FirstOrDefault(File.Exists);

    /// <summary>For a repair and a busy machine.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    /// <summary>Longer than a lease: whoever stood still that long has lost what it held.</summary>
    private static readonly TimeSpan LongerThanALease = Durations.Lease * 4 / 3;

    [Fact]
    public async Task One_of_three_killed_and_one_paused_past_its_leases_every_group_ends_at_its_level_without_a_duplicate()
    {
        await using var cluster = await Cluster.StartAsync(3);
        var groups = await cluster.WithGroupsAsync(2);
        using var changes = new Changes(cluster, groups, seed: 1);
        var changing = changes.RunAsync();

        await changes.UntilMadeAsync(20);
        await cluster.Servers[1].KillAsync();
        await cluster.Servers[2].PauseAsync();

        // The time itself is what is tested.
        await Task.Delay(LongerThanALease, TimeProvider.System);
        await cluster.Servers[2].GoOnAsync();
        await cluster.Servers[1].StartAsync();
        await changes.UntilMadeAsync(30);
        changes.Stop();
        await changing;

        await EnsureAtLevelAsync(cluster, groups, changes);
    }

    [Fact]
    public async Task A_dead_servers_groups_are_kept_by_the_others_within_two_lease_periods()
    {
        await using var cluster = await Cluster.StartAsync(3);
        var groups = await cluster.WithGroupsAsync(2);

        var killedAt = TimeProvider.System.GetTimestamp();
        await cluster.Servers[0].KillAsync();
        foreach (var group in groups)
        {
            Processes.Kill(cluster.RealPids(group)[0]);
        }

        foreach (var group in groups)
        {
            await cluster.UntilHealthyAsync(group, 2);
        }

        Assert.InRange(TimeProvider.System.GetElapsedTime(killedAt), TimeSpan.Zero, Durations.Lease + Durations.Lease + Rest);
        await cluster.EnsureEveryEffectIsToldAsync(groups);
    }

    [Fact]
    public async Task Clocks_minutes_apart_change_nothing()
    {
        Assert.True(FakeTime is not null, "libfaketimeMT.so.1 is missing: install faketime");
        string[] offsets = ["+0", "+300s", "-300s"];
        await using var cluster = await Cluster.StartAsync(3, number => new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = FakeTime,
            ["FAKETIME"] = offsets[number],
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            ["DONT_FAKE_MONOTONIC"] = "1",
        });
        var groups = await cluster.WithGroupsAsync(2);
        var clocks = new List<double>();
        foreach (var server in cluster.Servers)
        {
            clocks.Add((await server.StatusAsync()).GetProperty("store").GetProperty("machine_clock_ahead_s").GetDouble());
        }

        Assert.Equal([0, 300, -300], clocks.Select(ahead => Math.Round(ahead / 10) * 10));
        using var changes = new Changes(cluster, groups, seed: 2);
        var changing = changes.RunAsync();
        await changes.UntilMadeAsync(60);
        foreach (var group in groups.Take(3))
        {
            if (cluster.RealPids(group) is { Count: > 0 } running)
            {
                Processes.Kill(running[0]);
            }
        }

        await changes.UntilMadeAsync(30);
        changes.Stop();
        await changing;

        await EnsureAtLevelAsync(cluster, groups, changes);
    }

    private static async Task EnsureAtLevelAsync(Cluster cluster, IReadOnlyList<string> groups, Changes changes)
    {
        foreach (var group in groups)
        {
            var level = await changes.SettleAsync(group);
            await cluster.UntilHealthyAsync(group, level);
            Assert.Equal(level, cluster.RealPids(group).Count);
        }

        Assert.InRange(changes.MostSeen, 1, Changes.RunningMax);
        Assert.Null(changes.LaunchedTwice);
        await cluster.EnsureEveryEffectIsToldAsync(groups);
    }
}
