using Muster.Core;
using Muster.Core.Storage;

namespace Muster.Storage;

/// <summary>What a store refuses, in the same words whatever the dialect.</summary>
internal static class Refusal
{
    public static StoreException NotFound<TId>(string what, TId id)
        where TId : struct, IId<TId> => new(StoreErrorKind.NotFound, $"there is no {what} {id}");

    public static StoreException Taken(string what, string name) =>
        new(StoreErrorKind.Duplicate, $"there is a {what} named '{name}' already");

    public static StoreException KeptAlready(TokenId token) => new(StoreErrorKind.Duplicate, $"token {token} is kept already");

    /// <summary>Some stores only know that one of many is.</summary>
    public static StoreException ToldAlready(Exception error) =>
        new(StoreErrorKind.Duplicate, "an activity of that id is in the trail already", error);

    public static StoreException InUse(string template) =>
        new(StoreErrorKind.InUse, $"template '{template}' is used by a living group");

    public static StoreException Stale(string group, long current, long expected) =>
        new(StoreErrorKind.Stale, $"group '{group}' is at version {current}, not {expected}");

    public static StoreException StalePolicy(string policy, long current, long expected) =>
        new(StoreErrorKind.Stale, $"policy '{policy}' is at version {current}, not {expected}");

    public static StoreException NoPolicy(GroupId group, string policy) =>
        new(StoreErrorKind.NotFound, $"group {group} has no policy named '{policy}'");

    public static StoreException Fenced(GroupLease lease) =>
        new(StoreErrorKind.Fenced, $"lease {lease.Fence} of group {lease.Group} is over");

    public static StoreException MustStay(GroupLease lease, InstanceId instance) => new(
        StoreErrorKind.Fenced,
        $"instance {instance} of group {lease.Group} has come to be protected or on standby: nothing was written, and nobody ends it");

    public static StoreException Fenced(SweepLease lease) =>
        new(StoreErrorKind.Fenced, $"lease {lease.Fence} of the sweep of {lease.Sweep.Cloud} is over");
}
