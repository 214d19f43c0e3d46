using System.Collections.Concurrent;

using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local.Life;

public sealed class RetentionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_terminated_launch_stays_spent_for_a_day_and_is_then_forgotten()
    {
        var timeProvider = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var harness = new LocalHarness(timeProvider: timeProvider);
        var request = Requests.Make("sleep 1000");
        var instance = await harness.Cloud.LaunchAsync(request, Cancellation);
        await harness.TerminateAsync(instance);
        await harness.WaitForGoneAsync(instance.Id);
        var spent = Path.Combine(harness.Root, "spent", instance.Id.Value);

        timeProvider.Advance(TimeSpan.FromHours(23.5));
        await SweptAsync(harness, timeProvider);
        var repeated = await harness.Cloud.LaunchAsync(request, Cancellation);
        Assert.Equal((instance.Id, InstanceState.Terminating, "terminated"), (repeated.Id, repeated.State, repeated.StateDetail));
        Assert.True(File.Exists(Path.Combine(spent, "stdout.log")));

        timeProvider.Advance(TimeSpan.FromHours(1));
        await Wait.UntilAsync("it is swept", () => !Directory.Exists(spent));
        Assert.False(File.Exists(Path.Combine(harness.Root, "locks", instance.Id.Value)));
    }

    [Fact]
    public async Task Only_the_latest_ended_keep_their_logs_but_all_stay_spent()
    {
        var timeProvider = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var harness = new LocalHarness(options => options.LogsKeptMax = 1, timeProvider);
        var requests = Enumerable.Range(0, 3).Select(_ => Requests.Make("sleep 1000")).ToArray();
        foreach (var request in requests)
        {
            var instance = await harness.Cloud.LaunchAsync(request, Cancellation);
            await harness.TerminateAsync(instance);
            await harness.WaitForGoneAsync(instance.Id);
            timeProvider.Advance(TimeSpan.FromSeconds(10));
        }

        await SweptAsync(harness, timeProvider);
        await SweptAsync(harness, timeProvider);

        Assert.Equal(
            [false, false, true],
            requests.Select(request => File.Exists(Path.Combine(harness.Root, "spent", request.Launch.ToString(), "stdout.log"))));
        foreach (var request in requests)
        {
            Assert.False((await harness.Cloud.LaunchAsync(request, Cancellation)).IsLive);
        }
    }

    [Fact]
    public async Task An_intent_that_nobody_repeats_is_forgotten_with_its_port()
    {
        var timeProvider = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var harness = new LocalHarness(timeProvider: timeProvider);
        var instance = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Kill);
        File.Delete(Path.Combine(instance.Attributes["directory"], "boot"));
        await harness.ReopenAsync();

        timeProvider.Advance(TimeSpan.FromHours(25));

        await Wait.UntilAsync("it is swept", () => !Directory.Exists(instance.Attributes["directory"]));
        await Wait.UntilAsync("its port is free", () => !File.Exists(Path.Combine(harness.Root, "ports", instance.Attributes["port"])));
    }

    [Fact]
    public async Task One_directory_that_cannot_be_swept_is_told_and_keeps_no_other()
    {
        var timeProvider = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var said = new ConcurrentQueue<string>();
        await using var harness = new LocalHarness(options => (options.LogsKeptMax, options.Say) = (0, said.Enqueue), timeProvider);
        var odd = Directory.CreateDirectory(Path.Combine(harness.Root, "spent", harness.Random.NextId().ToString())).FullName;
        await File.WriteAllTextAsync(Path.Combine(odd, "instance.json"), "{", Cancellation);
        var other = Directory.CreateDirectory(Path.Combine(harness.Root, "spent", harness.Random.NextId().ToString())).FullName;
        await File.WriteAllTextAsync(Path.Combine(other, "stdout.log"), "", Cancellation);
        Directory.SetLastWriteTimeUtc(odd, timeProvider.GetUtcNow().UtcDateTime);

        await SweptAsync(harness, timeProvider);
        await SweptAsync(harness, timeProvider);

        Assert.False(File.Exists(Path.Combine(other, "stdout.log")));

        // On a busy machine more than an hour of the fake clock may pass: then the same is told again.
        Assert.Contains(odd, Assert.Single(said.Distinct()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_instance_is_never_swept()
    {
        var timeProvider = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var harness = new LocalHarness(timeProvider: timeProvider);
        var instance = await harness.LaunchAsync("true");
        await harness.WaitForAsync(instance.Id, InstanceState.Failed);

        timeProvider.Advance(TimeSpan.FromDays(30));
        await SweptAsync(harness, timeProvider);

        Assert.Equal(InstanceState.Failed, Assert.Single(await harness.ListAsync()).State);
    }

    [Fact]
    public async Task A_port_promised_to_a_launch_that_never_came_is_taken_back()
    {
        var timeProvider = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var harness = new LocalHarness(timeProvider: timeProvider);
        var alive = await harness.LaunchAsync("sleep 1000");
        var promise = Path.Combine(harness.Root, "ports", "1");
        await File.WriteAllTextAsync(promise, new LaunchId(harness.Random.NextId()).ToString(), Cancellation);

        await SweptAsync(harness, timeProvider);

        await Wait.UntilAsync("it is taken back", () => !File.Exists(promise));
        Assert.True(File.Exists(Path.Combine(harness.Root, "ports", alive.Attributes["port"])));
    }

    /// <summary>Moves the clock to the next sweep and waits until it is through.</summary>
    private static async Task SweptAsync(LocalHarness harness, FakeTimeProvider timeProvider)
    {
        // The sweep that opening starts comes first: the timer stands only after it.
        var canary = Path.Combine(harness.Root, "ports", "2");
        await File.WriteAllTextAsync(canary, new LaunchId(harness.Random.NextId()).ToString(), Cancellation);
        await Wait.UntilAsync("a sweep is through", () =>
        {
            timeProvider.Advance(TimeSpan.FromMinutes(1));
            // Ports are what a sweep looks at last.
            return !File.Exists(canary);
        });
    }
}
