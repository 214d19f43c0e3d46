using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Prices;
using Muster.Core.Templates;

namespace Muster.Core.Storage;

/// <summary>The part of what Muster remembers that a level check needs: what is wanted, leases, the ledger and the audit trail.</summary>
/// <remarks>
/// A server's own store is one; a check that runs elsewhere reaches one over the network. Every method throws <see cref="StoreException"/>
/// for what goes wrong, is atomic (all of it or nothing), and may be called from many threads at once.
/// </remarks>
public interface ICheckStore : IGroupReader
{
    /// <summary>This installation; made when the store was.</summary>
    InstallationId Installation { get; }

    /// <summary>
    /// What the store's own clock says. All who share the store go by it (<see cref="StoreTime"/>): the clocks of their machines may be
    /// minutes apart.
    /// </summary>
    Task<DateTimeOffset> ReadTimeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The template, living or archived, that an open launch of the group was written down with; null when there is none. Asked for only
    /// when a launch is repeated after its group has come to have another.
    /// </summary>
    Task<Template?> FindTemplateAsync(GroupId group, TemplateId template, CancellationToken cancellationToken);

    /// <summary>All living groups of a sweep, with templates, states and open launches, by id.</summary>
    Task<ImmutableArray<GroupRecord>> LoadSweepAsync(SweepKey sweep, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the group's lease if nobody holds it and its fencing number is still <paramref name="expectedFence"/>; the lease
    /// carries the next number. Null when refused, and for a group that does not live: look again.
    /// </summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.Paused"/>: the installation is paused.</exception>
    Task<GroupLease?> TryAcquireLeaseAsync(
        GroupId group, string holder, long expectedFence, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>The lease with a later end; never an earlier one. One that ran out is renewed too while nobody took it.</summary>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Fenced"/>: somebody took it since, it was released, or it is another holder's;
    /// <see cref="StoreErrorKind.Paused"/>: nothing more is to be begun under it, and what was done is still to be recorded,
    /// if it is not lost as well.
    /// </exception>
    Task<GroupLease> RenewLeaseAsync(
        GroupLease lease, DateTimeOffset now, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>
    /// Sets aside, under a group's lease, what it may come to cost: no more than its account still may spend, and no less than it costs
    /// already. It counts as the group's <see cref="Groups.GroupState.SpendPerHour"/> until the state is written again. Of many at once,
    /// no two are given the same.
    /// </summary>
    /// <param name="lease">The group's lease.</param>
    /// <param name="held">What the group costs an hour now.</param>
    /// <param name="wanted">What it would cost with all that it wants to launch.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where nobody limits what the account spends.</returns>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Fenced"/>: the lease is not the newest, was released, or is another holder's; nothing was set aside.
    /// </exception>
    Task<SpendGrant?> ReserveSpendAsync(GroupLease lease, decimal held, decimal wanted, CancellationToken cancellationToken);

    /// <summary>
    /// Writes what a check does or did, all or nothing, under its lease. Launches are inserted or replaced by id; activities
    /// are appended or melted in (<see cref="Activity.Repeats"/>); state replaces state, its fence excepted, which is the lease's.
    /// A group that its owner took back from draining is not archived.
    /// </summary>
    /// <returns>The activities as kept, with positions and counts.</returns>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Fenced"/>: the lease is not the newest, was released, or is another holder's, or an instance was to end
    /// that has come to be protected or on standby since; nothing was written.
    /// </exception>
    Task<ImmutableArray<Activity>> RecordAsync(GroupLease lease, CheckRecord record, CancellationToken cancellationToken);

    /// <summary>
    /// Like <see cref="RecordAsync"/>, and ends the lease; the group's fencing number grows by one, so that what was read while the
    /// lease was held, before its last writes, can neither be acted on nor recorded.
    /// </summary>
    Task<ImmutableArray<Activity>> RecordAndReleaseAsync(GroupLease lease, CheckRecord record, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the outcome of checks that did nothing to a cloud, in few statements for many groups. Each one counts only if its
    /// group lives, its fencing number is still the state's and its lease was given back; others are
    /// passed over. Where a lease ran out and was never given back, its holder may have written after the state was read: the record is
    /// passed over, and the lease is ended with a new fencing number, so that the next check counts (<see cref="IdleRule"/>).
    /// </summary>
    /// <param name="records">At most one for each group, all of one account.</param>
    /// <param name="sweep">The sweep that looked; null for a group that was looked at alone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The activities as kept, with positions and counts, of those not passed over.</returns>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Fenced"/>: the sweep's lease is not the newest, or was given back; nothing was written.
    /// </exception>
    Task<ImmutableArray<Activity>> RecordIdleAsync(
        ImmutableArray<CheckRecord> records, SweepLease? sweep, CancellationToken cancellationToken);
}
