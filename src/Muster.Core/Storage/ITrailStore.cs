using System.Collections.Immutable;

using Muster.Core.Activities;

namespace Muster.Core.Storage;

/// <summary>The audit trail.</summary>
public interface ITrailStore
{
    /// <summary>
    /// Appends what befell groups outside of their checks, in few statements for many groups: it touches no state and needs no lease.
    /// Repeats melt in
    /// as with <see cref="ICheckStore.RecordAsync"/>.
    /// </summary>
    /// <param name="account">Whose groups; those of others, and those that do not live, are passed over.</param>
    /// <param name="activities">New ones.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>The activities as kept, with positions and counts, of those not passed over.</returns>
    Task<ImmutableArray<Activity>> AppendAsync(AccountId account, ImmutableArray<Activity> activities, CancellationToken cancellationToken);

    /// <summary>A page of a group's activities, newest position first.</summary>
    Task<Page<Activity>> ListActivitiesAsync(GroupId group, PageRequest page, CancellationToken cancellationToken);

    /// <summary>The oldest activity of a group, found without reading the others; null when there is none.</summary>
    Task<Activity?> FirstActivityAsync(GroupId group, CancellationToken cancellationToken);

    /// <summary>Activities of an account after a position, oldest first, at most <paramref name="limit"/>: 1 or more.</summary>
    Task<ImmutableArray<Activity>> ReadActivitiesAsync(
        AccountId account, long afterPosition, int limit, CancellationToken cancellationToken);

    /// <summary>The newest position of an account; 0 in an empty trail.</summary>
    Task<long> LastPositionAsync(AccountId account, CancellationToken cancellationToken);
}
