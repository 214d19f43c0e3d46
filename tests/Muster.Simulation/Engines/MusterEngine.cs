using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Launches;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Simulation.Engines;

/// <summary>The real engine: governor, reconciler and pulse, as a server puts them together.</summary>
public sealed class MusterEngine : IEngine, ICloudDirectory, IPulseObserver, IDisposable
{
    private readonly List<CloudEntry> entries;
    private readonly Pulse pulse;
    private readonly Action<string> onBug;
    private readonly IStore store;
    private readonly StoreTime time;
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Puts it together.</summary>
    public MusterEngine(EngineParts parts)
    {
        onBug = parts.OnBug;
        store = parts.Store;
        time = new(parts.Time);
        entries =
        [
            .. parts.Clouds.Select(cloud =>
                new CloudEntry(cloud.Key, "simulated", GovernedCloud.Over(cloud.Key, cloud.Value, time))),
        ];
        var reconciler = new Reconciler(
            parts.Store, time, parts.Random, new RandomLaunchIdentities(parts.Random), parts.Options, parts.Name);
        pulse = new(
            parts.Store, this, reconciler, new ActivityFeed(), time, parts.Random, parts.Pulse, this);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CloudEntry> Entries => entries;

    /// <inheritdoc/>
    public CloudEntry? Find(AccountId account, string name) => entries.Find(entry => entry.Name == name);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stopping)
    {
        await KnowTheTimeAsync(stopping);
        ready.SetResult();
        await pulse.RunAsync(new("simulated", "simulated"), stopping);
    }

    /// <inheritdoc/>
    public void Wake(GroupId group) => pulse.Wake(group);

    /// <inheritdoc/>
    public async Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken)
    {
        // A server answers nobody before it knows the time.
        await ready.Task;
        return await pulse.CheckAsync(group, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => pulse.Dispose();

    /// <summary>A server that cannot read the store's clock does not start; whoever starts it tries again.</summary>
    private async Task KnowTheTimeAsync(CancellationToken stopping)
    {
        while (!time.IsKnown && !stopping.IsCancellationRequested)
        {
            try
            {
                await time.SynchronizeAsync(store, CancellationToken.None);
            }
            catch (StoreException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None);
            }
        }
    }

    /// <inheritdoc/>
    public void OnChecked(CheckReport report, TimeSpan duration)
    {
    }

    /// <inheritdoc/>
    public void OnSwept(SweepReport report)
    {
    }

    /// <inheritdoc/>
    public void OnFailed(string what, Exception error, TimeSpan retryIn)
    {
        if (error is not (CloudException or StoreException))
        {
            onBug($"{what}: {error}");
        }
    }
}
