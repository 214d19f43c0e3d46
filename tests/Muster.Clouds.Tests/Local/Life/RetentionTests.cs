using System.Collections.Concurrent;
using System.Threading.Channels;

using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local.Life;

public sealed class RetentionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_terminated_launch_stays_spent_for_a_day_and_is_then_forgotten()
    {
        var clock = new SweepClock();
        await using var harness = new LocalHarness(timeProvider: clock);
        var request = Requests.Make("sleep 1000");
        var instance = await harness.Cloud.LaunchAsync(request, Cancellation);
        await harness.TerminateAsync(instance);
        await harness.WaitForGoneAsync(instance.Id);
        var spent = Path.Combine(harness.Root, "spent", instance.Id.Value);

        await clock.SweepAsync(TimeSpan.FromHours(23.5));
        var repeated = await harness.Cloud.LaunchAsync(request, Cancellation);
        Assert.Equal((instance.Id, InstanceState.Terminating, "terminated"), (repeated.Id, repeated.State, repeated.StateDetail));
        Assert.True(File.Exists(Path.Combine(spent, "stdout.log")));

        await clock.SweepAsync(TimeSpan.FromHours(1));
        Assert.False(Directory.Exists(spent));
        Assert.False(File.Exists(Path.Combine(harness.Root, "locks", instance.Id.Value)));
    }

    [Fact]
    public async Task Only_the_latest_ended_keep_their_logs_but_all_stay_spent()
    {
        var clock = new SweepClock();
        await using var harness = new LocalHarness(options => options.LogsKeptMax = 1, clock);
        var requests = Enumerable.Range(0, 3).Select(_ => Requests.Make("sleep 1000")).ToArray();
        foreach (var request in requests)
        {
            var instance = await harness.Cloud.LaunchAsync(request, Cancellation);
            await harness.TerminateAsync(instance);
            await harness.WaitForGoneAsync(instance.Id);
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        await clock.SweepAsync(SweepClock.Interval);
        await clock.SweepAsync(SweepClock.Interval);

        Assert.Equal(
            [false, false, true],
            requests.Select(request => File.Exists(Path.Combine(harness.Root, "spent", request.Launch.ToString(), "stdout.log"))));
        foreach (var request in requests)
        {
            Assert.False((await harness.Cloud.LaunchAsync(request, Cancellation)).IsLive);
        }
    }

    [Fact]
    public async Task An_instance_whose_start_came_to_nothing_is_kept_however_long_it_rests()
    {
        var clock = new SweepClock();
        var shell = "";
        await using var harness = new LocalHarness(
            options => shell = options.Shell = Path.Combine(Path.GetDirectoryName(options.Directory)!, "shell"), clock);
        File.CreateSymbolicLink(shell, "/bin/sh");
        var instance = await harness.LaunchAsync("sleep 1000");
        await harness.KillAsync(instance, Cancellation);
        await harness.WaitForAsync(instance.Id, InstanceState.Failed);
        File.Delete(shell);
        File.CreateSymbolicLink(shell, "/bin/false");
        await Assert.ThrowsAsync<CloudException>(
            () => ((IStoppingCloud)harness.Cloud).StartAsync(Requests.Installation, instance.Id, Cancellation));

        await clock.SweepAsync(TimeSpan.FromDays(3));

        Assert.Equal(InstanceState.Failed, (await harness.FindAsync(instance.Id))!.State);
        Assert.True(File.Exists(Path.Combine(instance.Attributes["directory"], "environment")));
    }

    [Fact]
    public async Task An_intent_that_nobody_repeats_is_forgotten_with_its_port()
    {
        var clock = new SweepClock();
        await using var harness = new LocalHarness(timeProvider: clock);
        var instance = await harness.LaunchAsync("sleep 1000");
        await clock.WhenSweptAsync();
        await harness.Cloud.DisposeAsync();
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Kill);
        File.Delete(Path.Combine(instance.Attributes["directory"], "boot"));
        await harness.ReopenAsync();

        await clock.SweepAsync(TimeSpan.FromHours(25));

        Assert.False(Directory.Exists(instance.Attributes["directory"]));
        Assert.False(File.Exists(Path.Combine(harness.Root, "ports", instance.Attributes["port"])));
    }

    [Fact]
    public async Task One_directory_that_cannot_be_swept_is_told_and_keeps_no_other()
    {
        var clock = new SweepClock();
        var said = new ConcurrentQueue<string>();
        await using var harness = new LocalHarness(options => (options.LogsKeptMax, options.Say) = (0, said.Enqueue), clock);

        // The first sweep begins with the cloud: it must not see half of what is written here.
        await clock.SweepAsync(SweepClock.Interval);
        var odd = Directory.CreateDirectory(Path.Combine(harness.Root, "spent", harness.Random.NextId().ToString())).FullName;
        await File.WriteAllTextAsync(Path.Combine(odd, "instance.json"), "{", Cancellation);
        var other = Directory.CreateDirectory(Path.Combine(harness.Root, "spent", harness.Random.NextId().ToString())).FullName;
        await File.WriteAllTextAsync(Path.Combine(other, "stdout.log"), "", Cancellation);
        Directory.SetLastWriteTimeUtc(odd, clock.GetUtcNow().UtcDateTime);

        await clock.SweepAsync(SweepClock.Interval);
        await clock.SweepAsync(SweepClock.Interval);

        Assert.False(File.Exists(Path.Combine(other, "stdout.log")));

        Assert.Contains(odd, Assert.Single(said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_instance_is_never_swept()
    {
        var clock = new SweepClock();
        await using var harness = new LocalHarness(timeProvider: clock);
        var instance = await harness.LaunchAsync("true");
        await harness.WaitForAsync(instance.Id, InstanceState.Failed);

        await clock.SweepAsync(TimeSpan.FromDays(30));

        Assert.Equal(InstanceState.Failed, Assert.Single(await harness.ListAsync()).State);
    }

    [Fact]
    public async Task A_port_promised_to_a_launch_that_never_came_is_taken_back()
    {
        var clock = new SweepClock();
        await using var harness = new LocalHarness(timeProvider: clock);
        var alive = await harness.LaunchAsync("sleep 1000");
        var promise = Path.Combine(harness.Root, "ports", "1");
        await File.WriteAllTextAsync(promise, new LaunchId(harness.Random.NextId()).ToString(), Cancellation);

        await clock.SweepAsync(SweepClock.Interval);

        Assert.False(File.Exists(promise));
        Assert.True(File.Exists(Path.Combine(harness.Root, "ports", alive.Attributes["port"])));
    }

    /// <summary>
    /// A clock that stands still while a sweep is under way, however long that takes: one that goes on may leave behind what the test is
    /// about.
    /// </summary>
    private sealed class SweepClock() : FakeTimeProvider(TimeProvider.System.GetUtcNow())
    {
        /// <summary>From one sweep to the next.</summary>
        public static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

        private readonly Channel<bool> _swept = Channel.CreateUnbounded<bool>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == Interval)
            {
                _swept.Writer.TryWrite(true);
            }

            return timer;
        }

        /// <summary>Moves on by as much as makes another sweep due, and returns when that one is through.</summary>
        public async Task SweepAsync(TimeSpan after)
        {
            await WhenSweptAsync();
            Advance(after);
            await WhenSweptAsync();
            _swept.Writer.TryWrite(true);
        }

        /// <summary>Waits, once for each sweep, until it is through and the next one is waited for.</summary>
        public Task<bool> WhenSweptAsync() => Patiently.ForAsync(_swept.Reader.ReadAsync(Cancellation).AsTask(), "a sweep is through");
    }
}
