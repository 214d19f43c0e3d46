using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>What a listing shows.</summary>
internal static class ListRules
{
    public static Task FilterAsync(RuleRun run) => run.WithForeignerAsync(foreigner => FilterAsync(run, foreigner));

    public static async Task EmptyAsync(RuleRun run)
    {
        var pages = await run.PagesAsync(new InstanceFilter(run.Installation, run.Account, run.NewGroup()));

        Expect.Equal(1, pages.Length, "the number of pages");
        Expect.Equal(0, pages[0].Instances.Length, "the number of instances");
    }

    public static async Task CrowdAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var requests = Enumerable.Range(0, run.Harness.Crowd).Select(_ => run.Request(group)).ToArray();

        using var gate = new SemaphoreSlim(run.Harness.CrowdInFlight);
        var launched = await Task.WhenAll(requests.Select(request => Task.Run(async () =>
        {
            await gate.WaitAsync(run.Cancellation);
            try
            {
                return await run.LaunchAsync(request);
            }
            finally
            {
                gate.Release();
            }
        })));

        Expect.Equal(requests.Length, launched.Select(instance => instance.Id).Distinct().Count(), "the number of instances launched");
        await run.WaitUntilAsync("all of them run", async () =>
            (await run.ListAsync(group)).Count(instance => instance.State is InstanceState.Running) == requests.Length);
        await run.SettleAsync();
        var listed = await run.ListAsync(new InstanceFilter(run.Installation, run.Account, group));
        Expect.Same(launched.Select(instance => instance.Id), listed.Select(instance => instance.Id), "the listing");
        Expect.Same(
            requests.Select(request => request.Launch.ToString()),
            listed.Select(instance => instance.Tags.GetValueOrDefault(MusterTags.Launch, "")),
            "the launch ids listed");
    }

    private static async Task FilterAsync(RuleRun run, InstallationId foreigner)
    {
        var (ours, other) = (run.NewGroup(), run.NewGroup());
        var neighbour = new AccountId(run.Harness.Random.NextId());
        var mine = await run.LaunchRunningAsync(ours, run.Request(ours));
        var sibling = await run.LaunchRunningAsync(other, run.Request(other));
        var neighbours = await run.LaunchAsync(run.Request(ours, account: neighbour));
        var foreign = await run.LaunchAsync(run.Request(ours, of: foreigner));
        await run.WaitUntilAsync("all of them are listed", async () =>
            (await run.ListAsync(new InstanceFilter(run.Installation))).Length == 3
            && (await run.ListAsync(new InstanceFilter(foreigner))).Length == 1);
        await run.SettleAsync();
        await run.ExpectShownAsync(new InstanceFilter(run.Installation), mine, sibling, neighbours);
        await run.ExpectShownAsync(new InstanceFilter(run.Installation, run.Account), mine, sibling);
        await run.ExpectShownAsync(new InstanceFilter(run.Installation, run.Account, ours), mine);
        await run.ExpectShownAsync(new InstanceFilter(run.Installation, Group: ours), mine, neighbours);
        await run.ExpectShownAsync(new InstanceFilter(run.Installation, neighbour), neighbours);
        await run.ExpectShownAsync(new InstanceFilter(run.Installation, neighbour, other));
        await run.ExpectShownAsync(new InstanceFilter(foreigner), foreign);
        await run.ExpectShownAsync(new InstanceFilter(new InstallationId(run.Harness.Random.NextId())));
    }
}
