using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Launches;
using Muster.Core.Launching;
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
    private readonly SimulationContext _context;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BedServer(string name, IStore store, SimulatedCloud cloud, SimulationLoop loop, ServersBed bed)
    {
        _context = loop.CreateContext(name);
        var timeProvider = new StoreTime(loop.CreateTime(_context));
        var random = new SeededRandom(1, name);
        Governor = new(
            "sim",
            new(cloud.Traits.ReadsPerSecond, cloud.Traits.Burst),
            new(cloud.Traits.WritesPerSecond, cloud.Traits.Burst),
            timeProvider);
        Entries = [new("sim", "simulated", new(cloud, Governor))];
        var watched = FailingStore.Before<IStore>(store, (call, arguments) =>
        {
            Calls.Add((call, bed.Now));
            return IsCutOff || call == FailingCall;
        });
        var reconciler = new Reconciler(watched, timeProvider, random, new RandomLaunchIdentities(random), new(), name, prices: bed.Prices);
        Pulse = new(watched, this, reconciler, new(), timeProvider, random, new(), this);
        _context.Post(_ => _ = RunAsync(), state: null);
    }

    public Pulse Pulse { get; }

    public CallGovernor Governor { get; }

    public IReadOnlyList<CloudEntry> Entries { get; }

    /// <summary>Whether every call to the store fails.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>The one call to the store that fails; null for none.</summary>
    public string? FailingCall { get; set; }

    /// <summary>Every call to the store so far.</summary>
    public List<(string Name, DateTimeOffset At)> Calls { get; } = [];

    public List<string> Failures { get; } = [];

    /// <summary>Listings of the cloud that it asked for.</summary>
    public long Reads => Governor.Figures.Reads;

    /// <summary>Whether each account has a credential of its own, so that no listing serves two.</summary>
    public bool IsByAccount { get; set; }

    public CloudEntry? Find(AccountId account, string name) => name == "sim" ? Entries[0] : null;

    public CredentialKey CredentialOf(AccountId account, string name) => new(name, IsByAccount ? account : null);

    public void Wake(GroupId group) => _context.Post(_ => Pulse.Wake(group), state: null);

    public void Pause() => _context.Pause();

    public void Resume() => _context.Resume();

    public void Kill() => _context.Kill();

    public Task StopAsync()
    {
        if (_context.IsDead)
        {
            return Task.CompletedTask;
        }

        _context.Post(_ => _stop.Cancel(), state: null);
        return _ended.Task;
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
            await Pulse.RunAsync(new("test", "test"), _stop.Token);
            _ended.SetResult();
        }
        catch (Exception error)
        {
            _ended.SetException(error);
        }
    }
}
