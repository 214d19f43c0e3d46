using System.Diagnostics;

using Muster.Core.Storage;

namespace Muster.Bench;

/// <summary>From nothing to N instances, against the ideal: ceil(N / parallel) × the cloud's own latency.</summary>
internal static class ConvergeBench
{
    private const int Parallel = 10;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(100);

    public static async Task<IEnumerable<Figure>> RunAsync(Func<Task<IStore>> openStore)
    {
        var figures = new List<Figure>();
        foreach (var count in (int[])[10, 100, 1000])
        {
            var runs = new List<double>();
            for (var run = 0; run < (count == 1000 ? 3 : 5); run++)
            {
                runs.Add((await ConvergeAsync(await openStore(), count)).TotalSeconds);
            }

            var ideal = Math.Ceiling(count / (double)Parallel) * Latency.TotalSeconds;
            figures.Add(new(
                $"converge 0 → {count}, {Parallel} in flight, {Latency.TotalMilliseconds:0} ms a launch",
                Median(runs),
                "s",
                $"ideal {ideal:0.0} s, ratio {Median(runs) / ideal:0.000}",
                Median(runs) / ideal <= 1.10,
                "ratio ≤ 1.10"));
        }

        return figures;
    }

    private static async Task<TimeSpan> ConvergeAsync(IStore store, int count)
    {
        await using var rig = new EngineRig(store, Latency);
        await rig.PrepareAsync();
        rig.Start();
        var group = await rig.AddGroupAsync(count, Parallel);
        var startedAt = Stopwatch.GetTimestamp();
        rig.Pulse.Wake(group.Id);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Checked = report =>
        {
            if (report.State.Counts.Live + report.State.Counts.Pending >= count)
            {
                done.TrySetResult();
            }
        };
        await done.Task;
        return Stopwatch.GetElapsedTime(startedAt);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
