using System.Globalization;

using Microsoft.Extensions.Time.Testing;

using Muster.Clouds.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>Instances that are stopped and started again, as real processes.</summary>
public sealed class LocalStopTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_further_run_has_the_directory_port_and_environment_of_the_first()
    {
        await using var harness = new LocalHarness();
        var template = Requests.Template("sh -c 'echo run >> runs; echo $PORT $MUSTER_META_TIER $(wc -l < runs); exec sleep 1000'") with
        {
            Metadata = Requests.Template("true").Metadata.Add("tier", "1"),
        };
        var launched = await harness.LaunchAsync(template);
        await LocalHarness.OutputAsync(launched);

        await StopAsync(harness, launched);
        var stopped = await harness.WaitForAsync(launched.Id, InstanceState.Stopped);

        Assert.Equal(("stopped: killed by signal 15", true), (stopped.StateDetail, stopped.StoppedOnOrder));
        Assert.DoesNotContain("pid", stopped.Attributes.Keys);
        Assert.Equal(launched.Attributes["port"], stopped.Attributes["port"]);
        Assert.Empty(Mine(launched));

        await StartAsync(harness.Cloud, launched.Id);
        var started = (await harness.FindAsync(launched.Id))!;

        Assert.Equal((InstanceState.Running, (bool?)null), (started.State, started.StoppedOnOrder));
        Assert.Equal((launched.Name, launched.CreatedAt, launched.Addresses[0]), (started.Name, started.CreatedAt, started.Addresses[0]));
        Assert.Equal(launched.Tags, started.Tags);
        Assert.NotEqual(RealProcesses.Pid(launched), RealProcesses.Pid(started));
        var port = launched.Attributes["port"];
        Assert.Equal($"{port} 1 1\n{port} 1 2\n", await LocalHarness.OutputAsync(started, lines: 2));
        Assert.Equal([RealProcesses.Pid(started)], Mine(started));
    }

    [Fact]
    public async Task What_ignores_SIGTERM_is_killed_after_the_grace_and_sooner_when_it_is_to_rest_at_once()
    {
        var timeProvider = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var harness = new LocalHarness(options => options.StopGrace = TimeSpan.FromSeconds(30), timeProvider);
        const string Image = "sh -c 'trap \"echo no\" TERM; echo up; while :; do sleep 1000 & wait $!; done'";
        var (slow, quick) = (await harness.LaunchAsync(Image), await harness.LaunchAsync(Image));
        await LocalHarness.OutputAsync(slow);
        await LocalHarness.OutputAsync(quick);

        await StopAsync(harness, slow);
        await StopAsync(harness, quick);
        await LocalHarness.OutputAsync(slow, lines: 2);
        await LocalHarness.OutputAsync(quick, lines: 2);
        timeProvider.Advance(TimeSpan.FromSeconds(29));
        await StopAsync(harness, quick, StopManner.AtOnce);

        await harness.WaitForAsync(quick.Id, InstanceState.Stopped);
        var stopping = (await harness.FindAsync(slow.Id))!;
        Assert.Equal((InstanceState.Terminating, "stopping"), (stopping.State, stopping.StateDetail));
        var error = await Assert.ThrowsAsync<CloudException>(
            () => Stopper(harness.Cloud).StartAsync(Requests.Installation, slow.Id, Cancellation));
        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.True(RealProcesses.IsAlive(RealProcesses.Pid(slow)));
        timeProvider.Advance(TimeSpan.FromSeconds(1));
        await harness.WaitForAsync(slow.Id, InstanceState.Stopped);
        await Wait.UntilAsync("nothing of either is left", () => Mine(slow).Length + Mine(quick).Length == 0);
    }

    [Fact]
    public async Task An_order_that_nobody_carried_out_is_carried_out_by_the_next_to_open_the_cloud()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sleep 1000");
        await harness.Cloud.DisposeAsync();
        // As a crash between the order and the signal leaves it.
        await File.WriteAllBytesAsync(Path.Combine(harness.Root, "instances", $"{launched.Id}.stopped"), [], Cancellation);
        Assert.True(RealProcesses.IsAlive(RealProcesses.Pid(launched)));

        await harness.ReopenAsync();

        var stopped = await harness.WaitForAsync(launched.Id, InstanceState.Stopped);
        Assert.True(stopped.StoppedOnOrder);
        await harness.ReopenAsync();
        Assert.Equal(Told(stopped), Told((await harness.FindAsync(launched.Id))!));
        await StartAsync(harness.Cloud, launched.Id);
        Assert.Equal(InstanceState.Running, (await harness.FindAsync(launched.Id))!.State);
    }

    [Fact]
    public async Task Another_Muster_process_sees_a_stop_a_start_and_both_at_once()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sleep 1000");
        await using var other = harness.Open();

        await StopAsync(harness, launched);
        await harness.WaitForAsync(launched.Id, InstanceState.Stopped);
        Assert.True(Assert.Single(await LocalHarness.ListAsync(other)).StoppedOnOrder);

        await StartAsync(other, launched.Id);
        var started = (await harness.FindAsync(launched.Id))!;
        Assert.Equal(InstanceState.Running, started.State);
        Assert.Equal(Told(Assert.Single(await LocalHarness.ListAsync(other))), Told(started));

        await Stopper(other).StopAsync(Requests.Installation, launched.Id, StopManner.AtOnce, Cancellation);
        await StartAsync(other, launched.Id);
        var again = (await harness.FindAsync(launched.Id))!;
        Assert.Equal(InstanceState.Running, again.State);
        Assert.Equal(Told(Assert.Single(await LocalHarness.ListAsync(other))), Told(again));
        Assert.NotEqual(RealProcesses.Pid(started), RealProcesses.Pid(again));

        // And who launched it ends the run that somebody else began.
        await harness.TerminateAsync(launched);
        await harness.WaitForGoneAsync(launched.Id);
        Assert.Empty(Mine(launched));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_start_that_came_to_nothing_leaves_an_instance_that_rests_as_before_and_can_be_started(bool isOnOrder)
    {
        var shell = "";
        await using var harness = new LocalHarness(options =>
        {
            shell = options.Shell = Path.Combine(Path.GetDirectoryName(options.Directory)!, "shell");
            if (!File.Exists(shell))
            {
                WriteShell(shell, "exec /bin/sh \"$@\"");
            }
        });
        var launched = await harness.LaunchAsync("sleep 1000");
        var expected = isOnOrder ? InstanceState.Stopped : InstanceState.Failed;
        if (isOnOrder)
        {
            await StopAsync(harness, launched);
        }
        else
        {
            await harness.KillAsync(launched, Cancellation);
        }

        await harness.WaitForAsync(launched.Id, expected);
        WriteShell(shell, "exit 1");
        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<CloudException>(
                () => Stopper(harness.Cloud).StartAsync(Requests.Installation, launched.Id, Cancellation));
            Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
            var rests = (await harness.FindAsync(launched.Id))!;
            Assert.Equal((expected, (bool?)isOnOrder), (rests.State, rests.StoppedOnOrder));
            Assert.Contains("came to nothing", rests.StateDetail, StringComparison.Ordinal);
            await harness.ReopenAsync();
            Assert.Equal(Told(rests), Told((await harness.FindAsync(launched.Id))!));
        }

        // Neither is it made a second time by a repeat of its launch.
        var repeated = await harness.Cloud.LaunchAsync(
            Requests.Make(new LaunchId(Guid.Parse(launched.Id.Value)), "sleep 1000"), Cancellation);
        Assert.Equal((launched.Id, expected), (repeated.Id, repeated.State));
        Assert.Empty(Mine(launched));
        WriteShell(shell, "exec /bin/sh \"$@\"");
        await StartAsync(harness.Cloud, launched.Id);
        Assert.Equal(InstanceState.Running, (await harness.FindAsync(launched.Id))!.State);
        Assert.Single(Mine(launched));
    }

    [Fact]
    public async Task One_that_was_stopped_and_is_terminated_leaves_what_every_ended_one_leaves()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sleep 1000");
        await StopAsync(harness, launched);
        await harness.WaitForAsync(launched.Id, InstanceState.Stopped);

        await harness.TerminateAsync(launched);

        await harness.WaitForGoneAsync(launched.Id);
        await Wait.UntilAsync(
            "no name is left", () => !Directory.EnumerateFileSystemEntries(Path.Combine(harness.Root, "instances")).Any());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(harness.Root, "ports")));
        var spent = Path.Combine(harness.Root, "spent", launched.Id.Value);
        Assert.True(File.Exists(Path.Combine(spent, "instance.json")));
        Assert.False(File.Exists(Path.Combine(spent, "environment")));
    }

    [Fact]
    public async Task Starting_one_that_died_ends_what_it_left_behind()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sh -c 'sleep 1000 & echo up; sleep 1000'");
        await Wait.UntilAsync("shell and both sleeps run", () => Mine(launched).Length == 3);
        var first = Mine(launched);
        await harness.KillAsync(launched, Cancellation);
        var died = await harness.WaitForAsync(launched.Id, InstanceState.Failed);
        Assert.False(died.StoppedOnOrder);

        await StartAsync(harness.Cloud, launched.Id);

        await Wait.UntilAsync("shell and both sleeps run again", () => Mine(launched).Length == 3);
        Assert.Empty(first.Intersect(Mine(launched)));
    }

    [Fact]
    public async Task A_frozen_one_goes_on_and_is_not_started_anew()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sleep 1000");
        RealProcesses.Signal(RealProcesses.Pid(launched), RealProcesses.Stop);
        await harness.WaitForAsync(launched.Id, InstanceState.Stopped);
        await StopAsync(harness, launched);
        Assert.True(RealProcesses.IsAlive(RealProcesses.Pid(launched)));

        await StartAsync(harness.Cloud, launched.Id);

        Assert.Equal(
            RealProcesses.Pid(launched), RealProcesses.Pid(await harness.WaitForAsync(launched.Id, InstanceState.Running)));
    }

    [Fact]
    public async Task What_an_earlier_Muster_launched_is_not_stopped_since_it_could_not_be_started()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sleep 1000");
        File.Delete(Path.Combine(launched.Attributes["directory"], "environment"));

        var error = await Assert.ThrowsAsync<CloudException>(() => StopAsync(harness, launched));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Equal(InstanceState.Running, (await harness.FindAsync(launched.Id))!.State);
    }

    [Fact]
    public async Task One_that_rests_makes_room_and_is_refused_a_start_where_none_is_left()
    {
        await using var harness = new LocalHarness(options => options.Stock = options.Stock with { InAll = 1 });
        var first = await harness.LaunchAsync("sleep 1000");
        await StopAsync(harness, first);
        await harness.WaitForAsync(first.Id, InstanceState.Stopped);
        var second = await harness.LaunchAsync("sleep 1000");

        var error = await Assert.ThrowsAsync<CloudException>(() => StartAsync(harness.Cloud, first.Id));

        Assert.Equal(CloudErrorKind.OutOfStock, error.Kind);
        Assert.True((await harness.FindAsync(first.Id))!.StoppedOnOrder);
        await harness.TerminateAsync(second);
        await harness.WaitForGoneAsync(second.Id);
        await StartAsync(harness.Cloud, first.Id);
    }

    [Fact]
    public async Task The_environment_is_its_owners_alone()
    {
        await using var harness = new LocalHarness();
        var launched = await harness.LaunchAsync("sleep 1000");

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(launched.Attributes["directory"], "environment")));
    }

    private static IStoppingCloud Stopper(ICloud cloud) => (IStoppingCloud)cloud;

    private static Task StopAsync(LocalHarness harness, Instance instance, StopManner manner = StopManner.Orderly) =>
        Stopper(harness.Cloud).StopAsync(Requests.Installation, instance.Id, manner, Cancellation);

    /// <summary>Starts one as soon as nothing of its last run is left.</summary>
    private static Task StartAsync(ICloud cloud, InstanceId id) => LocalOwner.StartAsync((LocalCloud)cloud, id, Cancellation);

    private static (InstanceState State, string? Detail, bool? OnOrder, string Attributes) Told(Instance instance) =>
        (instance.State, instance.StateDetail, instance.StoppedOnOrder, string.Join(' ', instance.Attributes));

    private static int[] Mine(Instance instance) => RealProcesses.WithEnvironment($"MUSTER_LAUNCH={instance.Id}");

    private static void WriteShell(string path, string line)
    {
        var staged = path + ".new";
        File.WriteAllText(staged, string.Create(CultureInfo.InvariantCulture, $"#!/bin/sh\n{line}\n"));
        File.SetUnixFileMode(staged, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(staged, path, overwrite: true);
    }
}
