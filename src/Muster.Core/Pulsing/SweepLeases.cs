using System.Collections.Immutable;

using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>Takes, renews and gives back the leases of sweeps, and keeps the schedule told of them. For the sharing loop only.</summary>
internal sealed class SweepLeases(PulseParts parts)
{
    /// <summary>Leases asked for at once: a start with thousands of sweeps must not queue them one by one, nor flood the store.</summary>
    private const int AskedAtOnceMax = 16;

    private readonly TimeSpan _duration = parts.Reconciler.LeaseDuration;

    /// <summary>Sweeps that this server holds.</summary>
    public int Count => parts.Schedule.Sweeps.Leases.Length;

    /// <summary>Renews every lease; those that are another's by now are lost.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        var leases = parts.Schedule.Sweeps.Leases;
        foreach (var lost in leases.ExceptBy(await RenewAsync(leases, cancellationToken), lease => lease.Sweep))
        {
            parts.Schedule.Sweeps.Lose(lost);
        }
    }

    /// <summary>
    /// Takes up leases that the store says are this server's, and that it does not know of: the answer to its call was lost.
    /// </summary>
    public Task AdoptAsync(ImmutableArray<SweepShare> shares, CancellationToken cancellationToken)
    {
        var held = parts.Schedule.Sweeps.Leases.Select(lease => lease.Sweep).ToHashSet();
        return RenewAsync(
            [
                .. shares
                    .Where(share => share is { EndsAt: not null } && share.Holder == parts.Reconciler.Holder && !held.Contains(share.Sweep))
                    .Select(share => new SweepLease(share.Sweep, share.Holder!, share.Fence, share.EndsAt!.Value)),
            ],
            cancellationToken);
    }

    /// <summary>Gives sweeps back that do not run.</summary>
    public async Task GiveBackAsync(Func<SweepKey, bool> which, int countMax, CancellationToken cancellationToken)
    {
        var leases = countMax > 0 ? parts.Schedule.Sweeps.TakeIdle(which, countMax) : [];
        if (!leases.IsEmpty)
        {
            await parts.Store.ReleaseSweepsAsync(leases, cancellationToken);
        }
    }

    /// <summary>Takes free sweeps, those first whose cloud is configured here.</summary>
    /// <returns>Whether it got through; else the leases that are held must be renewed before more are taken.</returns>
    public async Task<bool> TakeAsync(ImmutableArray<SweepShare> shares, int countMax, CancellationToken cancellationToken)
    {
        var beganAt = parts.Time.GetTimestamp();
        var free = FreeOf(shares);
        for (var next = 0; next < free.Length && countMax > 0;)
        {
            if (parts.Time.GetElapsedTime(beganAt) > _duration / 6)
            {
                return false;
            }

            var now = free.AsSpan(next, Math.Min(Math.Min(AskedAtOnceMax, countMax), free.Length - next)).ToImmutableArray();
            countMax -= await TakeAsync(now, cancellationToken);
            next += now.Length;
        }

        return true;
    }

    private async Task<int> TakeAsync(ImmutableArray<SweepShare> shares, CancellationToken cancellationToken)
    {
        var askedAt = parts.Time.GetTimestamp();
        return (await Task.WhenAll(shares.Select(share => TryTakeAsync(share, askedAt, cancellationToken)))).Count(taken => taken);
    }

    private async Task<bool> TryTakeAsync(SweepShare share, long askedAt, CancellationToken cancellationToken)
    {
        var lease = await parts.Store.TryAcquireSweepAsync(
            share.Sweep, parts.Reconciler.Holder, share.Fence, parts.Time.GetUtcNow(), _duration, cancellationToken);
        if (lease is not null)
        {
            parts.Schedule.Sweeps.Hold(lease, askedAt);
        }

        return lease is not null;
    }

    private async Task<IEnumerable<SweepKey>> RenewAsync(ImmutableArray<SweepLease> leases, CancellationToken cancellationToken)
    {
        if (leases.IsEmpty)
        {
            return [];
        }

        var askedAt = parts.Time.GetTimestamp();
        var renewed = await parts.Store.RenewSweepsAsync(leases, parts.Time.GetUtcNow(), _duration, cancellationToken);
        foreach (var lease in renewed)
        {
            parts.Schedule.Sweeps.Hold(lease, askedAt);
        }

        return renewed.Select(lease => lease.Sweep);
    }

    /// <summary>In another order at each server, so that two that start together do not ask for the same ones.</summary>
    private ImmutableArray<SweepShare> FreeOf(ImmutableArray<SweepShare> shares)
    {
        var now = parts.Time.GetUtcNow();
        var free = shares.Where(share => share.IsFreeAt(now) && !IsHeld(share)).ToList();
        var first = (int)(parts.Random.NextUnit() * free.Count);
        return [.. free.Skip(first).Concat(free.Take(first)).OrderBy(share => !IsConfigured(share))];

        bool IsConfigured(SweepShare share) => parts.Clouds.Find(share.Sweep.Account, share.Sweep.Cloud) is not null;

        // One that ran out may still be held here, waiting to be renewed.
        bool IsHeld(SweepShare share) => parts.Schedule.Sweeps.Holds(share.Sweep);
    }
}
