using System.Collections.Immutable;

using Muster.Core.Reconciling;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>The sweeps that this server holds. Not safe to share: <see cref="Schedule"/> holds its lock.</summary>
internal sealed class SweepTickers(TimeProvider timeProvider, TimeSpan leaseDuration, PulseOptions options)
{
    private readonly Dictionary<SweepKey, SweepTicker> _all = [];

    /// <summary>Sweeps that run, those included whose lease was lost meanwhile.</summary>
    private int _running;

    public IReadOnlyCollection<SweepTicker> All => _all.Values;

    public SweepTicker? Find(SweepKey key) => _all.GetValueOrDefault(key);

    /// <summary>Whether it is this server's own, and nobody else can have taken it.</summary>
    public bool IsSurelyHeld(SweepTicker sweep) =>
        Find(sweep.Key) == sweep && LeaseTrust.Holds(sweep.RenewedAt, leaseDuration, timeProvider);

    /// <summary>It was taken or renewed; a new one is due at once.</summary>
    public void Hold(SweepLease lease, long renewedAt, TimeSpan now)
    {
        if (_all.TryGetValue(lease.Sweep, out var sweep) && sweep.Lease.Fence == lease.Fence)
        {
            (sweep.Lease, sweep.RenewedAt) = (lease, renewedAt);
        }
        else
        {
            _all[lease.Sweep] = new(lease, renewedAt) { Due = now };
        }
    }

    /// <summary>It is not this server's any more.</summary>
    public void Remove(SweepTicker sweep)
    {
        if (Find(sweep.Key) == sweep)
        {
            _all.Remove(sweep.Key);
        }
    }

    /// <summary>Those that are due and surely held, the longest due first, as many as may run beside those that do.</summary>
    public ImmutableArray<SweepTicker> TakeDue(TimeSpan now)
    {
        var due = _all.Values
            .Where(sweep => !sweep.IsRunning && sweep.Due <= now && IsSurelyHeld(sweep))
            .OrderBy(sweep => sweep.Due)
            .Take(options.SweepsInFlightMax - _running)
            .ToImmutableArray();
        foreach (var sweep in due)
        {
            sweep.IsRunning = true;
            sweep.IsLate = false;
            sweep.BeganAt = now;
        }

        _running += due.Length;
        return due;
    }

    public void End(SweepTicker sweep)
    {
        sweep.IsRunning = false;
        _running--;
    }
}
