using Muster.Core.Groups;

namespace Muster.Core.Storage;

/// <summary>
/// What groups were to be made of, revision by revision. Written with the group that is added or changed (<see cref="IGroupStore"/>);
/// never overwritten, never deleted.
/// </summary>
public interface IRevisionStore
{
    /// <summary>A page of a group's revisions, newest first; of an archived group too.</summary>
    Task<Page<GroupRevision>> ListRevisionsAsync(GroupId group, PageRequest page, CancellationToken cancellationToken);

    /// <summary>One revision of a group; null when there is none.</summary>
    Task<GroupRevision?> FindRevisionAsync(GroupId group, int revision, CancellationToken cancellationToken);
}
