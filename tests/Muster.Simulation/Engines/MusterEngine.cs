using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Steering.Rounds;
using Muster.Core.Storage;

namespace Muster.Simulation.Engines;

/// <summary>The real engine: governor, reconciler and pulse, as a server puts them together.</summary>
public sealed class MusterEngine : IEngine, ICloudDirectory, IPulseObserver, ISteeringObserver, IDisposable
{
    private readonly List<CloudEntry> _entries;
    private readonly Pulse _pulse;
    private readonly SteeringRounds? _rounds;
    private readonly Action<string> _onBug;
    private readonly Action<Exception> _onRoundFailed;
    private readonly IStore _store;
    private readonly StoreTime _timeProvider;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Puts it together.</summary>
    public MusterEngine(EngineParts parts)
    {
        (_onBug, _onRoundFailed) = (parts.OnBug, parts.OnRoundFailed);
        _store = parts.Store;
        _timeProvider = new(parts.Time);
        _entries =
        [
            .. parts.Clouds.Select(cloud =>
                new CloudEntry(cloud.Key, "simulated", GovernedCloud.Over(cloud.Key, cloud.Value, _timeProvider))),
        ];
        var reconciler = new Reconciler(
            parts.Store, _timeProvider, parts.Random, new RandomLaunchIdentities(parts.Random), parts.Options, parts.Name,
            prices: parts.Prices, loads: parts.Loads);
        var feed = new ActivityFeed();
        _pulse = new(parts.Store, this, reconciler, feed, _timeProvider, parts.Random, parts.Pulse, this);
        _rounds = parts.Board is null ? null : new(
            parts.Store, parts.Store, parts.Store, parts.Board, _pulse, feed, _timeProvider, parts.Random, parts.Steering, this,
                parts.Name);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CloudEntry> Entries => _entries;

    /// <inheritdoc/>
    public CloudEntry? Find(AccountId account, string name) => _entries.Find(entry => entry.Name == name);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        await KnowTheTimeAsync(stopping);
        _ready.SetResult();
        var pulse = _pulse.RunAsync(new("simulated", "simulated"), stopping);
        await (_rounds is null ? pulse : Task.WhenAll(pulse, _rounds.RunAsync(stopping)));
    }

    /// <inheritdoc/>
    public void Wake(GroupId group) => _pulse.Wake(group);

    /// <inheritdoc/>
    public async Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken)
    {
        // A server answers nobody before it knows the time.
        await _ready.Task;
        return await _pulse.CheckAsync(group, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pulse.Dispose();
        _rounds?.Dispose();
    }

    /// <summary>A server that cannot read the store's clock does not start; whoever starts it tries again.</summary>
    private async Task KnowTheTimeAsync(CancellationToken stopping)
    {
        while (!_timeProvider.IsKnown && !stopping.IsCancellationRequested)
        {
            try
            {
                await _timeProvider.SynchronizeAsync(_store, CancellationToken.None);
            }
            catch (StoreException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), _timeProvider, CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public void OnChecked(CheckReport report, TimeSpan duration)
    {
    }

    /// <inheritdoc/>
    public void OnRound(RoundReport report)
    {
    }

    /// <inheritdoc/>
    public void OnFailed(Exception error) => _onRoundFailed(error);

    /// <inheritdoc/>
    public void OnSwept(SweepReport report)
    {
    }

    /// <inheritdoc/>
    public void OnFailed(string what, Exception error, TimeSpan retryIn)
    {
        if (error is not (CloudException or StoreException))
        {
            _onBug($"{what}: {error}");
        }
    }
}
