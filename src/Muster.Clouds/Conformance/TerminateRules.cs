using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>What terminating does.</summary>
internal static class TerminateRules
{
    public static async Task GoneAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));

        await run.TerminateAsync(launched.Id);

        await run.WaitForGoneAsync(group, launched.Id);
    }

    public static async Task TwiceAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));

        await RuleRun.RepeatAsync(async () =>
        {
            await run.TerminateAsync(launched.Id);
            return true;
        });
        await run.WaitForGoneAsync(group, launched.Id);
        await run.TerminateAsync(launched.Id);

        await run.TerminateAsync(new InstanceId(run.Harness.Random.NextId().ToString()));
        await run.TerminateAsync(new InstanceId("no such instance/../x"));
    }

    public static async Task NeighboursAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var first = await run.LaunchRunningAsync(group, run.Request(group));
        var second = await run.LaunchRunningAsync(group, run.Request(group));

        await run.TerminateAsync(first.Id);

        await run.WaitForGoneAsync(group, first.Id);
        await run.ExpectListedAsync(new InstanceFilter(run.Installation, Group: group), second);
        var left = (await run.ListAsync(group))[0];
        Expect.Equal(InstanceState.Running, left.State, "the neighbour's state");
    }

    public static async Task NothingLeftAsync(RuleRun run)
    {
        var kill = run.NeedKilling();
        var look = RuleRun.Need(run.Harness.LookingForLeftovers, "the cloud has no place to look for left-overs");
        var group = run.NewGroup();
        var running = await run.LaunchRunningAsync(group, run.Request(group));
        var dead = await run.LaunchRunningAsync(group, run.Request(group));
        await kill(dead, run.Cancellation);
        await run.WaitForDeadAsync(group, dead.Id);

        await run.TerminateAsync(running.Id);
        await run.TerminateAsync(dead.Id);

        await run.WaitForGoneAsync(group, running.Id);
        await run.WaitForGoneAsync(group, dead.Id);
        ImmutableArray<string> left = [];
        await run.WaitUntilAsync(
            "nothing is left",
            async () => (left = await look(run.Installation, run.Cancellation)).IsEmpty,
            () => string.Join(", ", left));
        await run.ExpectListedAsync(new InstanceFilter(run.Installation));
    }
}
