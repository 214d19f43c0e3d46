using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>
/// Holds a group's lease while a check acts: renews it at every third of its length, and knows when it can no longer be trusted.
/// </summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly ICheckStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _duration;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;

    // Written by the renewing loop only.
    private long _renewedAt;
    private long _groupVersion;
    private volatile bool _lost;

    public LeaseKeeper(ICheckStore store, GroupLease lease, long acquiredAt, TimeProvider timeProvider, TimeSpan duration)
    {
        _store = store;
        _timeProvider = timeProvider;
        _duration = duration;
        Lease = lease;
        _renewedAt = acquiredAt;
        _renewing = RenewAsync(lease, _stop.Token);
    }

    /// <summary>The lease as taken; its fencing number never changes.</summary>
    public GroupLease Lease { get; }

    /// <summary>The group's version when the lease was last renewed: what a check that runs for long was planned for may be over.</summary>
    public long GroupVersion => Volatile.Read(ref _groupVersion);

    /// <summary>Whether nobody else can have taken it: asked right before each call to the cloud.</summary>
    public bool IsHeld => !_lost && LeaseTrust.Holds(Volatile.Read(ref _renewedAt), _duration, _timeProvider);

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _stop.Dispose();
    }

    private async Task RenewAsync(GroupLease lease, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(_duration / 3, _timeProvider, cancellationToken);
            var startedAt = _timeProvider.GetTimestamp();
            try
            {
                lease = await _store.RenewLeaseAsync(lease, _timeProvider.GetUtcNow(), _duration, cancellationToken);

                // The version first: a process that stood still, and renews what nobody took, must not go on with what was wanted before.
                Volatile.Write(ref _groupVersion, (await _store.FindGroupAsync(lease.Group, cancellationToken))?.Group.Version ?? 0);
                Volatile.Write(ref _renewedAt, startedAt);
            }
            catch (StoreException error) when (error.Kind is StoreErrorKind.Fenced or StoreErrorKind.NotFound or StoreErrorKind.Paused)
            {
                _lost = true;
                return;
            }
            catch (StoreException)
            {
                // Not renewed this time: trust runs out by itself unless the next attempt works.
            }
        }
    }
}
