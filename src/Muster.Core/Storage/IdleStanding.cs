using Muster.Core.Groups;

namespace Muster.Core.Storage;

/// <summary>What becomes of the record of a check that did nothing: one rule for every store.</summary>
public enum IdleStanding
{
    /// <summary>Somebody acts or has acted since the state was read, or the group lives no more: nothing is written.</summary>
    PassedOver,

    /// <summary>Nobody acted since the state was read: it is written.</summary>
    Counts,

    /// <summary>
    /// The lease ran out and was never given back. Its holder may have written after the state was read, so the record is not
    /// written. The lease is ended instead, with a new fencing number: whoever reads from now on knows all that the holder wrote, and
    /// the holder writes no more.
    /// </summary>
    EndsLease,
}

/// <summary>Judges the record of an idle check.</summary>
public static class IdleRule
{
    /// <summary>Judges it.</summary>
    /// <param name="isLiving">Whether the group lives.</param>
    /// <param name="fence">The fencing number in force.</param>
    /// <param name="leaseEndsAt">When the group's lease ends; null when it was given back or never taken.</param>
    /// <param name="state">The record's state.</param>
    /// <param name="checkedAt">Its instant, as exact as the store keeps times; null when it has none.</param>
    public static IdleStanding Judge(bool isLiving, long fence, DateTimeOffset? leaseEndsAt, GroupState state, DateTimeOffset? checkedAt) =>
        !isLiving || fence != state.Fence ? IdleStanding.PassedOver
        : leaseEndsAt is null ? IdleStanding.Counts
        : leaseEndsAt <= checkedAt ? IdleStanding.EndsLease
        : IdleStanding.PassedOver;
}
