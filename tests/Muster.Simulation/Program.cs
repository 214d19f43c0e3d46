using Muster.Simulation.Worlds;

var seed = ulong.Parse(args[0]);
var count = args.Length > 1 ? ulong.Parse(args[1]) : 1;
var sw = System.Diagnostics.Stopwatch.StartNew();
long steps = 0; var conv = new List<double>(); int made=0, term=0; double vt=0; int bad=0;
for (var s = seed; s < seed + count; s++)
{
    var result = World.Run(s, sink: args.Contains("--trace") ? Console.WriteLine : null);
    steps += result.Steps; made += result.Launched; term += result.Terminated; vt += result.Duration.TotalMinutes;
    if (result.ConvergedIn is {} c) conv.Add(c.TotalMinutes);
    if (result.Violation is not null) { bad++; Console.WriteLine(count==1? result : $"{s}: {result.Violation.Split('\n')[0]}"); }
    else if (count == 1) Console.WriteLine(result);
}
conv.Sort();
Console.WriteLine($"{count} worlds, {bad} bad, {sw.ElapsedMilliseconds/(double)count:0.0} ms each, steps {steps/(long)count}, made {made/(double)count:0}, term {term/(double)count:0}, virt {vt/count:0} min, conv p50 {(conv.Count>0?conv[conv.Count/2]:-1):0.0} p99 {(conv.Count>0?conv[conv.Count*99/100]:-1):0.0} max {(conv.Count>0?conv[^1]:-1):0.0}");
