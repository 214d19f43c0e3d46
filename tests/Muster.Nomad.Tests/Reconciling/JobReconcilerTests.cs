using System.Collections.Concurrent;
using System.Text.Json.Nodes;

using Microsoft.Extensions.Time.Testing;

using Muster.Core.Checks;
using Muster.Core.Groups;
using Muster.Nomad.Client;
using Muster.Nomad.Jobs;
using Muster.Nomad.Reconciling;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Reconciling;

public sealed class JobReconcilerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_living_group_gets_a_job_and_then_there_is_nothing_to_do()
    {
        await using var world = await NomadWorld.StartAsync(groups: 20);

        Assert.Equal(20, (await world.Reconciler.RunAsync(Cancel)).Length);
        Assert.Equal(20, world.Jobs.Count());
        var before = world.Nomad.Requests;
        Assert.Empty(await world.Reconciler.RunAsync(Cancel));
        Assert.Equal(1, world.Nomad.Requests - before);
    }

    [Fact]
    public async Task A_group_whose_checks_end_and_report_nothing_says_so_until_one_reports()
    {
        await using var world = await NomadWorld.StartAsync(groups: 2, script: "exit 127");
        await SomeGroups.SetStateAsync(
            world.Store, SomeGroups.Id(1), state => state with { CheckedAt = world.Time.GetUtcNow() - TimeSpan.FromMinutes(10) });
        await world.Reconciler.RunAsync(Cancel);
        // No check has ended since the last that was heard of: the group waits for its tick.
        Assert.Null(world.Keeper().Obstacle(SomeGroups.Id(1)));

        await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel);
        await world.Reconciler.HurryAsync(SomeGroups.Id(2), Cancel);
        await world.WhenQuietAsync();
        await world.Reconciler.RunAsync(Cancel);

        var obstacle = world.Reconciler.Ledger.Obstacle(SomeGroups.Id(1));
        Assert.Matches(
            "^its checks end and report nothing, so nobody checks it: 'nomad job status muster-[^ ]+/periodic-[0-9]+' leads to why$",
            obstacle!.Text);
        // The other is not overdue.
        Assert.Null(world.Keeper().Obstacle(SomeGroups.Id(2)));

        await world.Reconciler.RunAsync(Cancel);
        Assert.Equal(obstacle, world.Reconciler.Ledger.Obstacle(SomeGroups.Id(1)));

        await SomeGroups.SetStateAsync(world.Store, SomeGroups.Id(1), state => state with { CheckedAt = world.Time.GetUtcNow() });
        await world.Reconciler.RunAsync(Cancel);
        Assert.Null(world.Keeper().Obstacle(SomeGroups.Id(1)));
    }

    [Fact]
    public async Task A_server_that_starts_anew_asks_about_each_job_once_and_changes_none()
    {
        await using var world = await NomadWorld.StartAsync(groups: 5);
        await world.Reconciler.RunAsync(Cancel);
        var again = world.NewServer();
        var index = world.Nomad.Cluster.Index;
        world.Observer.Done.Clear();

        Assert.Equal(5, (await again.RunAsync(Cancel)).Length);
        Assert.Equal(index, world.Nomad.Cluster.Index);
        Assert.Empty(world.Observer.Done);
        Assert.Empty(await again.RunAsync(Cancel));
    }

    [Fact]
    public async Task A_job_that_somebody_stopped_edited_or_removed_is_made_what_it_should_be()
    {
        await using var world = await NomadWorld.StartAsync(groups: 3);
        await world.Reconciler.RunAsync(Cancel);
        await world.Client.DeregisterAsync(world.Job(1), purge: false, Cancel);
        await world.Client.DeregisterAsync(world.Job(2), purge: true, Cancel);
        var edited = world.Nomad.Cluster.Find(world.Job(3), "default")!.Show();
        edited["Periodic"]!["Spec"] = "0 0 1 1 *";
        await RegisterAsync(world, edited);

        var plan = await world.Reconciler.RunAsync(Cancel);

        Assert.Equal(["changed by somebody", "missing", "stopped by somebody"], plan.Select(action => action.Reason).Order());
        Assert.Empty(await world.Reconciler.RunAsync(Cancel));
        Assert.All(world.Jobs, id => Assert.False(world.Nomad.Cluster.Find(id, "default")!.IsStopped));
        Assert.DoesNotContain(
            "0 0 1 1 *", world.Nomad.Cluster.Find(world.Job(3), "default")!.Show().ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_of_other_people_and_of_other_installations_are_never_touched()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1);
        await world.Reconciler.RunAsync(Cancel);
        var mine = world.Nomad.Cluster.Find(world.Job(1), "default")!.Show();
        var others = new[]
        {
            "web",
            "muster-000000000000-9f8e7d6c5b4a4321-web",
            JobIds.Prefix(SomeJobs.Installation) + "9f8e7d6c5b4a4321-forged",
        };
        foreach (var id in others)
        {
            var job = (JsonObject)mine.DeepClone();
            (job["ID"], job["Name"], job["Meta"]) = (id, id, id.EndsWith("forged", StringComparison.Ordinal)
                ? new JsonObject { ["muster_installation"] = "another" }
                : job["Meta"]!.DeepClone());
            await RegisterAsync(world, job);
        }

        await world.Reconciler.RunAsync(Cancel);

        Assert.Superset(others.ToHashSet(), world.Jobs.ToHashSet());
    }

    [Fact]
    public async Task A_deleted_group_keeps_its_job_until_its_last_instance_is_gone()
    {
        await using var world = await NomadWorld.StartAsync(groups: 2);
        await world.Reconciler.RunAsync(Cancel);
        await SomeGroups.ChangeAsync(world.Store, SomeGroups.Id(1), group => group with { Phase = GroupPhase.Draining });
        await world.Reconciler.RunAsync(Cancel);
        Assert.Equal(2, world.Jobs.Count());

        await SomeGroups.ChangeAsync(
            world.Store, SomeGroups.Id(1), group => group with { Phase = GroupPhase.Archived, ArchivedAt = group.UpdatedAt });
        await world.Reconciler.RunAsync(Cancel);

        Assert.Equal([world.Job(2)], world.Jobs);
        Assert.Equal(HurryOutcome.Gone, await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel));
    }

    [Fact]
    public async Task A_renamed_group_keeps_its_job_and_the_history_of_it()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1);
        await world.Reconciler.RunAsync(Cancel);
        var id = world.Job(1);
        await SomeGroups.ChangeAsync(world.Store, SomeGroups.Id(1), group => group with { Name = "another-name" });

        await world.Reconciler.RunAsync(Cancel);

        Assert.Equal([id], world.Jobs);
        Assert.Equal("another-name", (string?)world.Nomad.Cluster.Find(id, "default")!.Show()["Name"]);
    }

    [Fact]
    public async Task A_change_is_forced_at_once_with_what_it_changed()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1, script: "echo $NOMAD_META_muster_generation");
        await world.Reconciler.RunAsync(Cancel);
        await SomeGroups.ChangeAsync(
            world.Store, SomeGroups.Id(1), group => group with { Capacity = new() { Desired = 3, Min = 0, Max = 10 } });

        Assert.Equal(HurryOutcome.Forced, await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel));
        await world.WhenQuietAsync();

        Assert.Equal(1, world.Nomad.Cluster.Runs);
        Assert.Equal("2\n", await LogAsync(world));
    }

    [Fact]
    public async Task A_group_that_Nomad_never_heard_of_is_registered_and_forced()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1);

        Assert.Equal(HurryOutcome.Forced, await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel));
        await world.WhenQuietAsync();
        Assert.Equal(1, world.Nomad.Cluster.Runs);
    }

    [Fact]
    public async Task Nothing_is_forced_beside_a_running_check()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1, script: "read line < \"$0.go\"");
        var gate = $"{world.Settings.Command}.go";
        System.Diagnostics.Process.Start("/usr/bin/mkfifo", [gate]).WaitForExit();
        Assert.Equal(HurryOutcome.Forced, await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel));

        Assert.Equal(HurryOutcome.Busy, await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel));
        Assert.Equal(1, world.Nomad.Cluster.Runs);
        await File.WriteAllTextAsync(gate, "go\n", Cancel);
        await world.WhenQuietAsync();
    }

    [Fact]
    public async Task A_second_force_within_a_second_is_not_taken_for_a_second_check()
    {
        var timeProvider = new FakeTimeProvider(new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));
        await using var world = await NomadWorld.StartAsync(groups: 1, timeProvider: timeProvider);
        Assert.Equal(HurryOutcome.Forced, await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel));
        await world.WhenQuietAsync();

        Assert.Equal(HurryOutcome.Busy, await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel));
        timeProvider.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HurryOutcome.Forced, await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel));
        await world.WhenQuietAsync();
        Assert.Equal(2, world.Nomad.Cluster.Runs);
    }

    [Fact]
    public async Task A_check_that_no_client_can_run_is_purged_and_the_group_says_why()
    {
        var timeProvider = new FakeTimeProvider(new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));
        await using var world = await NomadWorld.StartAsync(groups: 1, timeProvider: timeProvider);
        world.Settings.Role = "automater";
        await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel);
        await world.Reconciler.RunAsync(Cancel);
        Assert.Contains(world.Nomad.Cluster.JobIds, id => JobIds.ParentOf(id) is not null);

        timeProvider.Advance(world.Limits.PendingMax + TimeSpan.FromSeconds(1));
        await world.Reconciler.RunAsync(Cancel);

        Assert.Equal(
            "no Nomad client can run its checks, and nobody checks it: of 1 clients, 1 not with ${meta.role} = automater",
            world.Keeper().Obstacle(SomeGroups.Id(1)));
        world.Options.Meta = world.Options.Meta.Add("role", "automater");
        timeProvider.Advance(TimeSpan.FromSeconds(1));
        await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel);
        await world.WhenQuietAsync();
        // The script is no check, which would report.
        await SomeGroups.SetStateAsync(world.Store, SomeGroups.Id(1), state => state with { CheckedAt = timeProvider.GetUtcNow() });
        await world.Reconciler.RunAsync(Cancel);
        Assert.Null(world.Keeper().Obstacle(SomeGroups.Id(1)));
    }

    [Theory]
    [InlineData(JobUnit.Group)]
    [InlineData(JobUnit.Sweep)]
    public async Task A_group_says_at_once_that_nobody_checks_it_and_at_once_that_somebody_does(JobUnit unit)
    {
        var timeProvider = new FakeTimeProvider(new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));
        await using var world = await NomadWorld.StartAsync(groups: 1, timeProvider: timeProvider);
        world.Settings.Unit = unit;
        world.Settings.Role = "automater";

        await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel);

        Assert.Equal(
            "no Nomad client can run its checks, and nobody checks it: of 1 clients, 1 not with ${meta.role} = automater",
            world.Keeper().Obstacle(SomeGroups.Id(1)));
        world.Options.Meta = world.Options.Meta.Add("role", "automater");
        timeProvider.Advance(world.Limits.PendingMax + TimeSpan.FromSeconds(1));
        await world.Reconciler.RunAsync(Cancel);
        timeProvider.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HurryOutcome.Forced, await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel));
        Assert.Null(world.Keeper().Obstacle(SomeGroups.Id(1)));
    }

    [Fact]
    public async Task An_obstacle_is_gone_with_the_wait_of_the_check_that_met_it()
    {
        var timeProvider = new FakeTimeProvider(new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));
        await using var world = await NomadWorld.StartAsync(groups: 1, timeProvider: timeProvider);
        world.Settings.Role = "automater";
        await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel);

        // It waits, and is asked again long after it was submitted.
        timeProvider.Advance(world.Limits.PlacementMin + TimeSpan.FromSeconds(1));
        await world.Reconciler.RunAsync(Cancel);
        Assert.StartsWith("no Nomad client can run its checks", world.Keeper().Obstacle(SomeGroups.Id(1)), StringComparison.Ordinal);

        world.Options.Meta = world.Options.Meta.Add("role", "automater");
        var child = world.Nomad.Cluster.JobIds.Single(id => JobIds.ParentOf(id) is not null);
        var key = world.Reconciler.Ledger.Known.Keys.Single();
        world.Reconciler.Ledger.Clear(key, $"{child}-another", DateTimeOffset.MinValue);
        Assert.NotNull(world.Keeper().Obstacle(SomeGroups.Id(1)));
        world.Reconciler.Ledger.Clear(key, child, DateTimeOffset.MinValue);
        Assert.Null(world.Keeper().Obstacle(SomeGroups.Id(1)));
    }

    [Fact]
    public async Task A_run_that_a_task_tells_of_ends_the_obstacles_from_before_it()
    {
        var timeProvider = new FakeTimeProvider(new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));
        await using var world = await NomadWorld.StartAsync(groups: 1, timeProvider: timeProvider);
        world.Settings.Role = "automater";
        await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel);
        var keeper = world.Keeper();
        var run = new CheckRun
        {
            Id = SomeGroups.Id(1).Value, Group = SomeGroups.Id(1), Where = "node", Allocation = "a-1",
            StartedAt = timeProvider.GetUtcNow().AddSeconds(-1), Duration = TimeSpan.FromSeconds(1), Outcome = CheckOutcome.Idle,
            Reason = "fine",
        };

        keeper.OnRun(run);
        Assert.NotNull(keeper.Obstacle(SomeGroups.Id(1)));
        keeper.OnRun(run with { StartedAt = timeProvider.GetUtcNow().AddSeconds(1) });
        Assert.Null(keeper.Obstacle(SomeGroups.Id(1)));
    }

    [Fact]
    public async Task A_tick_that_no_client_runs_is_told_by_the_next_round()
    {
        var timeProvider = new FakeTimeProvider(new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));
        await using var world = await NomadWorld.StartAsync(groups: 2, timeProvider: timeProvider);
        world.Settings.Role = "automater";
        await world.Reconciler.RunAsync(Cancel);
        Assert.Null(world.Keeper().Obstacle(SomeGroups.Id(1)));

        timeProvider.Advance(TimeSpan.FromSeconds(61));
        timeProvider.Advance(world.Limits.PlacementMin);
        await world.Reconciler.RunAsync(Cancel);

        Assert.StartsWith(
            "no Nomad client can run its checks, and nobody checks it",
            world.Keeper().Obstacle(SomeGroups.Id(1)),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "no Nomad client can run its checks, and nobody checks it",
            world.Keeper().Obstacle(SomeGroups.Id(2)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_are_counted_by_rounds_and_by_changes_between_them()
    {
        await using var world = await NomadWorld.StartAsync(groups: 3);
        var keeper = world.Keeper();
        Assert.Equal(0, keeper.Groups);

        await world.Reconciler.HurryAsync(SomeGroups.Id(2), Cancel);
        Assert.Equal(1, keeper.Groups);
        await world.Reconciler.RunAsync(Cancel);
        Assert.Equal(3, keeper.Groups);
        await world.WhenQuietAsync();
    }

    [Fact]
    public async Task A_check_that_hangs_is_stopped_and_the_next_one_comes()
    {
        var timeProvider = new FakeTimeProvider(new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));
        await using var world = await NomadWorld.StartAsync(groups: 1, script: "exec sleep 1000", timeProvider: timeProvider);
        await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel);
        await world.Nomad.Cluster.WaitAsync(
            cluster => cluster.Read(() => true) && cluster.ListAllocations(run => run.ClientStatus == "running").Count == 1, Cancel);

        timeProvider.Advance(world.Settings.Timeout + world.Limits.RunGrace + TimeSpan.FromSeconds(1));
        var plan = await world.Reconciler.RunAsync(Cancel);

        Assert.Single(plan.OfType<JobAction.Stop>());
        await world.Nomad.Cluster.WaitAsync(cluster => cluster.ListAllocations(run => run.IsOver).Count >= 1, Cancel);
        Assert.Equal("complete", (string?)world.Nomad.Cluster.ListAllocations(run => run.IsOver)[0]!["ClientStatus"]);
    }

    [Fact]
    public async Task Ended_checks_are_purged_but_for_the_newest()
    {
        var timeProvider = new FakeTimeProvider(new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));
        await using var world = await NomadWorld.StartAsync(groups: 1, timeProvider: timeProvider);
        await world.Reconciler.RunAsync(Cancel);
        for (var i = 0; i < 8; i++)
        {
            timeProvider.Advance(TimeSpan.FromSeconds(60));
            await world.WhenQuietAsync();
        }

        await world.Reconciler.RunAsync(Cancel);

        Assert.Equal(8, world.Nomad.Cluster.Runs);
        Assert.Equal(world.Limits.ChildrenKept, world.Nomad.Cluster.JobIds.Count(id => JobIds.ParentOf(id) is not null));
    }

    [Fact]
    public async Task Two_servers_that_reconcile_at_once_make_every_job_once()
    {
        await using var world = await NomadWorld.StartAsync(groups: 40);
        var servers = new[] { world.Reconciler, world.NewServer(), world.NewServer() };

        await Task.WhenAll(servers.Select(server => server.RunAsync(Cancel)));

        Assert.Equal(40, world.Jobs.Count());
        foreach (var server in servers)
        {
            await server.RunAsync(Cancel);
            Assert.Empty(await server.RunAsync(Cancel));
        }
    }

    [Fact]
    public async Task One_job_for_each_sweep_takes_the_place_of_one_for_each_group_and_back()
    {
        await using var world = await NomadWorld.StartAsync(groups: 6);
        world.Settings.Task = JobTask.Scale;
        await world.Reconciler.RunAsync(Cancel);

        world.Settings.Unit = JobUnit.Sweep;
        await world.NewServer().RunAsync(Cancel);
        Assert.EndsWith("-local", Assert.Single(world.Jobs), StringComparison.Ordinal);

        world.Settings.Unit = JobUnit.Group;
        await world.NewServer().RunAsync(Cancel);
        Assert.Equal(6, world.Jobs.Count());
    }

    [Theory]
    [InlineData(JobUnit.Sweep)]
    [InlineData(JobUnit.Group)]
    public async Task No_job_of_the_old_unit_goes_before_those_of_the_new_one_are_there(JobUnit next)
    {
        await using var world = await NomadWorld.StartAsync(groups: 20);
        world.Settings.Unit = next is JobUnit.Sweep ? JobUnit.Group : JobUnit.Sweep;
        await world.Reconciler.RunAsync(Cancel);
        world.Settings.Unit = next;
        var atRemoval = new ConcurrentBag<int>();
        world.Options.Faults = request =>
        {
            if (request.Method == "DELETE")
            {
                atRemoval.Add(world.Jobs.Count(id => next is JobUnit.Sweep == id.EndsWith("-local", StringComparison.Ordinal)));
            }

            return null;
        };

        await world.NewServer().RunAsync(Cancel);

        Assert.Equal(next is JobUnit.Sweep ? 20 : 1, atRemoval.Count);
        Assert.All(atRemoval, there => Assert.Equal(next is JobUnit.Sweep ? 1 : 20, there));
    }

    [Theory]
    [InlineData(JobUnit.Sweep)]
    [InlineData(JobUnit.Group)]
    public async Task Jobs_of_the_old_unit_stay_for_as_long_as_Nomad_does_not_take_one_that_is_to_take_their_place(JobUnit next)
    {
        await using var world = await NomadWorld.StartAsync(groups: 3);
        world.Settings.Unit = next is JobUnit.Sweep ? JobUnit.Group : JobUnit.Sweep;
        await world.Reconciler.RunAsync(Cancel);
        var old = world.Jobs.ToArray();
        world.Settings.Unit = next;
        var server = world.NewServer();
        var refused = 0;
        world.Options.Faults = request => request is { Method: "PUT", Path: "/v1/jobs" } && Interlocked.Increment(ref refused) == 1
            ? new(500, "1 error occurred:\n\t* not today")
            : null;

        await server.RunAsync(Cancel);
        Assert.Empty(old.Except(world.Jobs));

        await server.RunAsync(Cancel);
        Assert.Empty(world.Jobs.Intersect(old));
        Assert.Empty(await server.RunAsync(Cancel));
    }

    [Fact]
    public async Task A_check_that_runs_while_the_unit_is_changed_ends_in_peace_and_nothing_is_forced_beside_it()
    {
        await using var world = await NomadWorld.StartAsync(
            groups: 1, script: "while [ ! -e \"$(dirname \"$0\")/go\" ]; do sleep 0.05; done");
        await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel);
        world.Settings.Unit = JobUnit.Sweep;
        var server = world.NewServer();

        await server.RunAsync(Cancel);

        Assert.EndsWith("-local", Assert.Single(world.Jobs), StringComparison.Ordinal);
        Assert.Equal(1, world.Nomad.Cluster.Runs);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(world.Settings.Command)!, "go"), "", Cancel);
        await world.WhenQuietAsync();
        Assert.Equal("complete", (string?)Assert.Single(world.Nomad.Cluster.ListAllocations(_ => true))!["ClientStatus"]);
    }

    [Fact]
    public async Task A_group_on_several_clouds_has_a_job_of_its_own_beside_that_of_its_sweep()
    {
        await using var world = await NomadWorld.StartAsync(groups: 3);
        world.Settings.Unit = JobUnit.Sweep;
        await SomeGroups.SpreadAsync(world.Store, SomeGroups.Id(2));
        await SomeGroups.ChangeAsync(world.Store, SomeGroups.Id(2), group => group with { Interval = TimeSpan.FromSeconds(5) });

        var plan = await world.Reconciler.RunAsync(Cancel);

        Assert.Equal([world.Job(2), SweepJob(world)], world.Jobs.OrderBy(id => id != world.Job(2)));
        Assert.Equal(["scale", "--group-id", $"{SomeGroups.Id(2)}"], Arguments(world, world.Job(2)).Take(3));
        Assert.Equal(["scale", "--account-id", $"{SomeJobs.Account}", "--cloud", "local"], Arguments(world, SweepJob(world)).Take(5));

        // The sweep's is as often as those that it checks.
        Assert.Equal(
            TimeSpan.FromSeconds(60),
            plan.OfType<JobAction.Register>().Single(action => action.Job.Group is null).Job.Interval);
        Assert.Empty(await world.Reconciler.RunAsync(Cancel));
    }

    [Fact]
    public async Task A_change_of_clouds_is_checked_at_once_by_the_job_that_the_group_comes_to_have()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1, script: "echo $1 $2 $3");
        world.Settings.Unit = JobUnit.Sweep;
        await world.Reconciler.RunAsync(Cancel);
        await SomeGroups.SpreadAsync(world.Store, SomeGroups.Id(1));

        Assert.Equal(HurryOutcome.Forced, await world.Reconciler.HurryAsync(SomeGroups.Id(1), Cancel));
        await world.WhenQuietAsync();

        Assert.Equal($"scale --group-id {SomeGroups.Id(1)}\n", await LogAsync(world));
        Assert.Equal(1, world.Nomad.Cluster.Runs);
    }

    [Fact]
    public async Task When_the_clouds_of_a_group_change_its_old_job_stays_until_the_new_one_is_there()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1);
        world.Settings.Unit = JobUnit.Sweep;
        await world.Reconciler.RunAsync(Cancel);
        var atRemoval = new ConcurrentQueue<int>();
        var isRefusing = true;
        world.Options.Faults = request =>
        {
            if (request.Method == "DELETE")
            {
                atRemoval.Enqueue(world.Jobs.Count());
            }

            return isRefusing && request is { Method: "PUT", Path: "/v1/jobs" } ? new(500, "1 error occurred:\n\t* not today") : null;
        };

        await SomeGroups.SpreadAsync(world.Store, SomeGroups.Id(1));
        await world.Reconciler.RunAsync(Cancel);
        Assert.Equal([SweepJob(world)], world.Jobs);
        isRefusing = false;
        await world.Reconciler.RunAsync(Cancel);
        Assert.Equal([world.Job(1)], world.Jobs);

        // Something may be left on the other cloud: only a check with the right to both can tell.
        await SomeGroups.GatherAsync(world.Store, SomeGroups.Id(1));
        await world.Reconciler.RunAsync(Cancel);
        Assert.Equal([world.Job(1)], world.Jobs);

        await SomeGroups.SetStateAsync(world.Store, SomeGroups.Id(1), state => state with { VacatedRevision = 2 });
        isRefusing = true;
        await world.Reconciler.RunAsync(Cancel);
        Assert.Equal([world.Job(1)], world.Jobs);
        isRefusing = false;
        await world.Reconciler.RunAsync(Cancel);
        Assert.Equal([SweepJob(world)], world.Jobs);
        Assert.Equal([2, 2], atRemoval);
    }

    [Fact]
    public async Task The_job_of_a_sweep_stays_for_the_groups_that_are_left_in_it()
    {
        await using var world = await NomadWorld.StartAsync(groups: 2);
        world.Settings.Unit = JobUnit.Sweep;
        await world.Reconciler.RunAsync(Cancel);
        var sweep = SweepJob(world);

        await SomeGroups.SpreadAsync(world.Store, SomeGroups.Id(1));
        await world.Reconciler.RunAsync(Cancel);
        Assert.Equal([world.Job(1), sweep], world.Jobs.OrderBy(id => id == sweep));

        await SomeGroups.SpreadAsync(world.Store, SomeGroups.Id(2));
        await world.Reconciler.RunAsync(Cancel);
        Assert.Equal(new[] { world.Job(1), world.Job(2) }.Order(), world.Jobs.Order());
    }

    [Fact]
    public async Task A_group_whose_own_job_Nomad_refuses_says_so_and_no_other_of_its_sweep_does()
    {
        await using var world = await NomadWorld.StartAsync(groups: 2);
        world.Settings.Unit = JobUnit.Sweep;
        await world.Reconciler.RunAsync(Cancel);
        await SomeGroups.SpreadAsync(world.Store, SomeGroups.Id(1));
        world.Options.Faults = request =>
            request is { Method: "PUT", Path: "/v1/jobs" } ? new(500, "1 error occurred:\n\t* not today") : null;

        await world.Reconciler.RunAsync(Cancel);

        Assert.StartsWith("Nomad does not take its job: ", world.Keeper().Obstacle(SomeGroups.Id(1)), StringComparison.Ordinal);
        Assert.Null(world.Keeper().Obstacle(SomeGroups.Id(2)));
    }

    [Fact]
    public async Task Another_task_is_another_document_under_the_same_id()
    {
        await using var world = await NomadWorld.StartAsync(groups: 2);
        (world.Settings.Task, world.Settings.Identity) = (JobTask.Ask, JobIdentity.Token);
        await world.Reconciler.RunAsync(Cancel);
        var before = world.Jobs.ToArray();
        Assert.Equal("group", Word(0));

        (world.Settings.Task, world.Settings.Identity) = (JobTask.Scale, JobIdentity.Workload);
        var server = world.NewServer();
        await server.RunAsync(Cancel);

        Assert.Equal(before, world.Jobs);
        Assert.Equal("scale", Word(0));
        Assert.Empty(await server.RunAsync(Cancel));
        Assert.Equal(0, world.Nomad.Cluster.Runs);

        string? Word(int at) => Arguments(world, before[0])[at];
    }

    [Fact]
    public async Task A_token_without_the_right_ends_the_round_with_a_clear_word()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1);
        world.Options.Tokens =
            System.Collections.Immutable.ImmutableDictionary<string, System.Collections.Immutable.ImmutableHashSet<string>>.Empty;

        var error = await Assert.ThrowsAsync<NomadException>(() => world.Reconciler.RunAsync(Cancel));

        Assert.Equal((NomadErrorKind.Unauthorized, "listing jobs: Permission denied"), (error.Kind, error.Message));
    }

    private static string SweepJob(NomadWorld world) => world.Jobs.Single(id => id.EndsWith("-local", StringComparison.Ordinal));

    private static string?[] Arguments(NomadWorld world, string job) =>
    [
        .. world.Nomad.Cluster.Find(job, "default")!.Document["TaskGroups"]![0]!["Tasks"]![0]!["Config"]!["args"]!.AsArray()
            .Select(argument => (string?)argument),
    ];

    private static async Task RegisterAsync(NomadWorld world, JsonObject job)
    {
        using var http = new HttpClient { BaseAddress = world.Nomad.Url };
        using var body = new StringContent(new JsonObject { ["Job"] = job.DeepClone() }.ToJsonString());
        using var answer = await http.PutAsync(new Uri("/v1/jobs", UriKind.Relative), body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<string> LogAsync(NomadWorld world)
    {
        using var http = new HttpClient { BaseAddress = world.Nomad.Url };
        var run = (string)world.Nomad.Cluster.ListAllocations(_ => true)[0]!["ID"]!;
        return await http.GetStringAsync(new Uri($"/v1/client/fs/logs/{run}?task=check&type=stdout&plain=true", UriKind.Relative), Cancel);
    }
}
