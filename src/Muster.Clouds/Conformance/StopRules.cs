using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>Stopping instances and starting them again, where the cloud can.</summary>
internal static class StopRules
{
    private static readonly TimeSpan ToldAgainAfter = TimeSpan.FromSeconds(10);

    /// <summary>A group's warm pool goes by the traits, and by the calls when it is filled.</summary>
    public static Task TraitsAsync(RuleRun run)
    {
        var stopper = run.Harness.Stopper;
        Expect.Equal(stopper is not null, run.Traits.Stops, "whether the traits say that instances can be stopped");
        Expect.Equal(stopper is { CanSuspend: true }, run.Traits.Suspends, "whether the traits say that instances can be suspended");
        return Task.CompletedTask;
    }

    public static async Task StoppedAndStartedAsync(RuleRun run)
    {
        var stopper = Need(run);
        var group = run.NewGroup();
        var request = run.Request(group);
        var launched = await run.LaunchRunningAsync(group, request);
        var neighbour = await run.LaunchRunningAsync(group, run.Request(group));

        await StopAsync(run, stopper, launched.Id, StopManner.Orderly);

        var stopped = await WaitForRestAsync(run, stopper, group, launched.Id);
        Expect.Equal(launched.Name, stopped.Name, "the name of a stopped instance");
        RuleRun.ExpectTags(request, stopped);
        Expect.That(!string.IsNullOrEmpty(stopped.StateDetail), "a stopped instance does not say why it does not run");
        Expect.That(stopped.StoppedOnOrder is not false, "an instance that was stopped on order is told as one that stopped by itself");
        await run.WaitForAsync(group, neighbour.Id, InstanceState.Running);

        await StartAsync(run, stopper, launched.Id);

        var started = await run.WaitForAsync(group, launched.Id, InstanceState.Running);
        RuleRun.ExpectTags(request, started);
        Expect.That(started.StoppedOnOrder is null, "an instance that runs is told as stopped");
        await run.ExpectListedAsync(new InstanceFilter(run.Installation, Group: group), started, neighbour);
    }

    public static async Task AtOnceAsync(RuleRun run)
    {
        var stopper = Need(run);
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));

        await StopAsync(run, stopper, launched.Id, StopManner.AtOnce);

        await run.WaitForDeadAsync(group, launched.Id);
        await run.TerminateAsync(launched.Id);
        await run.WaitForGoneAsync(group, launched.Id);
    }

    public static async Task RepeatedAsync(RuleRun run)
    {
        var stopper = Need(run);
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));

        await StartAsync(run, stopper, launched.Id);
        await run.WaitForAsync(group, launched.Id, InstanceState.Running);
        await StopAsync(run, stopper, launched.Id, StopManner.Orderly);
        await WaitForRestAsync(run, stopper, group, launched.Id);
        await StopAsync(run, stopper, launched.Id, StopManner.Orderly);
        await StopAsync(run, stopper, launched.Id, StopManner.AtOnce);

        await run.SettleAsync();
        await run.WaitForDeadAsync(group, launched.Id);
        await StartAsync(run, stopper, launched.Id);
        await run.WaitForAsync(group, launched.Id, InstanceState.Running);
    }

    public static Task ForeignAsync(RuleRun run)
    {
        var stopper = Need(run);
        return run.WithForeignerAsync(async foreigner =>
        {
            var group = run.NewGroup();
            var theirs = await run.LaunchAsync(run.Request(group, of: foreigner));
            async Task<Instance?> SeenAsync() =>
                (await run.ListAsync(new InstanceFilter(foreigner, Group: group))).SingleOrDefault(one => one.Id == theirs.Id);
            await run.WaitUntilAsync($"{theirs.Id} runs", async () => await SeenAsync() is { State: InstanceState.Running });

            await GoneAsync(
                () => stopper.StopAsync(run.Installation, theirs.Id, StopManner.AtOnce, run.Cancellation), "a foreign instance");
            await GoneAsync(() => stopper.StartAsync(run.Installation, theirs.Id, run.Cancellation), "a foreign instance");

            await run.SettleAsync();
            Expect.Equal(InstanceState.Running, (await SeenAsync())?.State ?? InstanceState.Unknown, "the state of a foreign instance");
        });
    }

    public static async Task NothingThereAsync(RuleRun run)
    {
        var stopper = Need(run);
        var group = run.NewGroup();
        var ended = await run.LaunchRunningAsync(group, run.Request(group));
        await run.TerminateAsync(ended.Id);
        await run.WaitForGoneAsync(group, ended.Id);

        foreach (var id in new[] { ended.Id, new(run.Harness.Random.NextId().ToString()), new("no such instance/../x") })
        {
            await GoneAsync(() => stopper.StopAsync(run.Installation, id, StopManner.Orderly, run.Cancellation), "one that is gone");
            await GoneAsync(() => stopper.StartAsync(run.Installation, id, run.Cancellation), "one that is gone");
        }
    }

    public static async Task SuspendedAsync(RuleRun run)
    {
        var stopper = Need(run);
        var group = run.NewGroup();
        var request = run.Request(group) with { Template = run.Harness.SuspendableTemplate() };
        var launched = await run.LaunchRunningAsync(group, request);
        if (!stopper.CanSuspend)
        {
            var error = await Expect.CloudErrorAsync(
                () => stopper.StopAsync(run.Installation, launched.Id, StopManner.KeepingMemory, run.Cancellation),
                "keeping the memory where the cloud cannot");
            Expect.Equal(CloudErrorKind.InvalidRequest, error.Kind, $"the kind of the error '{error.Message}'");
            await run.SettleAsync();
            await run.WaitForAsync(group, launched.Id, InstanceState.Running);
            return;
        }

        await StopAsync(run, stopper, launched.Id, StopManner.KeepingMemory);

        var suspended = await run.WaitForAsync(group, launched.Id, InstanceState.Stopped);
        Expect.That(suspended.StoppedOnOrder is not false, "an instance that was suspended is told as one that stopped by itself");
        await StopAsync(run, stopper, launched.Id, StopManner.KeepingMemory);
        await run.WaitForAsync(group, launched.Id, InstanceState.Stopped);
        await StartAsync(run, stopper, launched.Id);
        await run.WaitForAsync(group, launched.Id, InstanceState.Running);
    }

    public static async Task DiedAsync(RuleRun run)
    {
        Need(run);
        var kill = run.NeedKilling();
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));

        await kill(launched, run.Cancellation);

        var dead = await run.WaitForDeadAsync(group, launched.Id);
        Expect.That(dead.StoppedOnOrder is not true, "an instance that died is told as one that was stopped on order");
    }

    private static IStoppingCloud Need(RuleRun run) => RuleRun.Need(run.Harness.Stopper, "the cloud has no stopping of instances");

    private static Task StopAsync(RuleRun run, IStoppingCloud stopper, InstanceId id, StopManner manner) =>
        InTimeAsync(run, $"{id} is told to stop", () => stopper.StopAsync(run.Installation, id, manner, run.Cancellation));

    /// <summary>
    /// Waits until one that was told to stop rests. A system that only begins to start does not hear its power button: it is told again.
    /// </summary>
    private static async Task<Instance> WaitForRestAsync(RuleRun run, IStoppingCloud stopper, GroupId group, InstanceId id)
    {
        var toldAt = TimeProvider.System.GetTimestamp();
        Instance? found = null;
        await run.WaitUntilAsync(
            $"{id} is stopped or failed",
            async () =>
            {
                found = await run.FindAsync(group, id);
                if (found is { IsDead: true })
                {
                    return true;
                }

                if (TimeProvider.System.GetElapsedTime(toldAt) > ToldAgainAfter)
                {
                    await StopAsync(run, stopper, id, StopManner.Orderly);
                    toldAt = TimeProvider.System.GetTimestamp();
                }

                return false;
            },
            () => found is null ? "it is not listed" : $"it is {found.State}, {found.StateDetail}");
        return found!;
    }

    private static Task StartAsync(RuleRun run, IStoppingCloud stopper, InstanceId id) =>
        InTimeAsync(run, $"{id} is told to start", () => stopper.StartAsync(run.Installation, id, run.Cancellation));

    /// <summary>Asks again for as long as the cloud says that it is a matter of time.</summary>
    private static Task InTimeAsync(RuleRun run, string what, Func<Task> order)
    {
        CloudException? last = null;
        return run.WaitUntilAsync(
            what,
            async () =>
            {
                try
                {
                    await order();
                    return true;
                }
                catch (CloudException error) when (error.Kind is CloudErrorKind.Unavailable)
                {
                    last = error;
                    return false;
                }
            },
            () => last?.Message ?? "");
    }

    private static async Task GoneAsync(Func<Task> order, string what)
    {
        var error = await Expect.CloudErrorAsync(order, $"an order to {what}");
        Expect.Equal(CloudErrorKind.NotFound, error.Kind, $"the kind of the error '{error.Message}'");
    }
}
