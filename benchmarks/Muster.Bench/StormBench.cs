using System.Diagnostics;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Simulation.Time;
using Muster.Storage.Memory;

namespace Muster.Bench;

/// <summary>
/// 5,000 new groups of 2 on a credential of 2 reads and 7 writes a second, while users change other groups: the writes are the bound.
/// </summary>
/// <remarks>
/// Nothing is scaled down but the clock, which is the simulator's: half an hour of a slow cloud passes in as long as the engine computes,
/// and every wait is counted in the cloud's own seconds. The store is the one in memory, since a real one would answer in real time.
/// </remarks>
internal static class StormBench
{
    private const int Groups = 5000;
    private const int InstancesEach = 2;
    private const double ReadsPerSecond = 2;
    private const double WritesPerSecond = 7;
    private const int Changes = 40;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    public static IEnumerable<Figure> Run()
    {
        var loop = new SimulationLoop();
        var (took, calls) = (0.0, (Reads: 0L, Writes: 0L));
        var late = 0L;
        var changes = new List<double>();
        var startedAt = Stopwatch.GetTimestamp();
        loop.Run(
            async () =>
            {
                var timeProvider = loop.OutsideTime;
                var rig = new EngineRig(
                    new MemoryStore(new(new SystemRandomSource().NextId()), timeProvider),
                    TimeSpan.FromSeconds(1),
                    traits: EngineRig.Traits with { ReadsPerSecond = ReadsPerSecond, WritesPerSecond = WritesPerSecond, Burst = 1 },
                    timeProvider: timeProvider);
                await rig.PrepareAsync();
                rig.Start();
                var healthy = new List<Group>();
                for (var number = 0; number < Changes; number++)
                {
                    healthy.Add(await rig.AddGroupAsync(InstancesEach));
                    rig.Fill(healthy[^1], InstancesEach);
                    rig.Pulse.Wake(healthy[^1].Id);
                }

                await Task.Delay(TimeSpan.FromMinutes(2), timeProvider);
                var figures = rig.Entries[0].Cloud.Governor.Figures;
                var before = rig.Cloud.Instances.Length;
                var beganAt = timeProvider.GetUtcNow();
                for (var number = 0; number < Groups; number++)
                {
                    rig.Pulse.Wake((await rig.AddGroupAsync(InstancesEach)).Id);
                }

                var people = ChangeAsync(rig, healthy, changes, timeProvider);
                while (rig.Cloud.Instances.Length < before + (Groups * InstancesEach) + Changes)
                {
                    await Task.Delay(TimeSpan.FromSeconds(0.1), timeProvider);
                }

                took = (timeProvider.GetUtcNow() - beganAt).TotalSeconds;
                await people;
                var after = rig.Entries[0].Cloud.Governor.Figures;
                calls = (after.Reads - figures.Reads, after.Writes - figures.Writes);
                late = rig.Pulse.Status.ChecksLate;
                await rig.DisposeAsync();
            },
            () => false);
        var ideal = (Groups * InstancesEach + Changes) / WritesPerSecond;
        changes.Sort();
        return
        [
            new(
                $"{Groups} new groups × {InstancesEach} at {ReadsPerSecond:0} reads/s and {WritesPerSecond:0} writes/s, virtual time",
                took,
                "s",
                $"ideal {ideal:0} s, ratio {took / ideal:0.000}; {calls.Reads} reads, {calls.Writes} writes, {late} checks late; "
                + $"took {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:0} s to compute",
                took / ideal <= 1.1,
                "ratio ≤ 1.1"),
            new(
                $"  a user's change of another group meanwhile, slowest of {Changes}",
                changes[^1],
                "s",
                $"median {changes[changes.Count / 2]:0.0} s",
                changes[^1] <= 5,
                "≤ 5 s"),
        ];
    }

    /// <summary>Every half a minute one of the healthy groups is to have one more.</summary>
    private static async Task ChangeAsync(EngineRig rig, List<Group> healthy, List<double> changes, TimeProvider timeProvider)
    {
        foreach (var group in healthy)
        {
            await Task.Delay(Every, timeProvider);
            var beganAt = timeProvider.GetUtcNow();
            await rig.ScaleAsync(group.Id, InstancesEach + 1);
            while (rig.Cloud.Instances.Count(instance => instance.Group == group.Id) <= InstancesEach)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.05), timeProvider);
            }

            changes.Add((timeProvider.GetUtcNow() - beganAt).TotalSeconds);
        }
    }
}
