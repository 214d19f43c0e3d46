using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Planning;
using Muster.Core.Pulsing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Nomad.Identities;
using Muster.Nomad.Reconciling;

namespace Muster.Nomad;

/// <summary>The pulse of an installation whose level checks Nomad makes happen: jobs are kept, and groups that hurry are forced.</summary>
/// <remarks>
/// Checks that somebody waits for are made here, by the same engine; those that a job's task makes are told here when they end. Servers of
/// one store share two things: the first of them makes the rounds over all jobs, and each has the same part of the clouds' calls, whichever
/// a task asks. See docs/decisions/0072-nomad-as-the-pulse.md.
/// </remarks>
/// <param name="engine">Makes checks; does not beat by itself.</param>
/// <param name="keeper">Keeps jobs.</param>
/// <param name="proofs">By which tasks prove what they are; null when they come with tokens.</param>
/// <param name="shares">This server's part of the clouds' calls.</param>
/// <param name="store">Where servers know of each other.</param>
/// <param name="timeProvider">The store's clock.</param>
/// <param name="holder">Who this server is.</param>
/// <param name="leaseDuration">How long a server counts as living unless it says so again.</param>
/// <param name="observer">Hears what fails.</param>
public sealed class NomadPulse(
    Pulse engine, JobKeeper keeper, TaskProofs? proofs, EvenShares shares, IPulseStore store,
    StoreTime timeProvider, string holder, TimeSpan leaseDuration, IPulseObserver observer) : IPulse
{
    // Read for status by any thread; written by the reporting loop.
    private volatile int _servers;

    // Told by many threads.
    private long _checks;

    /// <inheritdoc/>
    /// <remarks>
    /// Groups are those whose jobs this server keeps; checks are those that its tasks told of, and those that it made itself.
    /// </remarks>
    public PulseStatus Status
    {
        get
        {
            var own = engine.Status;
            return own with
            {
                Groups = keeper.Groups,
                ChecksInFlight = own.ChecksInFlight + keeper.Census.Checking,
                Checks = Interlocked.Read(ref _checks),
                Servers = _servers,
                StoreTimeKnown = timeProvider.IsKnown,
                MachineAhead = timeProvider.MachineAhead,
            };
        }
    }

    /// <inheritdoc/>
    public CheckHistory History => engine.History;

    /// <inheritdoc/>
    public int GroupsBelow => keeper.Census.Below;

    /// <inheritdoc/>
    public int GroupsMostlyUnhealthy => keeper.Census.MostlyUnhealthy;

    /// <inheritdoc/>
    public int GroupsMissed => keeper.Census.Missed;

    /// <inheritdoc/>
    public void Wake(GroupId group) => keeper.Hurry(group);

    /// <inheritdoc/>
    public void WakeChanged(GroupId group, AccountId account) => keeper.HurryChanged(group, account);

    /// <inheritdoc/>
    public void WakeAll() => keeper.HurryAll();

    /// <inheritdoc/>
    public Task<CheckReport> CheckAsync(GroupId group, CancellationToken cancellationToken) => engine.CheckAsync(group, cancellationToken);

    /// <inheritdoc/>
    public Task<Plan> PlanAsync(GroupId group, Func<GroupRecord, GroupRecord>? assumed, CancellationToken cancellationToken) =>
        engine.PlanAsync(group, assumed, cancellationToken);

    /// <inheritdoc/>
    public Task<Plan> PlanAsync(GroupRecord assumed, CancellationToken cancellationToken) => engine.PlanAsync(assumed, cancellationToken);

    /// <inheritdoc/>
    public void OnIdle(IReadOnlyCollection<GroupRecord> groups)
    {
        // A task of one group tells of its check besides, however it ended.
        Interlocked.Add(ref _checks, groups.Count(record => !keeper.HasOwnJob(record)));
    }

    /// <inheritdoc/>
    public bool TakesUrgency(GroupId group) => keeper.TakesUrgency(group);

    /// <inheritdoc/>
    public void OnUrgencyEnded(GroupId group, bool wasGranted) => keeper.EndUrgency(group, wasGranted);

    /// <inheritdoc/>
    public string? Obstacle(GroupId group) => keeper.Obstacle(group) ?? proofs?.Obstacle;

    /// <summary>Keeps jobs until <paramref name="stopping"/>.</summary>
    /// <param name="server">What other servers and people learn of this one.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task RunAsync(ServerIdentity server, CancellationToken stopping)
    {
        engine.History.Where = server.Address;
        engine.History.Told += Hear;
        var startedAt = timeProvider.GetUtcNow();
        await Task.WhenAll(ReportsAsync(server, startedAt, stopping), keeper.RunAsync(IsFirstAsync, stopping));
        engine.History.Told -= Hear;
        try
        {
            await store.RetireServerAsync(holder, timeProvider.GetUtcNow(), CancellationToken.None);
        }
        catch (StoreException error)
        {
            // It counts as living until its time is over, no longer.
            observer.OnFailed("retiring", error, leaseDuration);
        }
    }

    private void Hear(CheckRun run)
    {
        Interlocked.Increment(ref _checks);
        if (run.Allocation is not null)
        {
            keeper.OnRun(run);
        }

        // One that yielded may have begun something that it could not finish telling of.
        if (run.Outcome is CheckOutcome.Acted or CheckOutcome.Yielded)
        {
            keeper.FollowUp(run.Group);
        }
    }

    private async Task<bool> IsFirstAsync(CancellationToken cancellationToken)
    {
        var living = await store.ListServersAsync(timeProvider.GetUtcNow(), cancellationToken);
        return living.IsEmpty || living[0].Holder == holder;
    }

    /// <summary>Says that this server lives, and goes by the store's clock.</summary>
    private async Task ReportsAsync(ServerIdentity server, DateTimeOffset startedAt, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await timeProvider.SynchronizeAsync(store, stopping);
                var now = timeProvider.GetUtcNow();
                _servers = (await store.ReportServerAsync(
                    new()
                    {
                        Holder = holder,
                        Address = server.Address,
                        Version = server.Version,
                        StartedAt = startedAt,
                        SeenAt = now,
                        EndsAt = now + leaseDuration,
                    },
                    stopping)).Length;
                shares.Set(Math.Max(_servers, 1));
                await (proofs?.RefreshAsync(stopping) ?? Task.CompletedTask);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                observer.OnFailed("telling other servers of this one", error, leaseDuration / 3);
            }

            await Task.Delay(leaseDuration / 3, timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
