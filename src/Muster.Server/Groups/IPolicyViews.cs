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
    Task<Func<GroupRecord, GroupRecord>> AssumeAsync(GroupRecord record, PolicyInput input, CancellationToken cancellationToken);
}
