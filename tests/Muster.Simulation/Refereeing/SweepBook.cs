using Muster.Core.Storage;
using Muster.Simulation.Time;

namespace Muster.Simulation.Refereeing;

/// <summary>Who may make which sweep, as the processes learned it from the store: the referee's memory of sweep leases.</summary>
/// <param name="loop">For the time.</param>
/// <param name="leaseDuration">How long a lease lasts from the call that took or renewed it.</param>
public sealed class SweepBook(SimulationLoop loop, TimeSpan leaseDuration)
{
    private readonly Dictionary<(string Process, SweepKey Sweep), TimeSpan> _askedAt = [];
    private readonly Dictionary<(SweepKey Sweep, long Fence), string> _recordedBy = [];

    /// <summary>A process learned that it holds a sweep, by a call that it began at that time.</summary>
    public void Held(string process, SweepKey sweep, TimeSpan began) => _askedAt[(process, sweep)] = began;

    /// <summary>A process gives a sweep back, or learned that it is another's.</summary>
    public void Lost(string process, SweepKey sweep) => _askedAt.Remove((process, sweep));

    /// <summary>What is wrong with a process that begins a sweep now; null when nothing is.</summary>
    public string? OnBegin(string process, SweepKey sweep) =>
        IsHeld(process, sweep) ? null : $"{process} begins the sweep of {sweep.Cloud}, which it does not surely hold";

    /// <summary>What is wrong with a process that sends idle outcomes now; null when nothing is.</summary>
    /// <param name="process">Which.</param>
    /// <param name="lease">The lease that it shows; null when it shows none.</param>
    /// <param name="groups">Of how many groups.</param>
    public string? OnIdle(string process, SweepLease? lease, int groups) =>
        lease is null && groups > 1 ? $"{process} records idle outcomes of {groups} groups without a sweep's lease"
        : lease is not null && !IsHeld(process, lease.Sweep)
            ? $"{process} records for the sweep of {lease.Sweep.Cloud}, which it does not surely hold"
        : null;

    /// <summary>What is wrong with idle outcomes that were committed; null when nothing is.</summary>
    public string? OnRecorded(string process, SweepLease lease)
    {
        if (_recordedBy.TryGetValue((lease.Sweep, lease.Fence), out var other) && other != process)
        {
            return $"{other} and {process} both recorded for the sweep of {lease.Sweep.Cloud} under the fence {lease.Fence}";
        }

        _recordedBy[(lease.Sweep, lease.Fence)] = process;
        return null;
    }

    private bool IsHeld(string process, SweepKey sweep) =>
        _askedAt.TryGetValue((process, sweep), out var began) && loop.Now - began < leaseDuration;
}
