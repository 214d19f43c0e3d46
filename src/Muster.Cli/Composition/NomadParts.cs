using Muster.Cli.Configuration;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Nomad;
using Muster.Nomad.Client;
using Muster.Nomad.Reconciling;

namespace Muster.Cli.Composition;

/// <summary>What a server has beside the rest when Nomad is its pulse.</summary>
internal sealed class NomadParts : IDisposable
{
    private readonly NomadClient client;

    private NomadParts(NomadClient client, NomadPulse pulse) => (this.client, Pulse) = (client, pulse);

    /// <summary>The pulse.</summary>
    public NomadPulse Pulse { get; }

    /// <exception cref="InputException">A file with certificates is wrong.</exception>
    public static NomadParts Make(
        NomadConfig config, Pulse engine, IStore store, StoreTime time, IRandomSource random, Reconciler reconciler, ActivityFeed feed,
        IPulseObserver observer, IJobObserver jobs)
    {
        var client = new NomadClient(config.Options, time);
        var limits = new JobLimits();
        var keeper = new JobKeeper(
            new JobReconciler(store, client, config.Jobs, limits, new JobLedger(), time, jobs),
            new ObstacleTrail(store, feed, limits, time, random), client, limits, time, random, jobs);
        return new(client, new(engine, keeper, store, time, reconciler.Holder, reconciler.LeaseDuration, observer));
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();
}
