using System.Diagnostics;

using Muster.Core.Storage;

namespace Muster.Bench;

/// <summary>One sweep of 10,000 healthy groups of 10 instances: what a minute costs when nothing happens.</summary>
internal static class SweepBench
{
    private const int Groups = 10_000;
    private const int InstancesEach = 10;

    public static async Task<IEnumerable<Figure>> RunAsync(Func<Task<IStore>> openStore)
    {
        await using var rig = new EngineRig(await openStore(), TimeSpan.Zero);
        await rig.PrepareAsync();
        var groups = await Task.WhenAll(
            Enumerable.Range(0, Groups).Select(_ => rig.AddGroupAsync(InstancesEach, interval: TimeSpan.FromSeconds(5))));
        foreach (var group in groups)
        {
            rig.Fill(group, InstancesEach);
        }

        var pages = rig.Cloud.Instances.Length / 500;
        var sweeps = new List<(double Cpu, double Wall, int Pages, int Checked)>();
        var cpuBefore = Cpu();
        var sweepDone = new SemaphoreSlim(0);
        rig.Swept = report =>
        {
            var cpu = Cpu();
            sweeps.Add((cpu - cpuBefore, report.Duration.TotalSeconds, report.Pages, report.Groups));
            cpuBefore = cpu;
            sweepDone.Release();
        };
        rig.Start();
        for (var sweep = 0; sweep < 6; sweep++)
        {
            await sweepDone.WaitAsync();
        }

        // The first sweep writes 10,000 first activities and warms the code up; a minute like any other comes after.
        var settled = sweeps.Skip(1).Where(sweep => sweep.Checked > Groups / 2).OrderBy(sweep => sweep.Cpu).ToList();
        var median = settled[settled.Count / 2];
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return
        [
            new(
                $"sweep of {Groups} healthy groups × {InstancesEach}: CPU",
                median.Cpu,
                "s",
                $"{median.Checked} groups checked, wall {median.Wall:0.000} s",
                median.Cpu <= 1,
                "≤ 1 s"),
            new(
                "  calls to the cloud in that sweep", median.Pages, "calls", $"pages of the list: {pages}", median.Pages == pages,
                "= pages"),
            new(
                "  memory of the process with all of it loaded, the simulated cloud's own included",
                process.WorkingSet64 / 1e6,
                "MB",
                $"managed heap {GC.GetTotalMemory(forceFullCollection: true) / 1e6:0} MB",
                process.WorkingSet64 / 1e6 <= 250,
                "≤ 250 MB"),
        ];
    }

    private static double Cpu()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
