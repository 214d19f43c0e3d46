using Muster.Core.Activities;
using Muster.Core.Steering;

namespace Muster.Core.Storage;

/// <summary>
/// The part of what Muster remembers that holds groups' policies. They stand beside the group, as claims do: a change of one touches
/// neither the group's version nor a check that is under way. The next read of the group has it (<see cref="GroupRecord.Policies"/>).
/// </summary>
public interface IPolicyStore
{
    /// <summary>Adds a policy to a living group, or replaces the one of that name.</summary>
    /// <param name="group">Whose.</param>
    /// <param name="policy">
    /// The policy. With <see cref="Policy.Version"/> 1 there must be none of that name; with a higher one, there must be the version
    /// before.
    /// </param>
    /// <param name="activity">What the audit trail learns.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <remarks>A policy that is there already, word for word, is left as it is, and the trail learns nothing.</remarks>
    /// <exception cref="InputException">
    /// It is no policy that may be kept, or the group has <see cref="Policy.PerGroupMax"/> others; says every wrong field.
    /// </exception>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.NotFound"/>: no such living group, or, of a version beyond the first, no such policy;
    /// <see cref="StoreErrorKind.Duplicate"/>: a first version, and there is one of that name; <see cref="StoreErrorKind.Stale"/>: the
    /// version before is not the one that is there.
    /// </exception>
    Task PutPolicyAsync(GroupId group, Policy policy, Activity activity, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a policy. With the last one that is no schedule, what rounds concluded is forgotten; what steering claims stays, so that the
    /// group is as large afterwards as before. The same when that one becomes a schedule.
    /// </summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>: no such living group, or policy.</exception>
    Task RemovePolicyAsync(GroupId group, string name, Activity activity, CancellationToken cancellationToken);
}
