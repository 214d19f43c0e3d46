using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Reconciling;

public sealed class JobKeeperTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_Nomad_is_away_changes_wait_the_groups_say_so_and_all_is_caught_up()
    {
        await using var world = await NomadWorld.StartAsync(groups: 3);
        world.Limits.RoundEvery = TimeSpan.FromMilliseconds(50);
        world.Limits.TroubleMin = TimeSpan.Zero;
        world.Options.HasLeader = false;
        var keeper = world.Keeper();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = keeper.RunAsync(_ => Task.FromResult(true), stop.Token);
        keeper.Hurry(SomeGroups.Id(1));
        await UntilAsync(() => keeper.Obstacle(SomeGroups.Id(2)) is not null);

        Assert.Matches("^Nomad unreachable since [0-9-]{10} [0-9:]{8}Z: .*No cluster leader$", keeper.Obstacle(SomeGroups.Id(2)));
        Assert.Equal(1, keeper.Hurrying);
        await UntilAsync(() => NewestOf(world, SomeGroups.Id(2)).Type is ActivityType.Error);
        Assert.Matches("^Nomad unreachable: .*No cluster leader$", NewestOf(world, SomeGroups.Id(2)).Description);
        world.Options.HasLeader = true;
        await world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs == 1 && world.Jobs.Count() == 3, Cancel);
        await UntilAsync(() => keeper.Hurrying == 0);

        Assert.Null(keeper.Obstacle(SomeGroups.Id(2)));
        await UntilAsync(() => NewestOf(world, SomeGroups.Id(2)).Description.StartsWith("Nomad is reached again", StringComparison.Ordinal));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_change_while_a_check_runs_is_checked_when_that_one_ends()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1, script: "[ $NOMAD_META_muster_generation != 1 ] || read line < \"$0.go\"");
        var gate = $"{world.Settings.Command}.go";
        System.Diagnostics.Process.Start("/usr/bin/mkfifo", [gate]).WaitForExit();
        var keeper = world.Keeper();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = keeper.RunAsync(_ => Task.FromResult(false), stop.Token);
        keeper.Hurry(SomeGroups.Id(1));
        await world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs == 1, Cancel);

        await SomeGroups.ChangeAsync(world.Store, SomeGroups.Id(1), group => group with { Capacity = new Capacity { Desired = 2, Min = 0, Max = 10 } });
        keeper.Hurry(SomeGroups.Id(1));
        await UntilAsync(() => world.Observer.Done.Count == 2);
        Assert.Equal(1, world.Nomad.Cluster.Runs);
        await File.WriteAllTextAsync(gate, "go\n", Cancel);

        await world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs == 2, Cancel);
        await UntilAsync(() => keeper.Hurrying == 0);
        await stop.CancelAsync();
        await running;
        await world.WhenQuietAsync();
    }

    [Fact]
    public async Task A_server_that_is_not_the_first_only_asks_whether_Nomad_is_there()
    {
        await using var world = await NomadWorld.StartAsync(groups: 2);
        world.Limits.RoundEvery = TimeSpan.FromMilliseconds(20);
        var keeper = world.Keeper();
        var rounds = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = keeper.RunAsync(_ => Task.FromResult(Interlocked.Increment(ref rounds) < 0), stop.Token);
        await UntilAsync(() => Volatile.Read(ref rounds) > 3);
        await stop.CancelAsync();
        await running;

        Assert.Empty(world.Jobs);
        Assert.Null(keeper.Obstacle(SomeGroups.Id(1)));
    }

    private static Activity NewestOf(NomadWorld world, GroupId group) =>
        world.Store.ListActivitiesAsync(group, new(1), Cancel).GetAwaiter().GetResult().Items[0];

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel);
        }
    }
}
