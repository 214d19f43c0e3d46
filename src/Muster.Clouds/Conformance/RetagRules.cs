using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>Putting Muster's tags on instances that exist, and taking them off, where the cloud can.</summary>
internal static class RetagRules
{
    public static async Task TakenOffAndPutOnAsync(RuleRun run)
    {
        var retagger = Need(run);
        var (group, launched, request) = await LaunchAsync(run);
        var neighbour = await run.LaunchRunningAsync(group, run.Request(group));

        await WithStrayAsync(run, launched.Id, async () =>
        {
            await UnmarkAsync(run, retagger, group, launched.Id);

            await run.ExpectListedAsync(new InstanceFilter(run.Installation, Group: group), neighbour);
            var stray = await SeenAsync(run, retagger, launched.Id, "without a mark", one => !one.Tags.Keys.Any(IsOwn));
            Expect.Equal(InstanceState.Running, stray.State, "the state of an instance that was let go");
            foreach (var (key, value) in request.Tags.Where(tag => !IsOwn(tag.Key)))
            {
                Expect.Equal(value, stray.Tags.GetValueOrDefault(key), $"the tag {key} of an instance that was let go");
            }

            await MarkAsync(run, retagger, launched.Id, OwnTags(request));

            var back = await run.WaitForAsync(group, launched.Id, InstanceState.Running);
            RuleRun.ExpectTags(request, back);
            await run.ExpectListedAsync(new InstanceFilter(run.Installation, Group: group), back, neighbour);
        });
    }

    public static async Task RepeatedAsync(RuleRun run)
    {
        var retagger = Need(run);
        var (group, launched, request) = await LaunchAsync(run);

        await WithStrayAsync(run, launched.Id, async () =>
        {
            await MarkAsync(run, retagger, launched.Id, OwnTags(request));
            await UnmarkAsync(run, retagger, group, launched.Id);
            await UnmarkAsync(run, retagger, group, launched.Id);
            await run.SettleAsync();
            await UnmarkAsync(run, retagger, group, launched.Id);
            await MarkAsync(run, retagger, launched.Id, OwnTags(request));
            await MarkAsync(run, retagger, launched.Id, OwnTags(request));
            await run.SettleAsync();
            await MarkAsync(run, retagger, launched.Id, OwnTags(request));

            RuleRun.ExpectTags(request, await run.WaitForAsync(group, launched.Id, InstanceState.Running));
        });
    }

    public static Task ForeignAsync(RuleRun run)
    {
        var retagger = Need(run);
        return run.WithForeignerAsync(async foreigner =>
        {
            var group = run.NewGroup();
            var request = run.Request(group, of: foreigner);
            var theirs = await run.LaunchAsync(request);
            async Task<Instance?> SeenByThemAsync() =>
                (await run.ListAsync(new InstanceFilter(foreigner, Group: group))).SingleOrDefault(one => one.Id == theirs.Id);
            await run.WaitUntilAsync($"{theirs.Id} runs", async () => await SeenByThemAsync() is { State: InstanceState.Running });

            await RefusedAsync(
                () => retagger.MarkAsync(theirs.Id, OwnTags(run.Request(group)), run.Cancellation), "marking another Muster's instance");
            await RefusedAsync(
                () => retagger.UnmarkAsync(run.Installation, group, theirs.Id, run.Cancellation), "unmarking another Muster's instance");

            await run.SettleAsync();
            RuleRun.ExpectTags(request, (await SeenByThemAsync())!);
        });
    }

    public static async Task OtherGroupAsync(RuleRun run)
    {
        var retagger = Need(run);
        var (group, launched, request) = await LaunchAsync(run);
        var other = run.NewGroup();

        await RefusedAsync(
            () => retagger.MarkAsync(launched.Id, OwnTags(run.Request(other)), run.Cancellation), "marking another group's instance");
        await RefusedAsync(
            () => retagger.UnmarkAsync(run.Installation, other, launched.Id, run.Cancellation), "unmarking another group's instance");

        await run.SettleAsync();
        RuleRun.ExpectTags(request, await run.WaitForAsync(group, launched.Id, InstanceState.Running));
    }

    public static async Task NothingThereAsync(RuleRun run)
    {
        var retagger = Need(run);
        var (group, ended, request) = await LaunchAsync(run);
        await run.TerminateAsync(ended.Id);
        await run.WaitForGoneAsync(group, ended.Id);
        await run.SettleAsync();

        foreach (var id in new[] { ended.Id, new(run.Harness.Random.NextId().ToString()), new("no such instance/../x") })
        {
            Expect.That(await retagger.FindAsync(id, run.Cancellation) is null, $"an instance '{id}' is found, and there is none");
            await GoneAsync(() => retagger.MarkAsync(id, OwnTags(request), run.Cancellation));
            await GoneAsync(() => retagger.UnmarkAsync(run.Installation, group, id, run.Cancellation));
        }
    }

    private static IRetaggingCloud Need(RuleRun run) =>
        RuleRun.Need(run.Harness.Retagger, "the cloud has no tagging of instances that exist");

    private static async Task<(GroupId Group, Instance Launched, LaunchRequest Request)> LaunchAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var request = run.Request(group);
        return (group, await run.LaunchRunningAsync(group, request), request);
    }

    /// <summary>What carries no mark is found by nobody who cleans up: it ends with the rule.</summary>
    private static async Task WithStrayAsync(RuleRun run, InstanceId id, Func<Task> rule)
    {
        try
        {
            await rule();
        }
        finally
        {
            await run.TerminateAsync(id);
        }
    }

    private static Task MarkAsync(
        RuleRun run, IRetaggingCloud retagger, InstanceId id, ImmutableSortedDictionary<string, string> tags) =>
        InTimeAsync(run, $"{id} is marked", () => retagger.MarkAsync(id, tags, run.Cancellation));

    private static Task UnmarkAsync(RuleRun run, IRetaggingCloud retagger, GroupId group, InstanceId id) =>
        InTimeAsync(run, $"{id} is unmarked", () => retagger.UnmarkAsync(run.Installation, group, id, run.Cancellation));

    /// <summary>Asks again for as long as the cloud says that it is a matter of time.</summary>
    private static Task InTimeAsync(RuleRun run, string what, Func<Task> change)
    {
        CloudException? last = null;
        return run.WaitUntilAsync(
            what,
            async () =>
            {
                try
                {
                    await change();
                    return true;
                }
                catch (CloudException error) when (error.Kind is CloudErrorKind.Unavailable or CloudErrorKind.Ambiguous)
                {
                    last = error;
                    return false;
                }
            },
            () => last?.Message ?? "");
    }

    private static async Task<Instance> SeenAsync(
        RuleRun run, IRetaggingCloud retagger, InstanceId id, string what, Func<Instance, bool> isSo)
    {
        Instance? seen = null;
        await run.WaitUntilAsync(
            $"{id} is shown {what}",
            async () => (seen = await retagger.FindAsync(id, run.Cancellation)) is { } found && isSo(found));
        return seen!;
    }

    private static async Task RefusedAsync(Func<Task> change, string what)
    {
        var error = await Expect.CloudErrorAsync(change, what);
        Expect.Equal(CloudErrorKind.InvalidRequest, error.Kind, $"the kind of the error '{error.Message}'");
    }

    private static async Task GoneAsync(Func<Task> change)
    {
        var error = await Expect.CloudErrorAsync(change, "a change of tags of an instance that is gone");
        Expect.Equal(CloudErrorKind.NotFound, error.Kind, $"the kind of the error '{error.Message}'");
    }

    private static ImmutableSortedDictionary<string, string> OwnTags(LaunchRequest request) =>
        request.Tags.RemoveRange(request.Tags.Keys.Where(tag => !IsOwn(tag)));

    private static bool IsOwn(string tag) => tag.StartsWith(MusterTags.Prefix, StringComparison.Ordinal);
}
