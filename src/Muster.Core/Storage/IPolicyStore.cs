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
    /// The policy. With <see cref="Policy.Version"/> 1 there must be none of that name; with a higher one, there must be the version before.
    /// </param>
    /// <param name="activity">What the audit trail learns.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <exception cref="InputException">The group has <see cref="Policy.PerGroupMax"/> policies.</exception>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.NotFound"/>: no such living group; <see cref="StoreErrorKind.Conflict"/>: another version is there.
    /// </exception>
    Task PutPolicyAsync(GroupId group, Policy policy, Activity activity, CancellationToken cancellationToken);

    /// <summary>Removes a policy, and with the last one what steering claims of the group.</summary>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>: no such living group, or policy.</exception>
    Task RemovePolicyAsync(GroupId group, string name, Activity activity, CancellationToken cancellationToken);
}
