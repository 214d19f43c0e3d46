using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Local;

/// <summary>What an order to end does to real processes, and to whom it does nothing.</summary>
public sealed class LocalTerminationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Terminating_ends_the_whole_process_group()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sh -c 'sleep 1000 & echo up; sleep 1000'");
        await LocalHarness.OutputAsync(instance);
        await Wait.UntilAsync("shell and both sleeps run", () => Mine(instance).Length == 3);

        await harness.TerminateAsync(instance);

        await harness.WaitForGoneAsync(instance.Id);
        Assert.Empty(Mine(instance));
    }

    [Fact]
    public async Task Terminating_a_dead_instance_ends_what_it_left_behind()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sh -c 'sleep 1000 & sleep 1000'");
        await Wait.UntilAsync("shell and both sleeps run", () => Mine(instance).Length == 3);
        await harness.KillAsync(instance, Cancellation);
        await harness.WaitForAsync(instance.Id, InstanceState.Failed);
        Assert.Equal(2, Mine(instance).Length);

        await harness.TerminateAsync(instance);

        await harness.WaitForGoneAsync(instance.Id);
        Assert.Empty(Mine(instance));
    }

    [Fact]
    public async Task What_ignores_SIGTERM_is_killed_after_the_grace_and_not_before()
    {
        var timeProvider = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var harness = new LocalHarness(options => options.StopGrace = TimeSpan.FromSeconds(30), timeProvider);
        var instance = await harness.LaunchAsync("sh -c 'trap \"echo no\" TERM; echo up; while :; do sleep 1000 & wait $!; done'");
        await LocalHarness.OutputAsync(instance);

        await harness.TerminateAsync(instance);

        // The trap has answered, so the signal came; and only the clock stands between it and the kill.
        await LocalHarness.OutputAsync(instance, lines: 2);
        timeProvider.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(InstanceState.Terminating, (await harness.FindAsync(instance.Id))!.State);
        Assert.True(RealProcesses.IsAlive(RealProcesses.Pid(instance)));
        await Wait.UntilAsync("the grace is over and the instance gone", async () =>
        {
            timeProvider.Advance(TimeSpan.FromSeconds(1));
            return await harness.FindAsync(instance.Id) is null;
        });
        Assert.Empty(Mine(instance));
    }

    [Fact]
    public async Task A_template_may_have_a_grace_of_its_own()
    {
        await using var harness = new LocalHarness(options => options.StopGrace = TimeSpan.FromHours(1));
        var template = Requests.Template("sh -c 'trap \"\" TERM; echo up; while :; do sleep 1000; done'") with
        {
            Options = ImmutableSortedDictionary<string, string>.Empty.Add("stop_grace", "100ms"),
        };
        var instance = await harness.LaunchAsync(template);
        await LocalHarness.OutputAsync(instance);

        await harness.TerminateAsync(instance);

        await harness.WaitForGoneAsync(instance.Id);
    }

    [Fact]
    public async Task A_reused_pid_is_not_taken_for_the_instance_nor_terminated()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        var pid = RealProcesses.Pid(instance);
        await harness.Cloud.DisposeAsync();
        RecordAnEarlierStart(Path.Combine(instance.Attributes["directory"], "boot"));

        await harness.ReopenAsync();

        Assert.Equal(InstanceState.Failed, (await harness.FindAsync(instance.Id))!.State);
        Assert.True(RealProcesses.IsAlive(pid));
    }

    [Fact]
    public async Task A_stranger_with_the_pid_of_a_dead_instance_survives_its_termination()
    {
        await using var harness = new LocalHarness();
        var instance = await harness.LaunchAsync("sleep 1000");
        // Leads its own group as instances do, and has none of their marks.
        var stranger = await harness.LaunchAsync("env -i sleep 1000");
        await Wait.UntilAsync(
            "the stranger has washed its environment", () => RealProcesses.Environment(RealProcesses.Pid(stranger)) == "");
        await harness.Cloud.DisposeAsync();
        RealProcesses.Signal(RealProcesses.Pid(instance), RealProcesses.Kill);
        var boot = Path.Combine(instance.Attributes["directory"], "boot");
        await File.WriteAllTextAsync(
            boot,
            (await File.ReadAllTextAsync(boot, Cancellation)).Replace(
                $"{RealProcesses.Pid(instance)} (", $"{RealProcesses.Pid(stranger)} (", StringComparison.Ordinal),
            Cancellation);
        RecordAnEarlierStart(boot);
        await harness.ReopenAsync();
        Assert.Equal(InstanceState.Failed, (await harness.FindAsync(instance.Id))!.State);

        await harness.TerminateAsync(instance);

        await harness.WaitForGoneAsync(instance.Id);
        Assert.True(RealProcesses.IsAlive(RealProcesses.Pid(stranger)));
        Assert.Equal(InstanceState.Running, (await harness.FindAsync(stranger.Id))!.State);
        RealProcesses.Signal(RealProcesses.Pid(stranger), RealProcesses.Kill);
    }

    private static int[] Mine(Instance instance) => RealProcesses.WithEnvironment($"MUSTER_LAUNCH={instance.Id}");

    /// <summary>Makes the recorded process one that started earlier than the one that has its pid now.</summary>
    private static void RecordAnEarlierStart(string boot)
    {
        var lines = File.ReadAllLines(boot);
        var close = lines[0].LastIndexOf(')');
        var fields = lines[0][(close + 2)..].Split(' ');
        fields[19] = "1";
        lines[0] = lines[0][..(close + 2)] + string.Join(' ', fields);
        File.WriteAllText(boot, string.Join('\n', lines) + "\n");
    }
}
