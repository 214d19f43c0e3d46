using Muster.Simulation.Randomness;
using Muster.Simulation.Refereeing;
using Muster.Simulation.Time;

namespace Muster.Simulation.Worlds;

/// <summary>Has so many processes live at once, each with its own misfortunes.</summary>
internal sealed class ProcessKeeper(
    Scene scene, SimulationLoop loop, RandomStream random, Referee referee, Func<string, SimulatedProcess> start)
{
    // A stop may wait half a minute for what is in flight, then drops it; a store write that has begun is not dropped.
    // Each of those, and of the calls that hand the sweeps over, may hang until its time-out.
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(3);

    private readonly List<SimulatedProcess> _living = [];

    /// <summary>One of those that can be asked; null when there is none.</summary>
    public SimulatedProcess? Pick()
    {
        _living.RemoveAll(process => process.IsDead);
        return _living.Count == 0 ? null : random.Pick(_living.ToArray());
    }

    /// <summary>Runs one process after another until told to stop; the last one lives on.</summary>
    public async Task KeepAsync(int slot, TimeSpan until)
    {
        for (var life = 1; ; life++)
        {
            var process = start($"p{slot}.{life}");
            _living.Add(process);
            while (!process.IsDead && (process.IsStopping || loop.Now < until))
            {
                await Task.Delay(random.NextSpan(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(6)), loop.OutsideTime);
                if (loop.Now < until)
                {
                    await HurtAsync(process);
                }
            }

            if (!process.IsDead)
            {
                process.Spare();
                return;
            }

            await Task.Delay(random.NextSpan(TimeSpan.Zero, TimeSpan.FromMinutes(2)), loop.OutsideTime);
        }
    }

    private async Task HurtAsync(SimulatedProcess process)
    {
        switch (random.NextInt(0, 11))
        {
            case 0 or 1 or 2 when scene.Faults.HasFlag(Faults.Crashes):
                process.KillAfterSteps(random.NextInt(1, 60));
                break;
            case 3 or 4 when scene.Faults.HasFlag(Faults.Pauses) && !process.IsPaused:
                process.PauseAfterSteps(random.NextInt(1, 60), random.NextSpan(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(12)));
                break;
            case 5 when !process.IsPaused:
                await StopAsync(process);
                break;
            case 7 or 8 when scene.Faults.HasFlag(Faults.StoreCutOff):
                process.CutOffStore(random.NextSpan(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(4)));
                break;
            case 6 when scene.Faults.HasFlag(Faults.ClockJumps):
                Jump(process);
                break;
        }
    }

    private async Task StopAsync(SimulatedProcess process)
    {
        var stopped = process.StopAsync();
        await Task.WhenAny(stopped, Task.Delay(StopPatience, loop.OutsideTime));
        if (!stopped.IsCompleted && !process.IsPaused && !process.IsDead)
        {
            referee.Violate($"{process.Name} was asked to stop {StopPatience.TotalMinutes} minutes ago and has not");
        }
    }

    private void Jump(SimulatedProcess process)
    {
        var offset = random.NextSpan(
            TimeSpan.Zero, random.Pick(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30)));
        process.JumpClock(random.Chance(0.5) ? offset : -offset);
    }
}
