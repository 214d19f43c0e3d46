using Muster.Cli.Configuration;
using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Nomad;
using Muster.Nomad.Client;
using Muster.Nomad.Identities;
using Muster.Nomad.Jobs;
using Muster.Nomad.Reconciling;
using Muster.Server.Tasks;

namespace Muster.Cli.Composition;

/// <summary>What a server has beside the rest when Nomad is its pulse.</summary>
internal sealed class NomadParts : IDisposable
{
    private readonly NomadClient _client;
    private readonly SigningKeys _keys;

    private NomadParts(NomadClient client, SigningKeys keys, NomadPulse pulse, TaskParts? tasks) =>
        (_client, _keys, Pulse, Tasks) = (client, keys, pulse, tasks);

    /// <summary>The pulse.</summary>
    public NomadPulse Pulse { get; }

    /// <summary>What its tasks need that make their checks themselves; null when they ask the server for them.</summary>
    public TaskParts? Tasks { get; }

    /// <exception cref="InputException">A file with certificates is wrong.</exception>
    public static NomadParts Make(
        NomadConfig config, Pulse engine, IStore store, StoreTime timeProvider,
        IRandomSource random, Reconciler reconciler, ReconcilerOptions options,
        ICloudAccess access, ICloudDirectory clouds, ActivityFeed feed, IPulseObserver observer, IJobObserver jobs,
        IActingGate gate)
    {
        var client = new NomadClient(config.Options, timeProvider);
        var limits = new JobLimits();
        limits.RoundEvery = config.Rounds ?? limits.RoundEvery;
        var keeper = new JobKeeper(
            new JobReconciler(store, client, config.Jobs, limits, new JobLedger(), timeProvider, jobs),
            new ObstacleTrail(store, feed, limits, timeProvider, random), client, limits, timeProvider, random, jobs,
            async cancellationToken => (await store.ReadPauseAsync(cancellationToken)).Pause is not null);
        var keys = new SigningKeys(client, timeProvider);
        var proofs = config.Jobs.Identity is JobIdentity.Workload
            ? new TaskProofs(store.Installation, config.Options.Namespace, keys, timeProvider)
            : null;
        var workloads = proofs is null ? null : new NomadWorkloads(proofs);
        var tasks = config.Jobs.Task is JobTask.Scale
            ? new TaskParts(access, workloads, options.LeaseDuration, options.LaunchExpiry, gate)
            : null;
        return new(
            client,
            keys,
            new(engine, keeper, proofs, new(clouds), store, timeProvider, reconciler.Holder, reconciler.LeaseDuration, observer),
            tasks);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _client.Dispose();
    }
}
