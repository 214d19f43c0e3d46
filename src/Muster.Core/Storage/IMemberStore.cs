using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Members;

namespace Muster.Core.Storage;

/// <summary>
/// The part of what Muster remembers that holds what people and sources of health say of instances. It stands beside the group, as claims
/// do: it touches neither the group's version nor a check that is under way. The next read of the group has it (<see
/// cref="GroupRecord.Notes"/>).
/// </summary>
/// <remarks>
/// What is said by several at once is all kept; of two words of one source on one instance the later one counts. Saying the same again does
/// no harm.
/// </remarks>
public interface IMemberStore
{
    /// <summary>Keeps what is said of a living group's instances, all or nothing (<see cref="MemberNotes.Apply"/>).</summary>
    /// <param name="group">Whose.</param>
    /// <param name="changes">What is said, in order.</param>
    /// <param name="activity">What the audit trail learns, of what a person says; null for nothing.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>The notes as they are now.</returns>
    /// <remarks>
    /// Once an instance is protected or on standby, no check writes down its end: a record that does is refused as fenced, and the check is
    /// made again from what is so now.
    /// </remarks>
    /// <exception cref="InputException">
    /// More is said than is kept, or an instance was to be protected or put on standby whose end is written down already.
    /// </exception>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>: there is no such living group.</exception>
    Task<ImmutableArray<MemberNote>> NoteAsync(
        GroupId group, ImmutableArray<NoteChange> changes, Activity? activity, CancellationToken cancellationToken);
}
