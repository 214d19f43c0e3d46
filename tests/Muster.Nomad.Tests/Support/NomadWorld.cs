using Muster.Core.Storage;
using Muster.Nomad.Client;
using Muster.Nomad.Jobs;
using Muster.Nomad.Reconciling;
using Muster.Simulators.Nomad;
using Muster.Simulators.Nomad.Settings;
using Muster.Storage.Memory;

namespace Muster.Nomad.Tests.Support;

/// <summary>A store with groups, a simulated Nomad whose tasks are real processes, and the reconciling between them.</summary>
internal sealed class NomadWorld : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private NomadWorld(MemoryStore store, TimeProvider timeProvider) => (Store, Time) = (store, timeProvider);

    public MemoryStore Store { get; }

    public TimeProvider Time { get; }

    public NomadSimulatorOptions Options { get; private set; } = null!;

    public NomadSimulator Nomad { get; private set; } = null!;

    public NomadClient Client { get; private set; } = null!;

    public JobSettings Settings { get; } = SomeJobs.Settings;

    public JobLimits Limits { get; } = new() { RoundEvery = TimeSpan.FromSeconds(30) };

    public RecordingObserver Observer { get; } = new();

    public JobReconciler Reconciler { get; private set; } = null!;

    /// <summary>Parents, without children.</summary>
    public IEnumerable<string> Jobs => Nomad.Cluster.JobIds.Where(id => JobIds.ParentOf(id) is null);

    /// <param name="groups">How many groups there are.</param>
    /// <param name="script">What a task does: a shell script.</param>
    /// <param name="timeProvider">The clock of all.</param>
    public static async Task<NomadWorld> StartAsync(int groups, string script = "exit 0", TimeProvider? timeProvider = null)
    {
        var world = new NomadWorld(await SomeGroups.StoreAsync(groups, timeProvider), timeProvider ?? TimeProvider.System);
        var command = Path.Combine(world._directory.Path, "muster");
        await File.WriteAllTextAsync(command, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        world.Settings.Command = command;
        world.Options = new() { Directory = Path.Combine(world._directory.Path, "nomad"), LeaderPatience = TimeSpan.Zero };
        world.Nomad = await NomadSimulator.StartAsync(world.Options, world.Time);
        world.Client = new(new() { Addresses = [world.Nomad.Url] }, TimeProvider.System);
        world.Reconciler = world.NewServer();
        return world;
    }

    /// <summary>Another server on the same store, or the same one after a restart: it knows nothing of its jobs.</summary>
    public JobReconciler NewServer(IPulseStore? store = null) => new(store ?? Store, Client, Settings, Limits, new(), Time, Observer);

    public JobKeeper Keeper(JobReconciler? reconciler = null) => new(
        reconciler ?? Reconciler, new(Store, new(), Limits, Time, new SeededRandom(2)), Client, Limits, Time, new SeededRandom(1), Observer,
        async cancellationToken => (await Store.ReadPauseAsync(cancellationToken)).Pause is not null);

    public string Job(int group) =>
        Jobs.Single(id => id.StartsWith(JobIds.Prefix(SomeJobs.Installation, JobKey.Of(SomeGroups.Id(group))), StringComparison.Ordinal));

    /// <summary>Waits until every check that was begun has ended.</summary>
    public Task WhenQuietAsync() => Nomad.Cluster.WaitAsync(
        cluster => !cluster.ListJobs("", "*").Any(job => (string?)job!["ParentID"] != "" && (string?)job["Status"] != "dead"),
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Nomad.DisposeAsync();
        await Store.DisposeAsync();
        _directory.Dispose();
    }
}
