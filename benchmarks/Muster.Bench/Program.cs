using System.Globalization;

using BenchmarkDotNet.Running;

using Muster.Bench;
using Muster.Cli.Simulating;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Postgres.Testing;
using Muster.Storage.Postgres;
using Muster.Storage.Sqlite;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is [NomadProcess.Word])
{
    await NomadProcess.ServeAsync();
    return;
}

if (args is [ProbedProcess.Word])
{
    await ProbedProcess.ServeAsync();
    return;
}

var wanted = args.Length == 0
    ? [
        "converge", "sweep", "placements", "storm", "repair", "scale", "http", "store", "sharing", "terraform", "triton", "tsg", "nomad",
        "clouds", "steering", "health", "traffic", "pool",
    ]
    : args;
var folder = Directory.CreateTempSubdirectory("muster-bench-");
var stores = 0;

async Task<IStore> OpenStoreAsync() => await SqliteStore.OpenAsync(
    new() { Path = Path.Combine(folder.FullName, $"{stores++}", "muster.db") },
    new SystemRandomSource(),
    TimeProvider.System,
    CancellationToken.None);

try
{
    // A kind is long under its limits: each tells what it has found as soon as it is through.
    string[] kinds = [.. SimulatedClouds.Words.Select(one => one.Word)];
    foreach (var name in wanted.SelectMany(name => name is "clouds" ? [name, .. kinds] : new[] { name }))
    {
        var figures = name switch
        {
            "converge" => await ConvergeBench.RunAsync(OpenStoreAsync),
            "sweep" => await SweepBench.RunAsync(OpenStoreAsync),
            "placements" => await PlacementsBench.RunAsync(OpenStoreAsync),
            "storm" => StormBench.Run(),
            "repair" => await RepairBench.RunAsync(),
            "scale" => await ScaleBench.RunAsync(),
            "http" => await HttpBench.RunAsync(),
            "steering" => await SteeringBench.RunAsync(OpenStoreAsync),
            "health" => [.. await SickBench.RunAsync(OpenStoreAsync), .. await HealthBench.RunAsync()],
            "traffic" => await TrafficBench.RunAsync(OpenStoreAsync),
            "pool" => await PoolBench.RunAsync(),
            "store" => await WithPostgresAsync(open => StoreBench.RunAsync([("SQLite", OpenStoreAsync), ("PostgreSQL", open)])),
            "sharing" => await WithPostgresAsync(SharingBench.RunAsync),
            "terraform" => await TerraformBench.RunAsync(),
            "triton" => [.. await TritonCheckBench.RunAsync(), .. await TritonBench.RunAsync(OpenStoreAsync)],
            "check" => await TritonCheckBench.RunAsync(),
            "tsg" => await TsgBench.RunAsync(),
            "nomad" => await NomadBench.RunAsync(),
            "clouds" => await CloudsBench.RunAsync(),
            _ when kinds.Contains(name) => await SimulatedCloudsBench.RunAsync(name),
            "planner" => RunPlanner(),
            _ => throw new ArgumentException(
                $"no benchmark '{name}': converge, sweep, placements, storm, repair, scale, http, store, sharing, terraform, triton, "
                + "check, tsg, nomad, clouds, planner, steering, health, traffic, pool, or a simulated cloud: "
                + string.Join(", ", kinds)),
        };
        foreach (var figure in figures)
        {
            var verdict = figure.IsMet switch
            {
                true => $"{figure.Target}: met",
                false => $"{figure.Target}: MISSED",
                null => figure.Target,
            };
            Console.WriteLine($"| {figure.What} | {figure.Value:0.###} {figure.Unit} | {figure.Beside} | {verdict} |");
        }
    }
}
finally
{
    folder.Delete(recursive: true);
}

// Durable, as SQLite is here too: what was acknowledged is on disk.
static async Task<IEnumerable<Figure>> WithPostgresAsync(Func<Func<Task<IStore>>, Task<IEnumerable<Figure>>> bench)
{
    await using var server = await PostgresServer.StartAsync(new() { IsDurable = true }, CancellationToken.None);
    var database = await server.CreateDatabaseAsync(template: null, CancellationToken.None);
    var options = new PostgresStoreOptions { Url = PostgresUrl.Parse(server.TcpUrl(database)), Password = server.Password };
    return await bench(
        async () => await PostgresStore.OpenAsync(options, new SystemRandomSource(), TimeProvider.System, CancellationToken.None));
}

static IEnumerable<Figure> RunPlanner()
{
    BenchmarkRunner.Run<PlannerBench>();
    return [];
}
