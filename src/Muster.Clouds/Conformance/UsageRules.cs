using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>What a cloud tells of its instances' work.</summary>
internal static class UsageRules
{
    private const string NoUsage = "the cloud has no figures of its instances' work";

    public static async Task RunningAsync(RuleRun run)
    {
        var metered = Need(run);
        var group = run.NewGroup();
        var instances = new[]
        {
            await run.LaunchRunningAsync(group, run.Request(group)), await run.LaunchRunningAsync(group, run.Request(group)),
        };

        var usage = await UntilToldAsync(run, metered, instances);

        Expect.That(
            usage.Select(one => one.Instance).Distinct().Count() == usage.Length, "the figures of an instance are told twice");
        foreach (var one in usage)
        {
            Expect.That(one.Group is null || one.Group == group, $"the group of {one.Instance} is {one.Group}: expected {group}");
            Expect.That(IsPercent(one.CpuPercent), $"the work of {one.Instance} is {one.CpuPercent} %");
            Expect.That(IsPercent(one.MemoryPercent), $"the memory of {one.Instance} is {one.MemoryPercent} %");
        }
    }

    public static Task NothingForeignAsync(RuleRun run)
    {
        var metered = Need(run);
        return run.WithForeignerAsync(async foreigner =>
        {
            var group = run.NewGroup();
            var theirs = await run.LaunchAsync(run.Request(group, of: foreigner));
            var ours = await run.LaunchRunningAsync(group, run.Request(group));

            var usage = await UntilToldAsync(run, metered, [ours]);

            Expect.That(
                !usage.Any(one => one.Instance == theirs.Id), $"the figures of {theirs.Id} are told to an installation that has it not");
        });
    }

    private static IMeteredCloud Need(RuleRun run)
    {
        var metered = RuleRun.Need(run.Harness.Usage, NoUsage);
        RuleRun.SkipUnless(metered.MayHaveUsage, NoUsage);
        return metered;
    }

    private static bool IsPercent(double? value) => value is null || (double.IsFinite(value.Value) && value >= 0);

    private static async Task<ImmutableArray<InstanceUsage>> UntilToldAsync(
        RuleRun run, IMeteredCloud metered, IReadOnlyCollection<Instance> instances)
    {
        ImmutableArray<InstanceUsage> usage = [];
        await run.WaitUntilAsync(
            "the work and the memory of every instance are told",
            async () =>
            {
                usage = await metered.ReadUsageAsync(run.Installation, run.Cancellation);
                return instances.All(
                    instance => usage.Any(
                        one => one.Instance == instance.Id && (one.CpuPercent is not null || one.MemoryPercent is not null)));
            },
            () => $"told are {string.Join(", ", usage)}");
        return usage;
    }
}
