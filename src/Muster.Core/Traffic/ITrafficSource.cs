using System.Collections.Immutable;

namespace Muster.Core.Traffic;

/// <summary>
/// What sends traffic to instances, or tells others where they are: a load balancer, a registry, the instance itself. Configured by the
/// operator; groups only name it, and say what is their own (<see cref="TrafficUse"/>).
/// </summary>
/// <remarks>
/// Each call is idempotent: said twice, it is as if it were said once, also after the source was restarted and has forgotten all. May be
/// called from many threads. Throws <see cref="TrafficException"/> for whatever goes wrong outside, and
/// <see cref="OperationCanceledException"/> when told to stop. It calls the configured source, or the address that the cloud lists for the
/// member, and nobody else.
/// </remarks>
public interface ITrafficSource : IAsyncDisposable
{
    /// <summary>The cloud whose own load balancers these are, by its configured name; null for a source that is none of a cloud.</summary>
    string? BalancersOf => null;

    /// <summary>What it holds of a group: an entry for each of its members that it knows, and for each that is none any more.</summary>
    /// <param name="scope">The group, and what it says of the source.</param>
    /// <param name="members">The group's members as they are now: by them it is told whose an entry is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its entries, in any order. What somebody else put there is none of them.</returns>
    Task<ImmutableArray<TrafficEntry>> ListAsync(
        TrafficScope scope, ImmutableArray<TrafficMember> members, CancellationToken cancellationToken);

    /// <summary>Has a member get traffic, as soon as the source's own checks find that it works.</summary>
    /// <param name="scope">The group.</param>
    /// <param name="member">Who; also one that was drained, and comes back.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task JoinAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken);

    /// <summary>Has a member get no new traffic, and says whether what it got is done. Called again until it is.</summary>
    /// <param name="scope">The group.</param>
    /// <param name="member">Who. One that the source does not know gets nothing, and is done.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<DrainProgress> DrainAsync(TrafficScope scope, TrafficMember member, CancellationToken cancellationToken);

    /// <summary>Forgets an entry: its member is gone, or was never the group's any more. One that is not there is a success.</summary>
    /// <param name="scope">The group.</param>
    /// <param name="entry">Which, as it was listed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task LeaveAsync(TrafficScope scope, TrafficEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// Whether two uses of the source are of one place, said in other words, as where one names a pool and the other gives its id: then
    /// who is in stays in. Uses that say the same are never asked about.
    /// </summary>
    /// <param name="scope">The group, with one of the uses.</param>
    /// <param name="other">The other use, of the same source.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False where a place has one name only. Refused where the source does not know one of them.</returns>
    Task<bool> IsSamePlaceAsync(TrafficScope scope, TrafficUse other, CancellationToken cancellationToken) => Task.FromResult(false);
}
