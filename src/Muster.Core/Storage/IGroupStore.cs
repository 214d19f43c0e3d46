using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Members;

namespace Muster.Core.Storage;

/// <summary>Groups, as users want them.</summary>
public interface IGroupStore : IGroupReader
{
    /// <summary>
    /// Keeps a new group with its revision and its first activity. The same id again returns without a change: a repeated request.
    /// </summary>
    /// <returns>Whether it was kept by this call; of many with one id at once, by one of them.</returns>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.Duplicate"/>: a living group of the account has the name;
    /// <see cref="StoreErrorKind.NotFound"/>: the account, or a template of the group: unknown, archived or another account's.
    /// </exception>
    Task<bool> AddGroupAsync(Group group, Activity activity, CancellationToken cancellationToken);

    /// <summary>The living group of that name; null when there is none.</summary>
    Task<GroupRecord?> FindGroupAsync(AccountId account, string name, CancellationToken cancellationToken);

    /// <summary>A page of an account's groups by name, then id; without open launches.</summary>
    Task<Page<GroupRecord>> ListGroupsAsync(
        AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a group whose version in the store is one less than <paramref name="changed"/>'s, with its activity; and with its
    /// revision, if that is the next one, as it is whenever template or placements are others than before.
    /// </summary>
    /// <exception cref="StoreException">
    /// <see cref="StoreErrorKind.NotFound"/>: the account has no such living group, or no such living template to change to;
    /// <see cref="StoreErrorKind.Stale"/>: somebody changed it since; <see cref="StoreErrorKind.Duplicate"/>: the new name is taken.
    /// </exception>
    Task UpdateGroupAsync(Group changed, Activity activity, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a living group, and keeps what is said of one of its instances, all or nothing: as <see
    /// cref="UpdateGroupAsync(Group, Activity, CancellationToken)"/> and <see cref="IMemberStore.NoteAsync"/> do, in one step. The
    /// group's activity comes first.
    /// </summary>
    /// <exception cref="InputException">As <see cref="IMemberStore.NoteAsync"/>: the group stays as it was.</exception>
    /// <exception cref="StoreException">
    /// As <see cref="UpdateGroupAsync(Group, Activity, CancellationToken)"/>, with <see cref="StoreErrorKind.NotFound"/> also for a group
    /// that is archived with the change. Nothing is said of the instance.
    /// </exception>
    Task UpdateGroupAsync(Group changed, Activity activity, MemberChange member, CancellationToken cancellationToken);

    /// <summary>The same with what is said of several of its instances, of which the group's own activity tells.</summary>
    /// <inheritdoc cref="UpdateGroupAsync(Group, Activity, MemberChange, CancellationToken)"/>
    Task UpdateGroupAsync(Group changed, Activity activity, ImmutableArray<NoteChange> notes, CancellationToken cancellationToken);
}
