using System.Globalization;

using Muster.Bench;
using Muster.Core;
using Muster.Core.Storage;
using Muster.Core.Storage.Memory;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var which = args.Length == 0 ? "all" : args[0];
Func<Task<IStore>> memory = () => Task.FromResult<IStore>(new MemoryStore(new InstallationId(new SystemRandomSource().NextId())));
var figures = new List<Figure>();
if (which is "all" or "converge")
{
    figures.AddRange(await ConvergeBench.RunAsync(memory));
}

if (which is "all" or "sweep")
{
    figures.AddRange(await SweepBench.RunAsync(memory));
}

foreach (var figure in figures)
{
    var verdict = figure.IsMet switch { true => "met", false => "MISSED", null => "" };
    Console.WriteLine($"| {figure.What} | {figure.Value:0.###} {figure.Unit} | {figure.Beside} | {figure.Target} {verdict} |");
}
