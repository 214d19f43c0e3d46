using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Records;

namespace Muster.Storage.Rules;

/// <summary>What a write to a group stands on, read in its transaction: whether it counts, and what it may melt into.</summary>
/// <param name="Lease">The group's lease.</param>
/// <param name="Phase">Where the group is in its life.</param>
/// <param name="IsLiving">Whether it is not archived.</param>
/// <param name="Last">The group's newest activity; null when there is none.</param>
internal sealed record Footing(LeaseStanding Lease, GroupPhase Phase, bool IsLiving, Entry? Last)
{
    /// <exception cref="StoreException"><see cref="StoreErrorKind.Fenced"/>: the lease is over.</exception>
    public static Footing EnsureHeld(Footing? footing, GroupLease lease) =>
        footing is not null && footing.Lease.Honours(lease) ? footing : throw Refusal.Fenced(lease);

    /// <summary>What becomes of the record of an idle check; null of a group that there is not.</summary>
    public static IdleStanding Judge(Footing? footing, GroupState state) => footing is null
        ? IdleStanding.PassedOver
        : IdleRule.Judge(footing.IsLiving, footing.Lease.Fence, footing.Lease.EndsAt, state, Microseconds.Kept(state.CheckedAt));

    /// <summary>Whether a record that says so archives the group: one that drains, and that its owner did not take back.</summary>
    public bool Archives(CheckRecord record) => record.ArchivedAt is not null && IsLiving && Phase is GroupPhase.Draining;
}
