using System.Threading.Channels;

using Muster.Core;
using Muster.Core.Checks;
using Muster.Core.Storage;
using Muster.Nomad.Client;

namespace Muster.Nomad.Reconciling;

/// <summary>Keeps jobs in the background: a round now and then over all of them, and changed groups at once.</summary>
/// <param name="reconciler">Does it.</param>
/// <param name="trail">Tells groups of obstacles.</param>
/// <param name="client">Nomad.</param>
/// <param name="limits">Bounds.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="random">For jitter.</param>
/// <param name="observer">Hears what fails.</param>
/// <param name="isPaused">Whether nothing may be done to jobs now.</param>
public sealed class JobKeeper(
    JobReconciler reconciler,
    ObstacleTrail trail,
    NomadClient client,
    JobLimits limits,
    TimeProvider timeProvider,
    IRandomSource random,
    IJobObserver observer,
    Func<CancellationToken, Task<bool>> isPaused)
{
    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BusyMin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BusyMax = TimeSpan.FromSeconds(5);

    private readonly HurryQueue _hurries = new(timeProvider);
    private readonly HurryQueue _followUps = new(timeProvider);
    private readonly UrgentGroups _urgent = new(timeProvider);

    // Wishes that arrive while one waits melt into it.
    private readonly Channel<bool> _wishesForAll =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Whether Nomad is reached.</summary>
    public NomadReach Reach { get; } = new(timeProvider);

    /// <summary>Groups on their way to a check at once.</summary>
    public int Hurrying => _hurries.Count;

    /// <summary>Groups that are followed after a check that did something.</summary>
    public int Following => _followUps.Count;

    /// <summary>Every living group, counted by the server that makes the rounds.</summary>
    public GroupCensus Census => reconciler.Census;

    /// <summary>Living groups whose jobs this server keeps, and those that it follows after a change.</summary>
    public int Groups => reconciler.Ledger.Groups;

    /// <summary>What keeps a group's checks from happening; null when nothing does.</summary>
    public string? Obstacle(GroupId group) => Reach.Obstacle ?? reconciler.Ledger.Obstacle(group)?.Text;

    /// <summary>Whether a job checks that group and no other.</summary>
    public bool HasOwnJob(GroupRecord record) => reconciler.HasOwnJob(record);

    /// <summary>Has a group's job registered and run at once; returns at once.</summary>
    public void Hurry(GroupId group) => _hurries.Add(group);

    /// <summary>Has every job run at once, whoever makes the rounds: what stood in the way of all is over. Returns at once.</summary>
    public void HurryAll() => _wishesForAll.Writer.TryWrite(true);

    /// <summary>A user changed the group: as <see cref="Hurry"/>, and its first calls come before others.</summary>
    public void HurryChanged(GroupId group, AccountId account)
    {
        _urgent.Add(group, account);
        _hurries.Add(group);
    }

    /// <summary>A client of Nomad ran a group's check: what stood in the way before it began does no more.</summary>
    public void OnRun(CheckRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        reconciler.Ledger.Clear(run.Group, run.StartedAt);
    }

    /// <summary>Whether the next call for the group comes before others: it is one of the first since a user changed it.</summary>
    public bool TakesUrgency(GroupId group) => _urgent.Take(group);

    /// <summary>What became of such a call.</summary>
    public void EndUrgency(GroupId group, bool wasGranted) => _urgent.End(group, wasGranted);

    /// <summary>
    /// A check did something: while its group is on its way somewhere, the next look is not left to Nomad's timer. Returns at once.
    /// </summary>
    public void FollowUp(GroupId group) => _followUps.Add(group, limits.FollowUpMin);

    /// <summary>Keeps jobs until <paramref name="stopping"/>; then ends what is in flight.</summary>
    /// <param name="isFirst">Whether this server makes the rounds: the others only ask whether Nomad is there.</param>
    /// <param name="stopping">Ends it.</param>
    public Task RunAsync(Func<CancellationToken, Task<bool>> isFirst, CancellationToken stopping) =>
        Task.WhenAll(
        [
            RoundsAsync(isFirst, stopping),
            HurryAllAsync(stopping),
            .. Enumerable.Range(0, limits.HurriesInFlightMax).Select(_ => ServeAsync(_hurries, HurryAsync, stopping)),
            .. Enumerable.Range(0, limits.FollowUpsInFlightMax).Select(_ => ServeAsync(_followUps, FollowUpAsync, stopping)),
        ]);

    private async Task RoundsAsync(Func<CancellationToken, Task<bool>> isFirst, CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            var wait = limits.RoundEvery;
            var makesRounds = false;
            try
            {
                makesRounds = await isFirst(stopping);
                await RoundAsync(makesRounds, stopping);
                failures = 0;
                Reach.Succeeded();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                wait = Backoff.WithJitter(Backoff.Delay(++failures, RetryMin, limits.RoundEvery), random);
                Note(error);
                observer.OnFailed("keeping Nomad's jobs", error, wait);
            }

            if (makesRounds)
            {
                await TellAsync(wait, stopping);
            }

            await Task.Delay(wait, timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One round; or, where another server makes them or the installation is paused, a question whether Nomad is there.</summary>
    private async Task RoundAsync(bool makesRounds, CancellationToken stopping)
    {
        if (makesRounds && !await isPaused(stopping))
        {
            await reconciler.RunAsync(stopping);
            return;
        }

        reconciler.Rest();
        trail.Rest();
        await client.LeaderAsync(stopping);
    }

    /// <summary>Tells groups what began or ceased to be in the way of their checks.</summary>
    private async Task TellAsync(TimeSpan wait, CancellationToken stopping)
    {
        try
        {
            await trail.WriteAsync(reconciler.Groups, Reach.Trouble, group => reconciler.Ledger.Obstacle(group.Job), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was not written is no longer this server's to write.
        }
        catch (Exception error)
        {
            observer.OnFailed("telling groups of obstacles", error, wait);
        }
    }

    /// <summary>Does what is due for one group after the other. Many of it run side by side.</summary>
    /// <param name="queue">Whose turn it is.</param>
    /// <param name="serve">Tries once, and returns when to try again; null when it is done.</param>
    /// <param name="stopping">Ends it.</param>
    private async Task ServeAsync(
        HurryQueue queue, Func<GroupId, int, CancellationToken, Task<TimeSpan?>> serve, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            GroupId group;
            int attempts;
            try
            {
                (group, attempts) = await queue.TakeAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            queue.Return(group, await TryAsync(group, attempts, serve, stopping), attempts + 1);
        }
    }

    /// <summary>Hurries one group of each job, whenever that is wished for.</summary>
    private async Task HurryAllAsync(CancellationToken stopping)
    {
        var failures = 0;
        try
        {
            await foreach (var wish in _wishesForAll.Reader.ReadAllAsync(stopping))
            {
                try
                {
                    _hurries.Add(await reconciler.ReadOneOfEachJobAsync(stopping));
                    failures = 0;
                }
                catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
                {
                    var wait = Backoff.WithJitter(Backoff.Delay(++failures, RetryMin, limits.RoundEvery), random);
                    observer.OnFailed("having every group checked by Nomad", error, wait);
                    await Task.Delay(wait, timeProvider, stopping);
                    _wishesForAll.Writer.TryWrite(wish);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Whoever starts next checks everything anyway: ticks go on.
        }
    }

    private async Task<TimeSpan?> HurryAsync(GroupId group, int attempts, CancellationToken stopping)
    {
        if (await isPaused(stopping))
        {
            return limits.RoundEvery;
        }

        var outcome = await reconciler.HurryAsync(group, stopping);
        if (outcome is not HurryOutcome.Gone)
        {
            Reach.Succeeded();
        }

        return outcome is HurryOutcome.Busy ? Backoff.WithJitter(Backoff.Delay(attempts + 1, BusyMin, BusyMax), random) : null;
    }

    private async Task<TimeSpan?> FollowUpAsync(GroupId group, int before, CancellationToken stopping) =>
        await isPaused(stopping)
                ? null : await reconciler.FollowUpAsync(group, before, stopping) is { } wait ? Backoff.WithJitter(wait, random) : null;

    private async Task<TimeSpan?> TryAsync(
        GroupId group, int attempts, Func<GroupId, int, CancellationToken, Task<TimeSpan?>> serve, CancellationToken stopping)
    {
        try
        {
            return await serve(group, attempts, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error)
        {
            var wait = Backoff.WithJitter(Backoff.Delay(attempts + 1, RetryMin, limits.RoundEvery), random);
            Note(error);
            observer.OnFailed($"having group {group} checked by Nomad", error, wait);
            return wait;
        }
    }

    private void Note(Exception error)
    {
        if (error is NomadException refused)
        {
            Reach.Failed(refused);
        }
    }
}
