using System.Globalization;

using BenchmarkDotNet.Running;

using Muster.Bench;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Storage.Sqlite;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var wanted = args.Length == 0 ? ["converge", "sweep", "repair", "scale", "http", "terraform"] : args;
var folder = Directory.CreateTempSubdirectory("muster-bench-");
var stores = 0;

async Task<IStore> OpenStoreAsync() => await SqliteStore.OpenAsync(
    new() { Path = Path.Combine(folder.FullName, $"{stores++}", "muster.db") }, new SystemRandomSource(), TimeProvider.System, CancellationToken.None);

try
{
    foreach (var name in wanted)
    {
        var figures = name switch
        {
            "converge" => await ConvergeBench.RunAsync(OpenStoreAsync),
            "sweep" => await SweepBench.RunAsync(OpenStoreAsync),
            "repair" => await RepairBench.RunAsync(),
            "scale" => await ScaleBench.RunAsync(),
            "http" => await HttpBench.RunAsync(),
            "terraform" => await TerraformBench.RunAsync(),
            "planner" => RunPlanner(),
            _ => throw new ArgumentException($"no benchmark '{name}': converge, sweep, repair, scale, http, terraform, planner"),
        };
        foreach (var figure in figures)
        {
            var verdict = figure.IsMet switch { true => $"{figure.Target}: met", false => $"{figure.Target}: MISSED", null => figure.Target };
            Console.WriteLine($"| {figure.What} | {figure.Value:0.###} {figure.Unit} | {figure.Beside} | {verdict} |");
        }
    }
}
finally
{
    folder.Delete(recursive: true);
}

static IEnumerable<Figure> RunPlanner()
{
    BenchmarkRunner.Run<PlannerBench>();
    return [];
}
