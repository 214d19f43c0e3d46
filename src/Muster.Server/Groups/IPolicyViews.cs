using Muster.Api.Policies;
using Muster.Core.Storage;

namespace Muster.Server.Groups;

/// <summary>Who shows a group's policies beside it.</summary>
internal interface IPolicyViews
{
    /// <summary>All policies of a group, by name.</summary>
    Task<PolicyView[]> ViewAsync(GroupRecord record, CancellationToken cancellationToken);

    /// <summary>
    /// The group as it would be if it had a policy and had asked it now, by the readings that are kept. Nothing is changed.
    /// </summary>
    /// <exception cref="Core.InputException">Something is wrong with the policy.</exception>
    Task<AssumedPolicy> AssumeAsync(GroupRecord record, PolicyInput input, CancellationToken cancellationToken);
}

/// <summary>A policy that a group does not have, as if it had.</summary>
/// <param name="Apply">The group as it would be.</param>
/// <param name="Silence">Why the policy would say nothing, in a sentence; null where it says something.</param>
internal sealed record AssumedPolicy(Func<GroupRecord, GroupRecord> Apply, string? Silence);
