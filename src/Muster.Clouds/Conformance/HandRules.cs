using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>What is seen of that which happens behind Muster's back.</summary>
internal static class HandRules
{
    public static async Task KilledAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));

        await run.Harness.KillAsync(launched, run.Cancellation);

        await DeadUntilTerminatedAsync(run, group, launched);
    }

    public static async Task StoppedAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));

        await run.Harness.StopAsync(launched, run.Cancellation);

        await DeadUntilTerminatedAsync(run, group, launched);
    }

    public static async Task FrozenAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));

        await run.Harness.FreezeAsync(launched, run.Cancellation);

        var frozen = await run.WaitForAsync(group, launched.Id, InstanceState.Stopped);
        Expect.That(!string.IsNullOrEmpty(frozen.StateDetail), "a frozen instance does not say why it does not run");
        await run.TerminateAsync(launched.Id);
        await run.WaitForGoneAsync(group, launched.Id);
    }

    public static async Task DeletedAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));
        var neighbour = await run.LaunchRunningAsync(group, run.Request(group));

        await run.Harness.DeleteAsync(launched, run.Cancellation);

        await run.WaitForAsync(group, launched.Id, $"{launched.Id} is gone", instance => instance is null);
        await run.WaitForAsync(group, neighbour.Id, InstanceState.Running);
        await run.TerminateAsync(launched.Id);
    }

    private static async Task DeadUntilTerminatedAsync(RuleRun run, Core.GroupId group, Instance launched)
    {
        var dead = await run.WaitForDeadAsync(group, launched.Id);
        Expect.That(!string.IsNullOrEmpty(dead.StateDetail), "a dead instance does not say why it is dead (its detail is empty)");
        await run.TerminateAsync(launched.Id);
        await run.WaitForGoneAsync(group, launched.Id);
    }
}
