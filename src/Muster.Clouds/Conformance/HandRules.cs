using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>What is seen of that which happens behind Muster's back.</summary>
internal static class HandRules
{
    public static async Task KilledAsync(RuleRun run)
    {
        var kill = run.NeedKilling();
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));

        await kill(launched, run.Cancellation);

        await DeadUntilTerminatedAsync(run, group, launched);
    }

    public static async Task StoppedAsync(RuleRun run)
    {
        var stop = RuleRun.Need(run.Harness.Stopping, "the cloud has no stopping by hand");
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));

        await stop(launched, run.Cancellation);

        await DeadUntilTerminatedAsync(run, group, launched);
    }

    public static async Task FrozenAsync(RuleRun run)
    {
        var freeze = RuleRun.Need(run.Harness.Freezing, "the cloud has no freezing");
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));

        await freeze(launched, run.Cancellation);

        var frozen = await run.WaitForAsync(group, launched.Id, InstanceState.Stopped);
        Expect.That(!string.IsNullOrEmpty(frozen.StateDetail), "a frozen instance does not say why it does not run");
        await run.TerminateAsync(launched.Id);
        await run.WaitForGoneAsync(group, launched.Id);
    }

    public static async Task DeletedAsync(RuleRun run)
    {
        var delete = RuleRun.Need(run.Harness.Deleting, "the cloud has no deleting by hand");
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));
        var neighbour = await run.LaunchRunningAsync(group, run.Request(group));

        await delete(launched, run.Cancellation);

        await run.WaitForAsync(group, launched.Id, $"{launched.Id} is gone", instance => instance is null);
        await run.WaitForAsync(group, neighbour.Id, InstanceState.Running);
        await run.TerminateAsync(launched.Id);
    }

    public static async Task ProtectedAsync(RuleRun run)
    {
        var protect = RuleRun.Need(run.Harness.Protecting, "the cloud has no protection from deletion");
        var unprotect = RuleRun.Need(run.Harness.Unprotecting, "the cloud has no protection from deletion");
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));
        await protect(launched, run.Cancellation);
        try
        {
            await run.WaitForAsync(
                group, launched.Id, $"{launched.Id} is listed as protected", instance => instance is { IsProtected: true });

            var error = await Expect.CloudErrorAsync(() => run.TerminateAsync(launched.Id), "terminating a protected instance");

            Expect.Equal(CloudErrorKind.InvalidRequest, error.Kind, $"the error of terminating a protected instance ({error.Message})");
            await run.SettleAsync();
            var still = await run.FindAsync(group, launched.Id);
            Expect.That(
                still is { State: InstanceState.Running, IsProtected: true },
                $"the protected instance was running, and is {still?.State.ToString() ?? "gone"}");
        }
        finally
        {
            await unprotect(launched, CancellationToken.None);
        }

        await run.WaitForAsync(
            group, launched.Id, $"{launched.Id} is listed as protected no more", instance => instance is { IsProtected: false });
        await run.TerminateAsync(launched.Id);
        await run.WaitForGoneAsync(group, launched.Id);
    }

    private static async Task DeadUntilTerminatedAsync(RuleRun run, Core.GroupId group, Instance launched)
    {
        var dead = await run.WaitForDeadAsync(group, launched.Id);
        Expect.That(!string.IsNullOrEmpty(dead.StateDetail), "a dead instance does not say why it is dead (its detail is empty)");
        await run.TerminateAsync(launched.Id);
        await run.WaitForGoneAsync(group, launched.Id);
    }
}
