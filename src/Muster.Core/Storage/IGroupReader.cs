namespace Muster.Core.Storage;

/// <summary>Groups by their ids.</summary>
public interface IGroupReader
{
    /// <summary>The group with its template, state and open launches; null when there is none. Archived ones too.</summary>
    Task<GroupRecord?> FindGroupAsync(GroupId group, CancellationToken cancellationToken);
}
