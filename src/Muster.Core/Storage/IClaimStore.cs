using Muster.Core.Claims;

namespace Muster.Core.Storage;

/// <summary>
/// The part of what Muster remembers that says what others than a person claim of a group's capacity. A claim is no edit: it touches
/// neither the group's version nor a check that is under way.
/// </summary>
/// <remarks>
/// Either change may be made again without harm, by a caller who does not know whether it happened. Changes by several sources at once
/// are all kept; of two by one source the later one counts.
/// </remarks>
public interface IClaimStore
{
    /// <summary>Keeps a claim on a living group's capacity, in place of what its source claimed before.</summary>
    /// <param name="group">Whose capacity.</param>
    /// <param name="claim">The claim. It is kept to the microsecond, and its reason without what no store can keep.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>When it is kept; the next read of the group has it.</returns>
    /// <exception cref="InputException">
    /// It is no claim that may be kept, a person's among them, or the group has enough claims of other sources.
    /// </exception>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>: there is no such living group.</exception>
    Task PutClaimAsync(GroupId group, Claim claim, CancellationToken cancellationToken);

    /// <summary>Ends what a source claims of a group's capacity.</summary>
    /// <remarks>Does nothing where that is ended already, or where there is no such living group any more.</remarks>
    /// <param name="group">Whose capacity.</param>
    /// <param name="source">Whose claim.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    Task EndClaimAsync(GroupId group, string source, CancellationToken cancellationToken);
}
