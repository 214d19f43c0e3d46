using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Planning;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>The embedded pulse: checks every living group at its interval, and at once when something changed.</summary>
/// <remarks>
/// Groups that are due are served by sweeps, one for each account and cloud; one listing serves those that share a credential
/// (<see cref="SweepRunner"/>). A group that hurries
/// (changed by a user, hinted at by its cloud, on its way to its level) is checked alone where the cloud can list it alone, else by its
/// sweep (<see cref="GroupRunner"/>). <see cref="Schedule"/> says when. Servers on one store share the sweeps (<see cref="SweepSharing"/>).
/// </remarks>
public sealed class Pulse : IPulse, IDisposable
{
    private readonly PulseParts _parts;
    private readonly SweepSharing _sharing;
    private readonly PacedChecks _paced;
    private readonly SweepRunner _sweeps;
    private readonly GroupRunner _checks;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();

    /// <summary>A pulse that rests until <see cref="RunAsync"/>.</summary>
    public Pulse(
        IPulseStore store,
        ICloudDirectory clouds,
        Reconciler reconciler,
        ActivityFeed feed,
        StoreTime timeProvider,
        IRandomSource random,
        PulseOptions options,
        IPulseObserver observer)
    {
        _parts = new()
        {
            Store = store,
            Clouds = clouds,
            Reconciler = reconciler,
            Feed = feed,
            Time = timeProvider,
            Random = random,
            Options = options,
            Observer = observer,
            Schedule = new(
                timeProvider, random, options, reconciler.LeaseDuration, sweep => clouds.CredentialOf(sweep.Account, sweep.Cloud)),
            History = new(),
            Tasks = new(),
            Stopping = _stop.Token,
            Abort = _abort.Token,
        };
        _sharing = new(_parts);
        _paced = new(_parts);
        _checks = new(_parts, _sharing, _paced);
        _sweeps = new(_parts, _checks, _paced);
    }

    /// <inheritdoc/>
    public PulseStatus Status => _sharing.Describe(
        _parts.Schedule.Figures.Describe([.. _parts.Clouds.Entries.Select(entry => entry.Cloud.Governor.Figures)]));

    /// <inheritdoc/>
    public CheckHistory History => _parts.History;

    /// <inheritdoc/>
    public int GroupsBelow => _parts.Schedule.Figures.GroupsBelow;

    /// <inheritdoc/>
    public int GroupsMostlyUnhealthy => _parts.Schedule.Figures.GroupsMostlyUnhealthy;

    /// <summary>Beats until <paramref name="stopping"/>; then gives its sweeps back, finishes what is in flight and returns.</summary>
    /// <param name="server">What other servers and people learn of this one.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunAsync(ServerIdentity server, CancellationToken stopping)
    {
        using var registration = stopping.Register(Stop);
        _parts.History.Where = server.Address;
        await _sharing.BeginAsync(server);
        _parts.Tasks.Run(_sharing.RunAsync);
        var watchers = new CloudWatchers(_parts);
        while (!stopping.IsCancellationRequested)
        {
            watchers.BeginNew();
            await _parts.Schedule.Due.WaitAsync(StartWhatIsDue());
        }

        using var patience = new CancellationTokenSource(_parts.Options.StopTimeout, _parts.Time);
        using var drop = patience.Token.Register(_abort.Cancel);
        await _parts.Tasks.WhenIdleAsync();
        await _sharing.RetireAsync();
    }

    /// <inheritdoc/>
    public void Wake(GroupId group) => _parts.Schedule.Wakes.Wake(group);

    /// <inheritdoc/>
    public void WakeAll()
    {
        foreach (var entry in _parts.Clouds.Entries)
        {
            _parts.Schedule.Wakes.WakeAll(entry);
        }

        _parts.Schedule.Wakes.WakeFollowed();
    }

    /// <inheritdoc/>
    public Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken) => _checks.CheckAsync(group, cancellationToken);

    /// <inheritdoc/>
    public async Task<Plan> PlanAsync(GroupId group, Func<GroupRecord, GroupRecord>? assumed, CancellationToken cancellationToken)
    {
        var read = await _parts.ReadAsync(group, cancellationToken);
        return assumed is null
            ? (await _paced.AssessAsync(read, isAssumed: false, cancellationToken)).Plan
            : await PlanAsync(assumed(read), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Plan> PlanAsync(GroupRecord assumed, CancellationToken cancellationToken) =>
        (await _paced.AssessAsync(assumed, isAssumed: true, cancellationToken)).Plan;

    /// <inheritdoc/>
    public void Dispose()
    {
        _sharing.Dispose();
        _parts.Schedule.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }

    private void Stop()
    {
        _stop.Cancel();
        _parts.Schedule.Due.Ring();
    }

    /// <summary>Starts every sweep and lone check that is due; returns how long until the next one.</summary>
    private TimeSpan StartWhatIsDue()
    {
        var due = _parts.Schedule.Due.Take();
        foreach (var run in due.Runs)
        {
            _parts.Tasks.Run(() => _sweeps.RunAsync(run));
        }

        foreach (var group in due.Groups)
        {
            _parts.Tasks.Run(() => _checks.CheckAloneAsync(group));
        }

        return due.Next;
    }
}
