using Muster.Core;
using Muster.Core.Storage;
using Muster.Server.Problems;
using Muster.Server.Requests;

namespace Muster.Server.Finders;

/// <summary>Finds an account's group by id or name.</summary>
internal sealed class GroupFinder(IGroupStore store)
{
    /// <summary>Finds the living one, or an archived one by its id.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="idOrName">Its id, the start of its id, or its name.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="ProblemException">The account has none of that id, and no living one of that name.</exception>
    public Task<GroupRecord> GetAsync(AccountId account, string idOrName, CancellationToken cancellationToken) =>
        GetAsync(account, idOrName, findsArchived: false, cancellationToken);

    /// <summary>The same; where no living group has the name, perhaps the one that had it last.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="idOrName">Its id, the start of its id, or its name.</param>
    /// <param name="findsArchived">Whether a name also finds the group that was deleted last.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <exception cref="ProblemException">There is none, or the start of an id is that of several.</exception>
    public async Task<GroupRecord> GetAsync(AccountId account, string idOrName, bool findsArchived, CancellationToken cancellationToken)
    {
        // A name may look like an id; the id is tried first, because ids are what programs keep.
        if (Guid.TryParseExact(idOrName, "D", out var id)
            && await store.FindGroupAsync(new GroupId(id), cancellationToken) is { } byId && byId.Group.Account == account)
        {
            return byId;
        }

        return (EntityName.IsValid(idOrName) ? await store.FindGroupAsync(account, idOrName, cancellationToken) : null)
            ?? (findsArchived && EntityName.IsValid(idOrName) ? await FindArchivedAsync(account, idOrName, cancellationToken) : null)
            ?? await FindByStartAsync(account, idOrName, cancellationToken)
            ?? throw new ProblemException(ProblemKinds.GroupNotFound, $"there is no group '{idOrName}'");
    }

    /// <summary>The group that had a name last. Listings go by name, so that a page can begin right before it.</summary>
    private async Task<GroupRecord?> FindArchivedAsync(AccountId account, string name, CancellationToken cancellationToken)
    {
        GroupRecord? last = null;
        var cursor = PageCursor.AfterName(name, Guid.Empty);
        while (cursor is not null)
        {
            var page = await store.ListGroupsAsync(account, new(PageRequest.LimitMax, cursor), includeArchived: true, cancellationToken);
            foreach (var record in page.Items.TakeWhile(record => record.Group.Name == name))
            {
                last = last is null || record.Group.ArchivedAt > last.Group.ArchivedAt ? record : last;
            }

            cursor = page.Items.All(record => record.Group.Name == name) ? page.NextCursor : null;
        }

        return last;
    }

    private async Task<GroupRecord?> FindByStartAsync(AccountId account, string start, CancellationToken cancellationToken)
    {
        var found = await IdStart.FindAsync(
            "group",
            start,
            cursor => store.ListGroupsAsync(account, new(PageRequest.LimitMax, cursor), includeArchived: true, cancellationToken),
            record => record.Group.Id.Value);
        // Listings say who there is; what a check needs to know comes from a read of its own.
        return found is null ? null : await store.FindGroupAsync(found.Group.Id, cancellationToken);
    }
}
