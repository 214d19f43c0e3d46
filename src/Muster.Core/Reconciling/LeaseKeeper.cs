using Muster.Core.Storage;

namespace Muster.Core.Reconciling;

/// <summary>Holds a group's lease while a check acts: renews it at every third of its length, and knows when it can no longer be trusted.</summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly ICheckStore store;
    private readonly TimeProvider time;
    private readonly TimeSpan duration;
    private readonly CancellationTokenSource stop = new();
    private readonly Task renewing;

    // Written by the renewing loop only.
    private long renewedAt;
    private long groupVersion;
    private volatile bool lost;

    public LeaseKeeper(ICheckStore store, GroupLease lease, long acquiredAt, TimeProvider time, TimeSpan duration)
    {
        this.store = store;
        this.time = time;
        this.duration = duration;
        Lease = lease;
        renewedAt = acquiredAt;
        renewing = RenewAsync(lease, stop.Token);
    }

    /// <summary>The lease as taken; its fencing number never changes.</summary>
    public GroupLease Lease { get; }

    /// <summary>The group's version when the lease was last renewed: what a check that runs for long was planned for may be over.</summary>
    public long GroupVersion => Volatile.Read(ref groupVersion);

    /// <summary>Whether nobody else can have taken it: asked right before each call to the cloud.</summary>
    public bool IsHeld => !lost && LeaseTrust.Holds(Volatile.Read(ref renewedAt), duration, time);

    public async ValueTask DisposeAsync()
    {
        stop.Cancel();
        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        stop.Dispose();
    }

    private async Task RenewAsync(GroupLease lease, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(duration / 3, time, cancellationToken);
            var startedAt = time.GetTimestamp();
            try
            {
                lease = await store.RenewLeaseAsync(lease, time.GetUtcNow(), duration, cancellationToken);

                // The version first: a process that stood still, and renews what nobody took, must not go on with what was wanted before.
                Volatile.Write(ref groupVersion, (await store.FindGroupAsync(lease.Group, cancellationToken))?.Group.Version ?? 0);
                Volatile.Write(ref renewedAt, startedAt);
            }
            catch (StoreException error) when (error.Kind is StoreErrorKind.Fenced or StoreErrorKind.NotFound or StoreErrorKind.Paused)
            {
                lost = true;
                return;
            }
            catch (StoreException)
            {
                // Not renewed this time: trust runs out by itself unless the next attempt works.
            }
        }
    }
}
