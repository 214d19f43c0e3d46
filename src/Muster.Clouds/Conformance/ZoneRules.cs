using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Conformance;

/// <summary>Where a launch puts an instance, on clouds with zones.</summary>
internal static class ZoneRules
{
    /// <summary>A zone that no cloud has.</summary>
    private const string NoZone = "muster-no-such-zone";

    public static async Task NamesAsync(RuleRun run)
    {
        var zones = await NeedAsync(run);

        var bad = zones.Where(zone => !EntityName.IsValid(zone)).ToArray();
        Expect.That(bad.Length == 0, $"zones are named '{string.Join("', '", bad)}': expected {EntityName.Rule}");
        Expect.That(zones.Distinct(StringComparer.Ordinal).Count() == zones.Length, $"a zone is listed twice: {string.Join(", ", zones)}");
        var again = await NeedAsync(run);
        Expect.That(zones.SequenceEqual(again), $"the zones are {string.Join(", ", zones)}, and then {string.Join(", ", again)}");
    }

    public static async Task EachAsync(RuleRun run)
    {
        var group = run.NewGroup();
        foreach (var zone in (await NeedAsync(run)).Take(run.Harness.Crowd))
        {
            var listed = await run.LaunchRunningAsync(group, run.Request(group) with { Zone = zone });

            Expect.Equal(zone, listed.Zone, $"the zone of an instance for which {zone} was asked for");
        }
    }

    public static async Task UnknownAsync(RuleRun run)
    {
        var group = run.NewGroup();

        var error = await Expect.CloudErrorAsync(
            () => run.LaunchAsync(run.Request(group) with { Zone = NoZone }), $"a launch in the zone {NoZone}");

        Expect.Equal(CloudErrorKind.InvalidRequest, error.Kind, $"the kind of the error '{error.Message}'");
        Expect.That(error.Message.Contains(NoZone, StringComparison.Ordinal), $"'{error.Message}' does not name '{NoZone}'");
        await run.ExpectListedAsync(new InstanceFilter(run.Installation, Group: group));
    }

    public static async Task AnyAsync(RuleRun run)
    {
        var zones = await NeedAsync(run);
        var group = run.NewGroup();

        var listed = await run.LaunchRunningAsync(group, run.Request(group));

        Expect.That(
            listed.Zone is { } zone && zones.Contains(zone),
            $"the zone of an instance for which none was asked for is {listed.Zone ?? "missing"}: "
            + $"expected one of {string.Join(", ", zones)}");
    }

    private static async Task<ImmutableArray<string>> NeedAsync(RuleRun run)
    {
        const string NoZones = "the cloud has no zones";
        var zoned = RuleRun.Need(run.Harness.Zones, NoZones);
        RuleRun.SkipUnless(zoned.MayHaveZones, NoZones);
        var zones = await zoned.ListZonesAsync(run.Cancellation);
        RuleRun.SkipUnless(!zones.IsEmpty, NoZones);
        return zones;
    }
}
