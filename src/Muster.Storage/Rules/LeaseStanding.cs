using Muster.Core;
using Muster.Core.Storage;

namespace Muster.Storage.Rules;

/// <summary>A group's lease as it is kept, and what may be done with it.</summary>
/// <param name="Fence">The newest fencing number given.</param>
/// <param name="Holder">Who took it; null when it was given back or never taken.</param>
/// <param name="EndsAt">When it ends; null when it was given back or never taken.</param>
internal sealed record LeaseStanding(long Fence, string? Holder, DateTimeOffset? EndsAt)
{
    /// <summary>Of a group that is new.</summary>
    public static LeaseStanding New { get; } = new(Fence: 0, Holder: null, EndsAt: null);

    /// <summary>
    /// Whether a lease is the newest, was not given back, and is shown by whom it was given to: a fencing number alone can be read by many.
    /// </summary>
    public bool Honours(GroupLease lease) => EndsAt is not null && Fence == lease.Fence && Holder == lease.Holder;

    /// <summary>Whether nobody holds it, and nobody took it since <paramref name="expectedFence"/> was read.</summary>
    public bool IsFreeAt(DateTimeOffset now, long expectedFence) => Fence == expectedFence && (EndsAt is not { } endsAt || endsAt <= now);

    /// <summary>Taken, with the next fencing number.</summary>
    public LeaseStanding Taken(string holder, DateTimeOffset endsAt) => new(Fence + 1, holder, endsAt);

    /// <summary>With a later end; never an earlier one.</summary>
    public LeaseStanding Renewed(DateTimeOffset endsAt) => EndsAt < endsAt ? this with { EndsAt = endsAt } : this;

    /// <summary>Ended, with a new fencing number: what was read while it was held can neither be acted on nor recorded.</summary>
    public LeaseStanding Ended() => new(Fence + 1, Holder: null, EndsAt: null);

    /// <summary>The lease as its holder knows it.</summary>
    public GroupLease ToLease(GroupId group) => new(
        group,
        Holder ?? throw new InvalidOperationException($"nobody holds the lease of group {group}"),
        Fence,
        EndsAt ?? throw new InvalidOperationException($"the lease of group {group} has no end"));
}
