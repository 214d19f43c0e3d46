using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>What the stream of changes hints at.</summary>
internal static class WatchRules
{
    private const string NoChanges = "the cloud has no changes to watch";

    public static Task LaunchAndDeathAsync(RuleRun run)
    {
        RuleRun.SkipUnless(run.Traits.Watches, NoChanges);
        var kill = run.NeedKilling();
        var group = run.NewGroup();
        return HintedAsync(
            run, group, run.Request(group), launched => kill(launched, run.Cancellation), instance => instance.IsDead);
    }

    public static Task NoticeAsync(RuleRun run)
    {
        RuleRun.SkipUnless(run.Traits.Watches, NoChanges);
        var notice = run.NeedNotice();
        var group = run.NewGroup();
        return HintedAsync(
            run,
            group,
            run.InterruptibleRequest(group),
            launched => notice(launched, TimeProvider.System.GetUtcNow() + InterruptibleRules.Ahead, run.Cancellation),
            instance => instance.LeavingAt is not null);
    }

    /// <summary>Launches one, and lets something happen to it; the cloud must hint at both.</summary>
    private static async Task HintedAsync(
        RuleRun run, GroupId group, LaunchRequest request, Func<Instance, Task> happenAsync, Func<Instance, bool> hasHappened)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation);
        patience.CancelAfter(run.Harness.Patience);
        await using var changes = run.Cloud.WatchAsync(run.Installation, patience.Token).GetAsyncEnumerator(patience.Token);

        var next = changes.MoveNextAsync();
        var launched = await run.LaunchAsync(request);
        await NextAboutAsync(changes, next, launched.Id, group);
        await run.WaitForAsync(group, launched.Id, InstanceState.Running);

        await happenAsync(launched);

        // What the launch still had to say may come first: only what happened ends the wait.
        do
        {
            await NextAboutAsync(changes, changes.MoveNextAsync(), launched.Id, group);
        }
        while (!await IsShownAsync(run, group, launched.Id, hasHappened));
    }

    /// <summary>Whether a look at the hint, or one as soon as listings cannot be older than it, finds what it hints at.</summary>
    private static async Task<bool> IsShownAsync(RuleRun run, GroupId group, InstanceId id, Func<Instance, bool> isSo)
    {
        if (await run.FindAsync(group, id) is { } found && isSo(found))
        {
            return true;
        }

        await run.SettleAsync();
        return await run.FindAsync(group, id) is { } settled && isSo(settled);
    }

    public static Task NothingForeignAsync(RuleRun run)
    {
        RuleRun.SkipUnless(run.Traits.Watches, NoChanges);
        return run.WithForeignerAsync(foreigner => NothingOfAsync(run, foreigner));
    }

    private static async Task NothingOfAsync(RuleRun run, InstallationId foreigner)
    {
        var group = run.NewGroup();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(run.Cancellation);
        stop.CancelAfter(run.Harness.Patience);
        await using var changes = run.Cloud.WatchAsync(run.Installation, stop.Token).GetAsyncEnumerator(stop.Token);

        var next = changes.MoveNextAsync();
        await run.LaunchAsync(run.Request(group, of: foreigner));
        var ours = await run.LaunchAsync(run.Request(group));
        await NextAboutAsync(changes, next, ours.Id, group);

        await stop.CancelAsync();
        await Expect.CancelledAsync(
            async () =>
            {
                while (await changes.MoveNextAsync())
                {
                }
            },
            "the watch");
    }

    private static async Task NextAboutAsync(
        IAsyncEnumerator<CloudChange> changes, ValueTask<bool> next, InstanceId instance, GroupId group)
    {
        try
        {
            Expect.That(await next, "the stream of changes ended");
        }
        catch (OperationCanceledException)
        {
            throw new RuleBrokenException($"no hint came about {instance}");
        }

        Expect.Equal(instance, changes.Current.Instance, "the instance of the hint");
        Expect.That(changes.Current.Group is null || changes.Current.Group == group, $"the hint's group is {changes.Current.Group}");
    }
}
