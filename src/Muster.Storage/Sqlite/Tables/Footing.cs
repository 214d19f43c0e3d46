using Muster.Core.Activities;
using Muster.Core.Storage;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>What a write to a group stands on, read in its transaction: whether it counts, and what it may melt into.</summary>
/// <param name="Fence">The fencing number in force.</param>
/// <param name="LeaseEndsAt">When the lease ends; null when it was released or never taken.</param>
/// <param name="LeaseHolder">Who took the lease; null when it was released or never taken.</param>
/// <param name="IsLiving">Whether the group is not archived.</param>
/// <param name="LastEntry">Where the group's newest activity stands; null when there is none.</param>
/// <param name="LastActivity">That activity.</param>
internal sealed record Footing(
    long Fence, DateTimeOffset? LeaseEndsAt, string? LeaseHolder, bool IsLiving, long? LastEntry, Activity? LastActivity)
{
    /// <summary>Whether a lease is the newest, was not given back, and is shown by whom it was given to: a fencing number alone can be read by many.</summary>
    public bool Honours(GroupLease lease) => LeaseEndsAt is not null && Fence == lease.Fence && LeaseHolder == lease.Holder;
}
