using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Orphans;

/// <summary>
/// Looks at every cloud once when a server starts, before anything is done: a store that knows less than the clouds show was restored from
/// a backup, or lost, and the installation is paused.
/// </summary>
/// <remarks>
/// Muster writes each launch down before it makes it, so an instance of this installation without a trace in the store is younger than the
/// store. A crash alone leaves none. See docs/decisions/0097-an-installation-that-pauses.md.
/// </remarks>
public sealed class StartLook(IPulseStore store, ICloudDirectory clouds, TimeProvider timeProvider, IStartObserver observer)
    : IActingGate, IDisposable
{
    /// <summary>How long a start waits for all clouds before those that answered may be acted on.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Listings of one cloud at once: it may have a credential for each account. Of one that hangs, they hold up no other cloud.
    /// </summary>
    private const int LooksInFlightMax = 8;

    /// <summary>Instances that a reason names.</summary>
    private const int NamedMax = 5;

    /// <summary>
    /// Strangers that are kept by name; beyond it the store is another's altogether, and no resume can mean them one by one.
    /// </summary>
    private const int StrangersMax = 100_000;

    /// <summary>Strangers of one account that are kept by name: a resume means these.</summary>
    private const int HeldStrangersMax = 1000;

    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Made once, before the first look.
    private FrozenDictionary<string, SemaphoreSlim> _placesByCloud = FrozenDictionary<string, SemaphoreSlim>.Empty;

    // Not looked at yet; swapped whole.
    private ImmutableHashSet<Target> _left = [];

    // Looked at, and why nothing is done there all the same; swapped whole.
    private ImmutableDictionary<Target, string> _held = ImmutableDictionary<Target, string>.Empty;

    /// <summary>Pauses the installation by somebody's word.</summary>
    public async Task PauseAsync(string by, string reason, CancellationToken cancellationToken)
    {
        var pause = new InstallationPause(timeProvider.GetUtcNow(), by, reason, []);
        observer.OnPaused((await store.ChangePauseAsync(state => state.Paused(pause), cancellationToken)).Pause!);
    }

    /// <summary>Looks until every cloud was looked at and no account is held back, or <paramref name="stopping"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            var targets = await FindTargetsAsync(stopping);
            using var patience = new CancellationTokenSource(WaitMax, timeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
            var tries = targets.Select(target => TryLookAsync(target, RetryMin, either.Token, stopping)).ToList();

            // Each goes on by itself: one that hangs holds up no other.
            var looks = targets.Zip(tries, (target, looked) => LookUntilFreeAsync(target, looked, stopping)).ToList();
            await Task.WhenAll(tries);
            if (!stopping.IsCancellationRequested)
            {
                _first.TrySetResult();
            }

            await Task.WhenAll(looks);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was not looked at is not acted on either.
        }
        catch (Exception error)
        {
            // Whoever asks must hear of it: a cancelled answer would pass for a stop.
            _first.TrySetException(error);
            throw;
        }
        finally
        {
            _first.TrySetCanceled(CancellationToken.None);

            // Read, so that an error which nobody asked for is no unobserved exception.
            _ = _first.Task.Exception;
        }
    }

    /// <inheritdoc/>
    public async Task<string?> ObstacleAsync(SweepKey sweep, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        await _first.Task.WaitAsync(cancellationToken);
        return Volatile.Read(ref _left).FirstOrDefault(target => target.Serves(sweep)) is { Cloud: { } cloud }
            ? $"cloud '{cloud}' has not been looked at whole since the server started: nothing is done there before"
            : Volatile.Read(ref _held).GetValueOrDefault(new(sweep.Cloud, sweep.Account));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var places in _placesByCloud.Values)
        {
            places.Dispose();
        }
    }

    private async Task<ImmutableArray<Target>> FindTargetsAsync(CancellationToken stopping)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // One credential for all is looked at even when the store knows no group: that may be what was lost.
                var sweeps = await store.ListSweepsAsync(stopping);
                ImmutableHashSet<Target> targets =
                [
                    .. clouds.Entries.Where(entry => entry.Account is null).Select(entry => new Target(entry.Name, Account: null)),
                    .. sweeps.Select(share => share.Sweep)
                        .Where(sweep => clouds.Find(sweep.Account, sweep.Cloud) is { Account: not null })
                        .Select(sweep => new Target(sweep.Cloud, sweep.Account)),
                ];
                _placesByCloud = targets.Select(target => target.Cloud).Distinct()
                    .ToFrozenDictionary(cloud => cloud, _ => new SemaphoreSlim(LooksInFlightMax));
                Volatile.Write(ref _left, targets);
                return [.. targets];
            }
            catch (Exception error) when (!stopping.IsCancellationRequested)
            {
                var wait = Backoff.Delay(attempt, RetryMin, RetryMax);
                observer.OnCouldNotLook("(the store)", error, wait);
                await Task.Delay(wait, timeProvider, stopping);
            }
        }
    }

    private async Task LookUntilFreeAsync(Target target, Task<bool> looked, CancellationToken stopping)
    {
        var wait = RetryMin;
        for (var attempt = 1; !await looked; attempt++)
        {
            await Task.Delay(wait, timeProvider, stopping);
            wait = Backoff.Delay(attempt + 1, RetryMin, RetryMax);
            looked = TryLookAsync(target, wait, stopping, stopping);
        }
    }

    /// <summary>Looks once; false when it could not or the account is held back, which it has told: it looks again later.</summary>
    private async Task<bool> TryLookAsync(Target target, TimeSpan retryIn, CancellationToken cancellationToken, CancellationToken stopping)
    {
        try
        {
            string? obstacle;
            var places = _placesByCloud[target.Cloud];
            await places.WaitAsync(cancellationToken);
            try
            {
                obstacle = await LookAtAsync(target, cancellationToken);
            }
            finally
            {
                places.Release();
            }

            // Held before it counts as looked at: nothing may be done in between.
            Keep(target, obstacle);
            ImmutableInterlocked.Update(ref _left, targets => targets.Remove(target));
            return obstacle is null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Nothing is done any more: there is nothing to tell.
            return false;
        }
        catch (Exception error)
        {
            // Also what nobody foresaw, in a cloud's adapter or in a plugin's answer: it is that cloud's matter,
            // and told, and others go on.
            observer.OnCouldNotLook(target.Cloud, error, retryIn);
            return false;
        }
    }

    private void Keep(Target target, string? obstacle)
    {
        var before = Volatile.Read(ref _held).GetValueOrDefault(target);
        ImmutableInterlocked.Update(ref _held, all => obstacle is null ? all.Remove(target) : all.SetItem(target, obstacle));
        if (obstacle is not null && obstacle != before)
        {
            observer.OnHeld(target.Cloud, target.Account!.Value, obstacle);
        }
    }

    /// <returns>What stands in the way of acting there; null when nothing does but perhaps the pause.</returns>
    private async Task<string?> LookAtAsync(Target target, CancellationToken cancellationToken)
    {
        var entry = target.Account is { } account
            ? clouds.Find(account, target.Cloud)
            : clouds.Entries.FirstOrDefault(one => one.Account is null && one.Name == target.Cloud);
        if (entry is null)
        {
            return null;
        }

        var orphans = await new OrphanSearch(store, timeProvider).FindAsync(entry, target.Account, cancellationToken, strangersOnly: true);
        var acknowledged = (await store.ReadPauseAsync(cancellationToken)).Acknowledged;
        ImmutableArray<Orphan> strangers = [.. orphans.Where(orphan => orphan.IsStranger && !acknowledged.Contains(orphan.Key))];
        if (strangers.IsEmpty)
        {
            return null;
        }

        if (target.Account is not null)
        {
            return await HoldAsync(target, strangers, cancellationToken);
        }

        var pause = new InstallationPause(
            timeProvider.GetUtcNow(),
            "the server",
            Reason(target.Cloud, strangers),
            [.. strangers.Take(StrangersMax).Select(stranger => stranger.Key)]);
        var state = await store.ChangePauseAsync(before => before.Paused(pause), cancellationToken);
        foreach (var stranger in strangers)
        {
            observer.OnStranger(stranger);
        }

        observer.OnPaused(state.Pause!);
        return null;
    }

    /// <summary>An account's owner can make such instances at will: they are no word about the store that all accounts share.</summary>
    private async Task<string> HoldAsync(Target target, ImmutableArray<Orphan> strangers, CancellationToken cancellationToken)
    {
        ImmutableArray<string> keys = [.. strangers.Take(HeldStrangersMax).Select(stranger => stranger.Key)];
        await store.ChangePauseAsync(before => before.Holding(keys), cancellationToken);
        if (!Volatile.Read(ref _held).ContainsKey(target))
        {
            foreach (var stranger in strangers)
            {
                observer.OnStranger(stranger);
            }
        }

        return $"{Reason(target.Cloud, strangers)}. 'muster cloud orphans' lists them; it goes on within a minute after they are gone, "
            + "or after an admin of the installation has said 'muster resume --all'";
    }

    private static string Reason(string cloud, ImmutableArray<Orphan> strangers)
    {
        var names = string.Join(", ", strangers.Take(NamedMax).Select(stranger => stranger.Instance.Name));
        var more = strangers.Length > NamedMax
            ? string.Create(CultureInfo.InvariantCulture, $" and {strangers.Length - NamedMax} more")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the store does not know {strangers.Length} {(strangers.Length == 1 ? "instance" : "instances")} at cloud '{cloud}' "
            + $"that this installation launched, {names}{more}: "
            + $"it was restored from an older backup, or lost");
    }

    private sealed record Target(string Cloud, AccountId? Account)
    {
        public bool Serves(SweepKey sweep) => Cloud == sweep.Cloud && (Account is null || Account == sweep.Account);
    }
}
