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

    /// <summary>Puts it together.</summary>
    public MusterEngine(EngineParts parts)
    {
        onBug = parts.OnBug;
        entries =
        [
            .. parts.Clouds.Select(cloud =>
                new CloudEntry(cloud.Key, "simulated", GovernedCloud.Over(cloud.Key, cloud.Value, parts.Time))),
        ];
        var reconciler = new Reconciler(
            parts.Store, parts.Time, parts.Random, new RandomLaunchIdentities(parts.Random), parts.Options, parts.Name);
        pulse = new(
            parts.Store, this, reconciler, new ActivityFeed(), parts.Time, parts.Random, parts.Pulse, this);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CloudEntry> Entries => entries;

    /// <inheritdoc/>
    public CloudEntry? Find(string name) => entries.Find(entry => entry.Name == name);

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken stopping) => pulse.RunAsync(stopping);

    /// <inheritdoc/>
    public void Wake(GroupId group) => pulse.Wake(group);

    /// <inheritdoc/>
    public Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken) =>
        pulse.CheckAsync(group, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => pulse.Dispose();

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
