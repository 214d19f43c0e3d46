using System.Collections.Immutable;

using Muster.Core.Claims;

namespace Muster.Core.Storage;

/// <summary>
/// The part of what Muster remembers that says what others than a person claim of a group's capacity. A claim is no edit: it touches
/// neither the group's version nor a check that is under way.
/// </summary>
public interface IClaimStore
{
    /// <summary>Changes a living group's claims in one step: two who change them at once both find what the other did.</summary>
    /// <param name="group">Whose.</param>
    /// <param name="change">From what is kept to what is kept then; pure, since it may be asked more than once.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>What is kept then; the next read of the group has it.</returns>
    /// <exception cref="StoreException"><see cref="StoreErrorKind.NotFound"/>: there is no such living group.</exception>
    Task<ImmutableArray<Claim>> ChangeClaimsAsync(
        GroupId group, Func<ImmutableArray<Claim>, ImmutableArray<Claim>> change, CancellationToken cancellationToken);
}
