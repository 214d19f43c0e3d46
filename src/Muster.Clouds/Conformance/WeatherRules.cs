using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>What a cloud does when something outside of it goes wrong.</summary>
internal static class WeatherRules
{
    /// <summary>Launches under way when the cloud breaks off: enough that some are in each stage of being made.</summary>
    private const int CutOffLaunches = 8;

    public static async Task CancelledAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var launched = await run.LaunchRunningAsync(group, run.Request(group));
        var cancelled = new CancellationToken(canceled: true);

        await Expect.CancelledAsync(() => run.Cloud.LaunchAsync(run.Request(group), cancelled), "a launch");
        await Expect.CancelledAsync(() => run.Cloud.TerminateAsync(launched.Id, cancelled), "a termination");
        await Expect.CancelledAsync(() => run.Cloud.CheckAsync(run.Harness.GoodTemplate(), cancelled), "a check");
        await Expect.CancelledAsync(
            async () =>
            {
                await foreach (var _ in run.Cloud.ListAsync(new InstanceFilter(run.Installation), cancelled))
                {
                }
            },
            "a listing");

        await run.ExpectListedAsync(new InstanceFilter(run.Installation, Group: group), launched);
        Expect.Equal(InstanceState.Running, (await run.ListAsync(group))[0].State, "the state afterwards");
    }

    public static async Task WrongCredentialAsync(RuleRun run)
    {
        await using var cloud = RuleRun.Need(run.Harness.OpenWithWrongCredential, "the cloud has no credentials")();
        var group = run.NewGroup();
        var ours = await run.LaunchRunningAsync(group, run.Request(group));

        await ExpectUnauthorizedAsync(
            async () =>
            {
                await foreach (var _ in cloud.ListAsync(new InstanceFilter(run.Installation), run.Cancellation))
                {
                }
            },
            "a listing");
        await ExpectUnauthorizedAsync(() => cloud.LaunchAsync(run.Request(group), run.Cancellation), "a launch");
        await ExpectUnauthorizedAsync(() => cloud.TerminateAsync(ours.Id, run.Cancellation), "a termination");
        await run.ExpectListedAsync(new InstanceFilter(run.Installation), ours);
    }

    public static async Task CutOffAsync(RuleRun run)
    {
        RuleRun.SkipUnless(run.Traits.LaunchTokens, "the cloud has no launch tokens");
        var cutOff = RuleRun.Need(run.Harness.CuttingOff, "the cloud has no server that could break off");
        var group = run.NewGroup();
        var requests = Enumerable.Range(0, CutOffLaunches).Select(_ => run.Request(group)).ToArray();
        var first = await run.LaunchRunningAsync(group, run.Request(group));

        var errors = await CutOffAsync(run, cutOff, requests);

        await ExpectUndoneAsync(run, group, requests.Zip(errors));
        foreach (var request in requests)
        {
            await run.WaitUntilAsync(
                $"the launch {request.Launch} is answered again", async () => await ErrorAsync(run, request) is null);
        }

        await run.WaitUntilAsync("each launch is listed once", async () =>
            (await run.ListAsync(group)).Length == CutOffLaunches + 1);
        await run.SettleAsync();
        var listed = await run.ListAsync(group);
        Expect.Same(
            requests.Select(request => request.Launch.ToString()),
            listed.Where(instance => instance.Id != first.Id).Select(LaunchOf),
            "the launch ids listed");
    }

    /// <summary>
    /// Launches, cuts the cloud off, and brings it back: also when the rule is stopped, so that what was made can be ended.
    /// </summary>
    private static async Task<CloudException?[]> CutOffAsync(RuleRun run, Func<CancellationToken, Task> cutOff, LaunchRequest[] requests)
    {
        var launches = requests.Select(request => Task.Run(() => ErrorAsync(run, request))).ToArray();
        try
        {
            // Cut off as soon as one of them is there: the others are then somewhere on their way.
            await Task.WhenAny(launches);
            await cutOff(run.Cancellation);
        }
        finally
        {
            await ((Task)Task.WhenAll(launches))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await run.Harness.ComeBackAsync(CancellationToken.None);
        }

        return await Task.WhenAll(launches);
    }

    /// <summary>A launch while the cloud goes: it works, or its error says that it may or did not happen.</summary>
    private static async Task<CloudException?> ErrorAsync(RuleRun run, LaunchRequest request)
    {
        try
        {
            await run.LaunchAsync(request);
            return null;
        }
        catch (CloudException error)
        {
            Expect.That(
                error.Kind is CloudErrorKind.Ambiguous or CloudErrorKind.Unavailable,
                $"a launch that the cloud broke off failed as {error.Kind}: {error.Message}");
            return error;
        }
    }

    /// <summary>Whoever says that it did not happen must be right: what nobody waits for any more would be one too many.</summary>
    private static async Task ExpectUndoneAsync(
        RuleRun run, GroupId group, IEnumerable<(LaunchRequest Request, CloudException? Error)> launches)
    {
        await run.SettleAsync();
        var listed = (await run.ListAsync(group)).Select(LaunchOf).ToHashSet(StringComparer.Ordinal);
        foreach (var (request, error) in launches.Where(launch => launch.Error is { Kind: CloudErrorKind.Unavailable }))
        {
            Expect.That(
                !listed.Contains(request.Launch.ToString()),
                "a launch that the cloud broke off is there, and was answered as Unavailable (it did not happen), "
                + $"not Ambiguous: {error!.Message}");
        }
    }

    private static string LaunchOf(Instance instance) => instance.Tags.GetValueOrDefault(MusterTags.Launch, "");

    private static async Task ExpectUnauthorizedAsync(Func<Task> call, string what)
    {
        var error = await Expect.CloudErrorAsync(call, $"{what} with a wrong credential");
        Expect.Equal(CloudErrorKind.Unauthorized, error.Kind, $"the kind of the error of {what}, '{error.Message}',");
    }
}
