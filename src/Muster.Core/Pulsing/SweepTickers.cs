using System.Collections.Immutable;

using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>The sweeps that this server holds. Not safe to share: <see cref="Schedule"/> holds its lock.</summary>
internal sealed class SweepTickers(TimeProvider time, TimeSpan leaseDuration, PulseOptions options)
{
    private readonly Dictionary<SweepKey, SweepTicker> all = [];

    /// <summary>Sweeps that run, those included whose lease was lost meanwhile.</summary>
    private int running;

    public IReadOnlyCollection<SweepTicker> All => all.Values;

    public SweepTicker? Find(SweepKey key) => all.GetValueOrDefault(key);

    /// <summary>Whether it is this server's own, and nobody else can have taken it.</summary>
    public bool IsSurelyHeld(SweepTicker sweep) =>
        Find(sweep.Key) == sweep && LeaseTrust.Holds(sweep.RenewedAt, leaseDuration, time);

    /// <summary>It was taken or renewed; a new one is due at once.</summary>
    public void Hold(SweepLease lease, long renewedAt, TimeSpan now)
    {
        if (all.TryGetValue(lease.Sweep, out var sweep) && sweep.Lease.Fence == lease.Fence)
        {
            (sweep.Lease, sweep.RenewedAt) = (lease, renewedAt);
        }
        else
        {
            all[lease.Sweep] = new(lease, renewedAt) { Due = now };
        }
    }

    /// <summary>It is not this server's any more.</summary>
    public void Remove(SweepTicker sweep)
    {
        if (Find(sweep.Key) == sweep)
        {
            all.Remove(sweep.Key);
        }
    }

    /// <summary>Those that are due and surely held, the longest due first, as many as may run beside those that do.</summary>
    public ImmutableArray<SweepTicker> TakeDue(TimeSpan now)
    {
        var due = all.Values
            .Where(sweep => !sweep.IsRunning && sweep.Due <= now && IsSurelyHeld(sweep))
            .OrderBy(sweep => sweep.Due)
            .Take(options.SweepsInFlightMax - running)
            .ToImmutableArray();
        foreach (var sweep in due)
        {
            sweep.IsRunning = true;
            sweep.IsLate = false;
            sweep.BeganAt = now;
        }

        running += due.Length;
        return due;
    }

    public void End(SweepTicker sweep)
    {
        sweep.IsRunning = false;
        running--;
    }
}
