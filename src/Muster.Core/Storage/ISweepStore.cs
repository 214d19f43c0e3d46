using System.Collections.Immutable;

namespace Muster.Core.Storage;

/// <summary>Which sweeps there are, and the servers that share them.</summary>
public interface ISweepStore
{
    /// <summary>
    /// Which sweeps there are, by account, then cloud: every account and cloud that a living group has. A draining group lives.
    /// </summary>
    Task<ImmutableArray<SweepShare>> ListSweepsAsync(CancellationToken cancellationToken);

    /// <summary>Keeps that a server lives until its <see cref="ServerRecord.EndsAt"/>.</summary>
    /// <returns>Every server that lives at <see cref="ServerRecord.SeenAt"/>, this one included, by holder.</returns>
    Task<ImmutableArray<ServerRecord>> ReportServerAsync(ServerRecord server, CancellationToken cancellationToken);

    /// <summary>Every server that lives, by holder.</summary>
    Task<ImmutableArray<ServerRecord>> ListServersAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>A server ends: it is listed no more, and whatever sweeps it held are free. Unknown ones are no matter.</summary>
    Task RetireServerAsync(string holder, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a sweep's lease if nobody holds it and its fencing number is still <paramref name="expectedFence"/>, which is 0 for one that
    /// was never held; the lease carries the next number. Null when refused: somebody was quicker.
    /// </summary>
    Task<SweepLease?> TryAcquireSweepAsync(
        SweepKey sweep, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>The leases with a later end; never an earlier one. One that ran out is renewed too while nobody took it.</summary>
    /// <returns>Those renewed, in the order given; one that is missing was taken since, or given back.</returns>
    Task<ImmutableArray<SweepLease>> RenewSweepsAsync(
        ImmutableArray<SweepLease> leases, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives leases back; those that somebody took since stay theirs.</summary>
    Task ReleaseSweepsAsync(ImmutableArray<SweepLease> leases, CancellationToken cancellationToken);
}
