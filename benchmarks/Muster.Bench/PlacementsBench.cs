using System.Collections.Immutable;
using System.Diagnostics;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Storage;
using Muster.Simulation.Time;
using Muster.Storage.Memory;

namespace Muster.Bench;

/// <summary>
/// What several placements cost: sharing a level, sweeps of spread groups, a stock that ends, and members that move home.
/// </summary>
internal static class PlacementsBench
{
    private const int Groups = 10_000;
    private const int InstancesEach = 9;

    private static readonly TimeSpan Latency = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Boot = TimeSpan.FromSeconds(20);

    public static async Task<IEnumerable<Figure>> RunAsync(Func<Task<IStore>> openStore)
    {
        var single = await SweepAsync(await openStore(), zones: 0);
        var spread = await SweepAsync(await openStore(), zones: 3);
        return
        [
            Distribute(),
            new(
                $"sweep of {Groups} healthy groups × {InstancesEach} over three placements: CPU",
                spread.Cpu,
                "s",
                $"one placement {single.Cpu:0.000} s, ratio {spread.Cpu / single.Cpu:0.00}; calls {spread.Pages} and {single.Pages}",
                spread.Cpu / single.Cpu <= 1.3 && spread.Pages == single.Pages,
                "ratio ≤ 1.3, no call more"),
            .. PlayInVirtualTime(),
        ];
    }

    private static Figure Distribute()
    {
        ImmutableArray<Place> places =
        [
            .. Enumerable.Range(0, 9)
                .Select(order => new Place { Name = $"zone-{order}", Order = order, Weight = 1 + (order % 3), Held = 100 }),
        ];
        var times = new List<double>();
        for (var run = 0; run < 20_000; run++)
        {
            var beganAt = Stopwatch.GetTimestamp();
            Distribution.Of(1000, places, surplus: 0, replacing: 0, surge: 100, returns: 0);
            times.Add(Stopwatch.GetElapsedTime(beganAt).TotalMicroseconds);
        }

        var median = times.Skip(10_000).Order().ElementAt(5000);
        return new("sharing 1,000 instances among 9 placements", median, "µs", "", median <= 50, "≤ 50 µs");
    }

    private static async Task<(double Cpu, int Pages)> SweepAsync(IStore store, int zones)
    {
        await using var rig = new EngineRig(store, TimeSpan.Zero);
        await rig.PrepareAsync();
        var layout = zones == 0 ? null : new Layout
        {
            Distribution = DistributionKind.Balanced,
            Placements =
            [
                .. Enumerable.Range(0, zones).Select(zone => new PlacementSpec { Name = $"zone-{zone}", Template = rig.Template.Id }),
            ],
        };
        var groups = await Task.WhenAll(Enumerable.Range(0, Groups)
            .Select(_ => rig.AddGroupAsync(InstancesEach, interval: TimeSpan.FromSeconds(5), layout: layout)));
        foreach (var group in groups)
        {
            rig.Fill(group, InstancesEach);
        }

        using var process = Process.GetCurrentProcess();
        var sweeps = new List<(double Cpu, int Pages, int Checked)>();
        var before = Cpu();
        var done = new SemaphoreSlim(0);
        rig.Swept = report =>
        {
            var cpu = Cpu();
            sweeps.Add((cpu - before, report.Pages, report.Groups));
            before = cpu;
            done.Release();
        };
        rig.Start();
        for (var sweep = 0; sweep < 6; sweep++)
        {
            await done.WaitAsync();
        }

        var settled = sweeps.Skip(1).Where(sweep => sweep.Checked > Groups / 2).OrderBy(sweep => sweep.Cpu).ToList();
        return (settled[settled.Count / 2].Cpu, settled[settled.Count / 2].Pages);

        double Cpu()
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>A group of ten whose first placement has nothing left, and a hundred that move home, in the clouds' own seconds.</summary>
    private static IEnumerable<Figure> PlayInVirtualTime()
    {
        var (spilled, returned) = (TimeSpan.Zero, TimeSpan.Zero);
        var loop = new SimulationLoop();
        loop.Run(
            async () =>
            {
                var time = loop.OutsideTime;
                await using (var rig =
                    new PlacementsRig(new MemoryStore(new(new SystemRandomSource().NextId()), time), Latency, Boot, time))
                {
                    rig.Home.HasStock = false;
                    await rig.StartAsync();
                    var beganAt = time.GetUtcNow();
                    await rig.AddGroupAsync(10, inFlight: 10);
                    await rig.UntilAsync(() => rig.Running(rig.Away) == 10);
                    spilled = time.GetUtcNow() - beganAt;
                }

                await using (var rig =
                    new PlacementsRig(new MemoryStore(new(new SystemRandomSource().NextId()), time), Latency, Boot, time))
                {
                    rig.Home.HasStock = false;
                    await rig.StartAsync();
                    await rig.AddGroupAsync(100, inFlight: 100);
                    await rig.UntilAsync(() => rig.Running(rig.Away) == 100);
                    rig.Home.HasStock = true;

                    // One proves that there is room again; the batches come after it has lasted.
                    await rig.UntilAsync(() => rig.Running(rig.Home) > 1);
                    var (beganAt, home) = (time.GetUtcNow(), rig.Running(rig.Home));
                    await rig.UntilAsync(() => rig.Running(rig.Home) == 100);
                    returned = (time.GetUtcNow() - beganAt) / (100 - home) * 90;
                }
            },
            () => false);
        var one = (Latency + Boot).TotalSeconds;
        var idealSpill = one + 0.05;
        var idealReturn = 9 * one;
        return
        [
            new(
                "ten instances, nothing left in the first placement, virtual time",
                spilled.TotalSeconds,
                "s",
                $"one launch and its boot, and one refused call: {idealSpill:0.0} s, ratio {spilled.TotalSeconds / idealSpill:0.00}",
                spilled.TotalSeconds / idealSpill <= 1.2,
                "ratio ≤ 1.2"),
            new(
                "ninety instances that move home, ten at a time, virtual time",
                returned.TotalSeconds,
                "s",
                $"nine launches and boots, one after the other: {idealReturn:0} s, ratio {returned.TotalSeconds / idealReturn:0.00}",
                returned.TotalSeconds / idealReturn <= 1.15,
                "ratio ≤ 1.15"),
        ];
    }
}
