using System.Diagnostics;
using System.Globalization;

namespace Muster.Bench;

/// <summary><c>muster scale</c> with nothing to do, as a whole process: what a scheduler pays for a check.</summary>
internal static class ScaleBench
{
    private const int Runs = 25;

    public static async Task<IEnumerable<Figure>> RunAsync()
    {
        var data = Directory.CreateTempSubdirectory("muster-bench-").FullName;
        try
        {
            await ScaleAsync(data, 3);
            var runs = new List<(double Ms, double Mb)>();
            var floors = new List<double>();
            for (var run = 0; run < Runs; run++)
            {
                runs.Add(await ProcessRun.MeasureAsync([.. Arguments(data, 3)]));
                floors.Add((await ProcessRun.MeasureAsync(["version"])).Ms);
            }

            var ms = runs.Select(run => run.Ms).Order().ElementAt(Runs / 2);
            var mb = runs.Select(run => run.Mb).Order().ElementAt(Runs / 2);
            var floor = floors.Order().ElementAt(Runs / 2);
            return
            [
                new(
                    "muster scale, nothing to do, whole process", ms, "ms", $"muster version in the same run {floor:0.0} ms", ms <= 20,
                    "≤ 20 ms"),
                new("  of it in starts of muster version", ms / floor, "", "", ms <= 1.4 * floor, "≤ 1.4"),
                new("  its peak memory", mb, "MB", "", mb <= 40, "≤ 40 MB"),
            ];
        }
        finally
        {
            await ScaleAsync(data, 0);
            Directory.Delete(data, recursive: true);
        }
    }

    private static string[] Arguments(string data, int count) =>
        ["scale", "--cloud", "local", "--group", "web", "--count", $"{count}", "--image", "muster hello", "--data", data];

    private static async Task ScaleAsync(string data, int count) => await ProcessRun.MeasureAsync(Arguments(data, count));
}
