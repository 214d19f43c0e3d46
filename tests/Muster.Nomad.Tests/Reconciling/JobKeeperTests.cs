using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;
using Muster.Nomad.Jobs;
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
        await Patiently.UntilAsync(() => keeper.Obstacle(SomeGroups.Id(2)) is not null, "the group has an obstacle");

        Assert.Matches("^Nomad unreachable since [0-9-]{10} [0-9:]{8}Z: .*No cluster leader$", keeper.Obstacle(SomeGroups.Id(2)));
        Assert.Equal(1, keeper.Hurrying);
        await Patiently.UntilAsync(() => NewestOf(world, SomeGroups.Id(2)).Type is ActivityType.Error, "the group is told of it");
        Assert.Matches("^Nomad unreachable: .*No cluster leader$", NewestOf(world, SomeGroups.Id(2)).Description);
        world.Options.HasLeader = true;
        await world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs == 1 && world.Jobs.Count() == 3, Cancel);
        await Patiently.UntilAsync(() => keeper.Hurrying == 0, "no group hurries");

        Assert.Null(keeper.Obstacle(SomeGroups.Id(2)));
        await Patiently.UntilAsync(
            () => NewestOf(world, SomeGroups.Id(2)).Description.StartsWith("Nomad is reached again", StringComparison.Ordinal),
            "the group is told that Nomad is reached");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task While_the_installation_is_paused_jobs_are_left_as_they_are()
    {
        await using var world = await NomadWorld.StartAsync(groups: 3);
        world.Limits.RoundEvery = TimeSpan.FromMilliseconds(50);
        await world.Store.ChangePauseAsync(state => state.Paused(new(DateTimeOffset.UnixEpoch, "ann", "a backup is restored", [])), Cancel);
        var rounds = 0;
        var keeper = world.Keeper();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = keeper.RunAsync(
            _ =>
            {
                Interlocked.Increment(ref rounds);
                return Task.FromResult(true);
            },
            stop.Token);
        keeper.Hurry(SomeGroups.Id(1));

        await Patiently.UntilAsync(() => Volatile.Read(ref rounds) >= 3, "three rounds are begun");
        Assert.Empty(world.Jobs);
        Assert.Equal(1, keeper.Hurrying);
        await world.Store.ChangePauseAsync(state => state.Resumed(), Cancel);

        await world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs == 1 && world.Jobs.Count() == 3, Cancel);
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData(JobUnit.Group, 3)]
    [InlineData(JobUnit.Sweep, 2)]
    public async Task What_stood_in_the_way_of_all_is_over_and_every_job_runs_once_whoever_makes_the_rounds(JobUnit unit, int jobs)
    {
        await using var world = await NomadWorld.StartAsync(groups: 3);
        world.Settings.Unit = unit;
        await SomeGroups.SpreadAsync(world.Store, SomeGroups.Id(2));
        var keeper = world.Keeper();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = keeper.RunAsync(_ => Task.FromResult(false), stop.Token);

        keeper.HurryAll();

        await world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs == jobs, Cancel);
        await Patiently.UntilAsync(() => keeper.Hurrying == 0, "no group hurries");
        await stop.CancelAsync();
        await running;
        await world.WhenQuietAsync();
        Assert.Equal((jobs, jobs), (world.Nomad.Cluster.Runs, world.Jobs.Count()));
    }

    [Fact]
    public async Task All_are_hurried_once_the_store_that_failed_is_there_again()
    {
        await using var world = await NomadWorld.StartAsync(groups: 2);
        var failures = 2;
        var store = FailingStore.Before<IPulseStore>(
            world.Store, (call, _) => call == nameof(ISweepStore.ListSweepsAsync) && Interlocked.Decrement(ref failures) >= 0);
        var keeper = world.Keeper(world.NewServer(store));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = keeper.RunAsync(_ => Task.FromResult(false), stop.Token);

        keeper.HurryAll();

        await world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs == 2, Cancel);
        Assert.Equal(
            ["having every group checked by Nomad", "having every group checked by Nomad"],
            world.Observer.Failed.Select(failed => failed.What));
        await Patiently.UntilAsync(() => keeper.Hurrying == 0, "no group hurries");
        await stop.CancelAsync();
        await running;
        await world.WhenQuietAsync();
    }

    [Fact]
    public async Task A_change_while_a_check_runs_is_checked_when_that_one_ends()
    {
        await using var world = await NomadWorld.StartAsync(
            groups: 1, script: "[ $NOMAD_META_muster_generation != 1 ] || read line < \"$0.go\"");
        var gate = $"{world.Settings.Command}.go";
        System.Diagnostics.Process.Start("/usr/bin/mkfifo", [gate]).WaitForExit();
        var keeper = world.Keeper();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = keeper.RunAsync(_ => Task.FromResult(false), stop.Token);
        keeper.Hurry(SomeGroups.Id(1));
        await world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs == 1, Cancel);

        await SomeGroups.ChangeAsync(
            world.Store, SomeGroups.Id(1), group => group with { Capacity = new Capacity { Desired = 2, Min = 0, Max = 10 } });
        keeper.Hurry(SomeGroups.Id(1));
        await Patiently.UntilAsync(() => world.Observer.Done.Count == 2, "two actions are done");
        Assert.Equal(1, world.Nomad.Cluster.Runs);
        await File.WriteAllTextAsync(gate, "go\n", Cancel);

        await world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs == 2, Cancel);
        await Patiently.UntilAsync(() => keeper.Hurrying == 0, "no group hurries");
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
        await Patiently.UntilAsync(() => Volatile.Read(ref rounds) > 3, "more than three rounds are begun");
        await stop.CancelAsync();
        await running;

        Assert.Empty(world.Jobs);
        Assert.Null(keeper.Obstacle(SomeGroups.Id(1)));
    }

    private static Activity NewestOf(NomadWorld world, GroupId group) =>
        world.Store.ListActivitiesAsync(group, new(1), Cancel).GetAwaiter().GetResult().Items[0];

    [Fact]
    public async Task A_group_is_checked_again_while_it_is_on_its_way_and_no_longer()
    {
        await using var world = await NomadWorld.StartAsync(groups: 2);
        world.Limits.FollowUpMin = TimeSpan.FromMilliseconds(20);
        await SomeGroups.SetStateAsync(world.Store, SomeGroups.Id(1), state => state with { Counts = new() { Provisioning = 1 } });
        var keeper = world.Keeper();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = keeper.RunAsync(_ => Task.FromResult(false), stop.Token);

        keeper.FollowUp(SomeGroups.Id(1));
        keeper.FollowUp(SomeGroups.Id(2));
        await world.Nomad.Cluster.WaitAsync(cluster => cluster.Runs == 2, Cancel);

        Assert.StartsWith(
            JobIds.Prefix(SomeJobs.Installation, JobKey.Of(SomeGroups.Id(1))), Assert.Single(world.Jobs), StringComparison.Ordinal);
        await SomeGroups.SetStateAsync(world.Store, SomeGroups.Id(1), state => state with { Counts = new() { Running = 1 } });
        await Patiently.UntilAsync(() => keeper.Following == 0, "no group is followed");
        await stop.CancelAsync();
        await running;
        await world.WhenQuietAsync();
    }

    [Fact]
    public async Task A_group_that_does_not_settle_is_left_to_Nomad_s_ticks_when_these_come_as_often()
    {
        var timeProvider = new FakeTimeProvider(new DateTimeOffset(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));
        await using var world = await NomadWorld.StartAsync(groups: 1, timeProvider: timeProvider);
        await SomeGroups.SetStateAsync(world.Store, SomeGroups.Id(1), state => state with { Counts = new() { Provisioning = 1 } });

        var waits = new List<TimeSpan?>();
        do
        {
            waits.Add(await world.Reconciler.FollowUpAsync(SomeGroups.Id(1), waits.Count, Cancel));
        }
        while (waits[^1] is not null);

        Assert.Equal([4, 8, 16, 32, null], waits.Select(wait => wait?.TotalSeconds));
        await world.WhenQuietAsync();
    }

    [Fact]
    public async Task The_job_of_a_group_that_is_gone_is_not_left_to_the_next_round()
    {
        await using var world = await NomadWorld.StartAsync(groups: 2);
        await world.Reconciler.RunAsync(Cancel);
        await SomeGroups.ChangeAsync(
            world.Store, SomeGroups.Id(1), group => group with { Phase = GroupPhase.Archived, ArchivedAt = group.UpdatedAt });

        Assert.Null(await world.Reconciler.FollowUpAsync(SomeGroups.Id(1), followUps: 1, Cancel));

        Assert.StartsWith(
            JobIds.Prefix(SomeJobs.Installation, JobKey.Of(SomeGroups.Id(2))), Assert.Single(world.Jobs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_run_of_a_sweep_s_job_follows_all_its_groups_up()
    {
        await using var world = await NomadWorld.StartAsync(groups: 3);
        world.Settings.Unit = JobUnit.Sweep;
        foreach (var number in Enumerable.Range(1, 3))
        {
            await SomeGroups.SetStateAsync(world.Store, SomeGroups.Id(number), state => state with { Counts = new() { Terminating = 1 } });
            Assert.NotNull(await world.Reconciler.FollowUpAsync(SomeGroups.Id(number), followUps: 0, Cancel));
        }

        await world.WhenQuietAsync();
        Assert.Equal(1, world.Nomad.Cluster.Runs);
    }
}
