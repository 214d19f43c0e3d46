using Muster.Core;
using Muster.Core.Storage;
using Muster.Server.Problems;

namespace Muster.Server.Groups;

/// <summary>Finds an account's group by id or name.</summary>
internal sealed class GroupFinder(IStore store)
{
    /// <exception cref="ProblemException">The account has none of that id, and no living one of that name.</exception>
    public async Task<GroupRecord> GetAsync(AccountId account, string idOrName, CancellationToken cancellationToken)
    {
        // A name may look like an id; the id is tried first, because ids are what programs keep.
        if (Guid.TryParseExact(idOrName, "D", out var id)
            && await store.FindGroupAsync(new GroupId(id), cancellationToken) is { } byId && byId.Group.Account == account)
        {
            return byId;
        }

        return (EntityName.IsValid(idOrName) ? await store.FindGroupAsync(account, idOrName, cancellationToken) : null)
            ?? throw new ProblemException(ProblemKinds.GroupNotFound, $"there is no group '{idOrName}'");
    }
}
