namespace Muster.Core.Storage;

/// <summary>The right to make one sweep until it ends: who looks, not who acts, which is <see cref="GroupLease"/>'s matter.</summary>
/// <param name="Sweep">Which sweep.</param>
/// <param name="Holder">Who holds it: a server.</param>
/// <param name="Fence">The fencing number that the outcome of the sweep must show.</param>
/// <param name="EndsAt">When it ends unless renewed.</param>
public sealed record SweepLease(SweepKey Sweep, string Holder, long Fence, DateTimeOffset EndsAt);

/// <summary>One sweep there is, and who makes it.</summary>
/// <param name="Sweep">Which sweep.</param>
/// <param name="Fence">The newest fencing number given for it; 0 when it was never held.</param>
/// <param name="Holder">Who held it last; null when it was never held or was given back.</param>
/// <param name="EndsAt">When that lease ends or ended; null when there is none.</param>
public sealed record SweepShare(SweepKey Sweep, long Fence, string? Holder, DateTimeOffset? EndsAt)
{
    /// <summary>A sweep that nobody ever held.</summary>
    public static SweepShare NeverHeld(SweepKey sweep) => new(sweep, Fence: 0, Holder: null, EndsAt: null);

    /// <summary>For stores: whether a lease is the newest, and was not given back.</summary>
    public bool Honours(SweepLease lease) => EndsAt is not null && Fence == lease.Fence;

    /// <summary>Whether anybody may take it.</summary>
    public bool IsFreeAt(DateTimeOffset now) => EndsAt is not { } endsAt || endsAt <= now;
}
