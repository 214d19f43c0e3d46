using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>How an instance that ends or stands still is listed, and told to watchers; all on real processes.</summary>
public sealed class LocalExitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_died_while_no_server_ran_is_listed_as_failed()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Kill);

        await harness.ReopenAsync();

        await harness.WaitForAsync(instance.Id, InstanceState.Failed);
    }

    [Theory]
    [InlineData("sh -c 'exit 3'", "exited with code 3")]
    [InlineData("sh -c 'kill -9 $$'", "killed by signal 9")]
    [InlineData("true", "exited with code 0")]
    public async Task An_instance_that_ends_by_itself_is_failed_and_says_how(string image, string detail)
    {
        await using var harness = new LocalHarness();

        var launched = await harness.LaunchAsync(image);

        var failed = await harness.WaitForAsync(launched.Id, InstanceState.Failed);
        Assert.Equal(detail, failed.StateDetail);
        await harness.ReopenAsync();
        Assert.Equal(detail, Assert.Single(await harness.ListAsync()).StateDetail);
    }

    [Fact]
    public async Task A_dead_instance_leaves_no_zombie()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");

        await harness.KillAsync(instance, Cancellation);

        await harness.WaitForAsync(instance.Id, InstanceState.Failed);
        Assert.False(RealProcesses.IsZombie(RealProcesses.Pid(instance)));
    }

    [Fact]
    public async Task An_exit_is_told_to_watchers_in_well_under_a_second()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        await using var changes = harness.Cloud.WatchAsync(Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);
        var next = changes.MoveNextAsync().AsTask();
        var start = TimeProvider.System.GetTimestamp();

        await harness.KillAsync(instance, Cancellation);
        await Patiently.ForAsync(next, "a watcher hears of the exit", TimeSpan.FromSeconds(1));

        Assert.Equal((Requests.Group, instance.Id), (changes.Current.Group!.Value, changes.Current.Instance));
        Assert.Equal(InstanceState.Failed, (await harness.FindAsync(instance.Id))!.State);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Without_process_descriptors_an_exit_is_seen_by_polling()
    {
        await using var harness = new LocalHarness(options => options.PollsForExits = true);
        var instance = await harness.LaunchAsync("sleep 1000");
        await using var changes = harness.Cloud.WatchAsync(Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);
        var next = changes.MoveNextAsync().AsTask();

        await harness.KillAsync(instance, Cancellation);
        await Patiently.ForAsync(next, "a watcher hears of the exit", harness.Patience);

        var failed = await harness.FindAsync(instance.Id);
        Assert.Equal((InstanceState.Failed, "killed by signal 9"), (failed!.State, failed.StateDetail));
        await harness.TerminateAsync(instance);
        await harness.WaitForGoneAsync(instance.Id);
    }

    [Fact]
    public async Task What_another_muster_process_launches_and_ends_is_seen_and_told_here()
    {
        await using var harness = new LocalHarness();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(harness.Patience);
        await using var changes = harness.Cloud.WatchAsync(Requests.Installation, patience.Token).GetAsyncEnumerator(patience.Token);
        var next = changes.MoveNextAsync().AsTask();
        using var owner = await LocalOwner.StartAsync(harness.Root, seed: 3, count: 1, "sleep 1000");

        owner.Go();

        await next;
        while (await harness.FindAsync(changes.Current.Instance) is not { State: InstanceState.Running })
        {
            await changes.MoveNextAsync();
        }

        var instance = Assert.Single(await harness.ListAsync());
        await harness.TerminateAsync(instance);
        await harness.WaitForGoneAsync(instance.Id);
        Assert.False(RealProcesses.IsAlive(RealProcesses.Pid(instance)));
    }

    [Fact]
    public async Task A_termination_by_another_muster_process_is_not_taken_for_a_failure()
    {
        await using var harness = new LocalHarness();
        await using var other = harness.Open();
        var instance = await harness.LaunchAsync("sh -c 'trap \"\" TERM; echo up; while :; do sleep 1000; done'");
        await LocalHarness.OutputAsync(instance);
        Assert.Equal(InstanceState.Running, Assert.Single(await LocalHarness.ListAsync(other)).State);

        await other.TerminateAsync(instance.Id, Cancellation);

        Assert.Equal(InstanceState.Terminating, (await harness.FindAsync(instance.Id))!.State);
        await harness.KillAsync(instance, Cancellation);
        await harness.WaitForGoneAsync(instance.Id);
    }

    [Fact]
    public async Task A_process_stopped_by_hand_is_stopped_until_it_goes_on()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");

        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Stop);
        await harness.WaitForAsync(instance.Id, InstanceState.Stopped);
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Continue);
        await harness.WaitForAsync(instance.Id, InstanceState.Running);
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Stop);
        await harness.WaitForAsync(instance.Id, InstanceState.Stopped);
        await harness.TerminateAsync(instance);

        await harness.WaitForGoneAsync(instance.Id);
    }

    [Fact]
    public async Task Instances_of_an_earlier_run_of_the_machine_are_lost()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        var record = Path.Combine(instance.Attributes["directory"], "instance.json");
        var bootId = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Cancellation)).Trim();
        await File.WriteAllTextAsync(
            record,
            (await File.ReadAllTextAsync(record, Cancellation))
                .Replace(bootId, "00000000-0000-4000-8000-000000000000", StringComparison.Ordinal),
            Cancellation);

        await harness.ReopenAsync();

        var lost = await harness.FindAsync(instance.Id);
        Assert.Equal((InstanceState.Failed, "lost in a restart of the machine"), (lost!.State, lost.StateDetail));
    }
}
