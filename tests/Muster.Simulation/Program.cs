using System.Diagnostics;
using System.Globalization;

using Muster.Simulation;
using Muster.Simulation.Worlds;

// ./simulate --seeds N [--from S]      runs N worlds; exit code 1 when one fails, and it is printed with its last lines;
//                                      with --policies only those of them in which groups follow policies
//                                      with --gates only those in which instances drain and hooks hold them
//                                      with --pools only those in which groups have warm pools
// ./simulate --seed S [--trace]        runs one again; with --trace every line of what happens
if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine("usage: ./simulate --seeds N [--from S] [--policies] [--gates] [--pools] | --seed S [--trace]");
    return 2;
}

if (arguments.Seed is { } seed)
{
    var result = World.Run(seed, sink: arguments.Trace ? Console.WriteLine : null);
    Console.WriteLine(result);
    return result.Violation is null ? 0 : 1;
}

var clock = Stopwatch.StartNew();
var convergedIn = new List<TimeSpan>();
var (launched, terminated, virtualTime) = (0L, 0L, TimeSpan.Zero);
var failed = ManyWorlds.Run(arguments.From, arguments.Seeds, result =>
{
    (launched, terminated, virtualTime) = (launched + result.Launched, terminated + result.Terminated, virtualTime + result.Duration);
    if (result.ConvergedIn is { } took)
    {
        convergedIn.Add(took);
    }

    if (result.Violation is not null)
    {
        Console.WriteLine(result);
    }
},
    isMeant: seed => (!arguments.Policies || World.HasPolicies(seed)) && (!arguments.Gates || World.HasGates(seed))
        && (!arguments.Pools || World.HasPools(seed)));
convergedIn.Sort();
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"""
    {convergedIn.Count + failed.Count} worlds of {arguments.Seeds} from seed {arguments.From}, {failed.Count} failed{string.Concat(failed.Select(result => $" {result.Seed}"))}
    {(convergedIn.Count + failed.Count) / clock.Elapsed.TotalSeconds:0} worlds a second; {virtualTime.TotalDays:0} days lived, {launched} instances launched, {terminated} terminated
    at the level after the last fault: half within {At(0.5)}, 99 of 100 within {At(0.99)}, all within {At(1)}
    """));
return failed.Count == 0 ? 0 : 1;

string At(double share) => convergedIn.Count == 0
    ? "-"
    : convergedIn[Math.Min(convergedIn.Count - 1, (int)(convergedIn.Count * share))].ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture);
