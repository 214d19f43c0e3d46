using System.Collections.Concurrent;

using Muster.Simulation.Engines;

namespace Muster.Simulation.Worlds;

/// <summary>Many worlds, each on one thread, as many at once as there are processors.</summary>
public static class ManyWorlds
{
    /// <summary>Runs the worlds of consecutive seeds.</summary>
    /// <param name="from">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="onResult">Is told how each went, in any order, one at a time; null for nobody.</param>
    /// <param name="factory">The engine; null for Muster's own.</param>
    /// <param name="isMeant">Which seeds are run; null for all.</param>
    /// <returns>Those that failed, by seed.</returns>
    public static IReadOnlyList<RunResult> Run(
        ulong from, int count, Action<RunResult>? onResult = null, EngineFactory? factory = null, Func<ulong, bool>? isMeant = null)
    {
        var failed = new ConcurrentBag<RunResult>();
        var gate = new Lock();
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, index =>
        {
            if (isMeant?.Invoke(from + (ulong)index) == false)
            {
                return;
            }

            var result = World.Run(from + (ulong)index, factory);
            if (result.Violation is not null)
            {
                failed.Add(result);
            }

            lock (gate)
            {
                onResult?.Invoke(result);
            }
        });
        return [.. failed.OrderBy(result => result.Seed)];
    }
}
