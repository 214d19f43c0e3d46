using Muster.Api.Policies;
using Muster.Core.Storage;

namespace Muster.Server.Groups;

/// <summary>Who shows a group's policies beside it.</summary>
internal interface IPolicyViews
{
    /// <summary>All policies of a group, by name.</summary>
    Task<PolicyView[]> ViewAsync(GroupRecord record, CancellationToken cancellationToken);
}
