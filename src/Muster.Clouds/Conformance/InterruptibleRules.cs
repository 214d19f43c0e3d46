using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>Instances that the cloud may take back, where there are such.</summary>
internal static class InterruptibleRules
{
    /// <summary>How long before the end notice is given: longer than any trial takes.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    /// <summary>Times of clouds may be of whole seconds.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(1);

    public static async Task RepeatedAsync(RuleRun run)
    {
        RuleRun.SkipUnless(run.Traits.Interruptible, RuleRun.NoInterruptible);
        var group = run.NewGroup();
        var request = run.InterruptibleRequest(group);

        var listed = await run.LaunchRunningAsync(group, request);

        RuleRun.ExpectTags(request, listed);
        Expect.That(listed.LeavingAt is null, $"it is leaving at {listed.LeavingAt:O}, and nobody gave notice");
        if (run.Traits.LaunchTokens)
        {
            var repeated = await run.LaunchAsync(request);

            Expect.Equal(listed.Id, repeated.Id, "the id answered to the repeat");
            await run.ExpectListedAsync(new InstanceFilter(run.Installation, Group: group), listed);
        }
    }

    public static async Task NoticeAsync(RuleRun run)
    {
        var notice = run.NeedNotice();
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.InterruptibleRequest(group));
        var neighbour = await run.LaunchRunningAsync(group, run.InterruptibleRequest(group));
        var leavingAt = TimeProvider.System.GetUtcNow() + Ahead;

        await notice(launched, leavingAt, run.Cancellation);

        var leaving = await run.WaitForAsync(
            group, launched.Id, $"{launched.Id} is listed as leaving", instance => instance is { LeavingAt: not null });
        Expect.That(
            (leaving!.LeavingAt!.Value - leavingAt).Duration() <= Grain,
            $"it is leaving at {leaving.LeavingAt:O}: notice said {leavingAt:O}");
        Expect.Equal(InstanceState.Running, leaving.State, "the state of an instance that notice was given to");
        var beside = await run.WaitForAsync(group, neighbour.Id, InstanceState.Running);
        Expect.That(beside.LeavingAt is null, $"its neighbour is leaving at {beside.LeavingAt:O}, and nobody gave it notice");
        await run.TerminateAsync(launched.Id);
        await run.WaitForGoneAsync(group, launched.Id);
    }

    public static async Task NoneAsync(RuleRun run)
    {
        RuleRun.SkipUnless(!run.Traits.Interruptible, "the cloud has interruptible instances");
        var group = run.NewGroup();

        var error = await Expect.CloudErrorAsync(
            () => run.LaunchAsync(run.InterruptibleRequest(group)), "a launch of an interruptible instance where there are none");

        Expect.Equal(CloudErrorKind.InvalidRequest, error.Kind, $"the kind of the error '{error.Message}'");
        Expect.That(
            error.Message.Contains("interruptible", StringComparison.Ordinal), $"'{error.Message}' does not name 'interruptible'");
        await run.ExpectListedAsync(new InstanceFilter(run.Installation, Group: group));
    }
}
