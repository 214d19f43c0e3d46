namespace Muster.Core.Storage;

/// <summary>The part of a store that ends leases whose holders may no longer act.</summary>
public interface ILeaseEnder
{
    /// <summary>
    /// Ends a group's lease with a new fencing number, and touches nothing of its state: what its holder writes at this moment is written
    /// before, or refused.
    /// One that somebody took since, that was given back, or that is another holder's stays as it is.
    /// </summary>
    Task ReleaseLeaseAsync(GroupLease lease, CancellationToken cancellationToken);
}
