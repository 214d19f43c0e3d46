using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Planning;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>The embedded pulse: checks every living group at its interval, and at once when something changed.</summary>
/// <remarks>
/// Groups that are due are served by sweeps, one listing for each account and cloud (<see cref="SweepRunner"/>). A group that hurries
/// (changed by a user, hinted at by its cloud, on its way to its level) is checked alone where the cloud can list it alone, else by its
/// sweep (<see cref="LoneChecks"/>). <see cref="Schedule"/> says when. Servers on one store share the sweeps (<see cref="SweepSharing"/>).
/// </remarks>
public sealed class Pulse : IPulse, IDisposable
{
    private readonly PulseParts parts;
    private readonly SweepSharing sharing;
    private readonly PacedChecks paced;
    private readonly SweepRunner sweeps;
    private readonly LoneChecks checks;
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource abort = new();

    /// <summary>A pulse that rests until <see cref="RunAsync"/>.</summary>
    public Pulse(
        IStore store,
        ICloudDirectory clouds,
        Reconciler reconciler,
        ActivityFeed feed,
        StoreTime time,
        IRandomSource random,
        PulseOptions options,
        IPulseObserver observer)
    {
        parts = new()
        {
            Store = store,
            Clouds = clouds,
            Reconciler = reconciler,
            Feed = feed,
            Time = time,
            Random = random,
            Options = options,
            Observer = observer,
            Schedule = new(time, random, options, reconciler.LeaseDuration),
            History = new(),
            Tasks = new(),
            Stopping = stop.Token,
            Abort = abort.Token,
        };
        sharing = new(parts);
        paced = new(parts);
        checks = new(parts, sharing, paced);
        sweeps = new(parts, checks, paced);
    }

    /// <inheritdoc/>
    public PulseStatus Status => sharing.Describe(
        parts.Schedule.Describe([.. parts.Clouds.Entries.Select(entry => entry.Cloud.Governor.Figures)]));

    /// <inheritdoc/>
    public CheckHistory History => parts.History;

    /// <inheritdoc/>
    public int GroupsBelow => parts.Schedule.GroupsBelow;

    /// <summary>Beats until <paramref name="stopping"/>; then gives its sweeps back, finishes what is in flight and returns.</summary>
    /// <param name="server">What other servers and people learn of this one.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunAsync(ServerIdentity server, CancellationToken stopping)
    {
        using var registration = stopping.Register(Stop);
        parts.History.Where = server.Address;
        await sharing.BeginAsync(server);
        parts.Tasks.Run(sharing.RunAsync);
        var watchers = new CloudWatchers(parts);
        while (!stopping.IsCancellationRequested)
        {
            watchers.BeginNew();
            await parts.Schedule.WaitAsync(StartWhatIsDue());
        }

        using var patience = new CancellationTokenSource(parts.Options.StopTimeout, parts.Time);
        using var drop = patience.Token.Register(abort.Cancel);
        await parts.Tasks.WhenIdleAsync();
        await sharing.RetireAsync();
    }

    /// <inheritdoc/>
    public void Wake(GroupId group) => parts.Schedule.Wake(group);

    /// <inheritdoc/>
    public void WakeAll()
    {
        foreach (var entry in parts.Clouds.Entries)
        {
            parts.Schedule.WakeAll(entry);
        }
    }

    /// <inheritdoc/>
    public Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken) => checks.CheckAsync(group, cancellationToken);

    /// <inheritdoc/>
    public async Task<Plan> PlanAsync(GroupId group, Func<GroupRecord, GroupRecord>? assumed, CancellationToken cancellationToken)
    {
        var read = await parts.ReadAsync(group, cancellationToken);
        var record = assumed is null ? read : assumed(read);
        return (await paced.AssessAsync(record, cancellationToken)).Plan;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sharing.Dispose();
        parts.Schedule.Dispose();
        stop.Dispose();
        abort.Dispose();
    }

    private void Stop()
    {
        stop.Cancel();
        parts.Schedule.Ring();
    }

    /// <summary>Starts every sweep and lone check that is due; returns how long until the next one.</summary>
    private TimeSpan StartWhatIsDue()
    {
        var due = parts.Schedule.TakeDue();
        foreach (var sweep in due.Sweeps)
        {
            parts.Tasks.Run(() => sweeps.RunAsync(sweep));
        }

        foreach (var group in due.Alone)
        {
            parts.Tasks.Run(() => checks.CheckClaimedAsync(group));
        }

        return due.Next;
    }
}
