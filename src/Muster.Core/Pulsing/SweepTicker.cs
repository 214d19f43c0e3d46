using Muster.Core.Groups;
using Muster.Core.Storage;

namespace Muster.Core.Pulsing;

/// <summary>When one account and cloud is next listed, by this server, which holds its lease. Guarded by the pulse's gate.</summary>
internal sealed class SweepTicker(SweepLease lease, long renewedAt)
{
    public SweepKey Key => Lease.Sweep;

    /// <summary>As taken or last renewed.</summary>
    public SweepLease Lease { get; set; } = lease;

    /// <summary>The timestamp right before the call that took or last renewed it.</summary>
    public long RenewedAt { get; set; } = renewedAt;

    public TimeSpan Due { get; set; }

    /// <summary>The shortest interval of its groups, as they were read last.</summary>
    public TimeSpan Interval { get; set; } = Group.IntervalDefault;

    public bool IsRunning { get; set; }

    /// <summary>Whether the running sweep was counted as late.</summary>
    public bool IsLate { get; set; }

    /// <summary>When it began last.</summary>
    public TimeSpan BeganAt { get; set; } = TimeSpan.MinValue;

    /// <summary>When it ended last.</summary>
    public TimeSpan EndedAt { get; set; } = TimeSpan.MinValue;

    /// <summary>Until when a listing may not show what the newest hint without a group was about; null when the last sweep began after that.</summary>
    public TimeSpan? HintShownAt { get; set; }

    /// <summary>Failures in a row; the exponent of their back-off.</summary>
    public int Failures { get; set; }
}
