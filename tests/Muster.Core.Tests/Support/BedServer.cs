using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Launches;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Simulation.Clouds;
using Muster.Simulation.Randomness;
using Muster.Simulation.Time;

namespace Muster.Core.Tests.Support;

/// <summary>One server of a <see cref="ServersBed"/>: it may stand still, die, or lose its store.</summary>
internal sealed class BedServer : ICloudDirectory, IPulseObserver
{
    private readonly SimulationContext context;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BedServer(string name, IStore store, SimulatedCloud cloud, SimulationLoop loop, ServersBed bed)
    {
        context = loop.CreateContext(name);
        var time = new StoreTime(loop.CreateTime(context));
        var random = new SeededRandom(1, name);
        Governor = new(
            "sim",
            new(cloud.Traits.ReadsPerSecond, cloud.Traits.Burst),
            new(cloud.Traits.WritesPerSecond, cloud.Traits.Burst),
            time);
        Entries = [new("sim", "simulated", new(cloud, Governor))];
        var watched = FailingStore.Before(store, (call, arguments) =>
        {
            Calls.Add((call, bed.Now));
            return IsCutOff;
        });
        var reconciler = new Reconciler(watched, time, random, new RandomLaunchIdentities(random), new(), name);
        Pulse = new(watched, this, reconciler, new(), time, random, new(), this);
        context.Post(_ => _ = RunAsync(), state: null);
    }

    public Pulse Pulse { get; }

    public CallGovernor Governor { get; }

    public IReadOnlyList<CloudEntry> Entries { get; }

    /// <summary>Whether every call to the store fails.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>Every call to the store so far.</summary>
    public List<(string Name, DateTimeOffset At)> Calls { get; } = [];

    public List<string> Failures { get; } = [];

    /// <summary>Listings of the cloud that it asked for.</summary>
    public long Reads => Governor.Figures.Reads;

    public CloudEntry? Find(AccountId account, string name) => name == "sim" ? Entries[0] : null;

    public void Wake(GroupId group) => context.Post(_ => Pulse.Wake(group), state: null);

    public void Pause() => context.Pause();

    public void Resume() => context.Resume();

    public void Kill() => context.Kill();

    public Task StopAsync()
    {
        if (context.IsDead)
        {
            return Task.CompletedTask;
        }

        context.Post(_ => stop.Cancel(), state: null);
        return ended.Task;
    }

    public void OnChecked(CheckReport report, TimeSpan duration)
    {
    }

    public void OnSwept(SweepReport report)
    {
    }

    public void OnFailed(string what, Exception error, TimeSpan retryIn) => Failures.Add($"{what}: {error.Message}");

    private async Task RunAsync()
    {
        try
        {
            await Pulse.RunAsync(new("test", "test"), stop.Token);
            ended.SetResult();
        }
        catch (Exception error)
        {
            ended.SetException(error);
        }
    }
}
