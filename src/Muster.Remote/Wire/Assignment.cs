using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Prices;
using Muster.Core.Storage;

namespace Muster.Remote.Wire;

/// <summary>Everything that a level check elsewhere needs: one group's, or those of a whole sweep.</summary>
public sealed record Assignment
{
    /// <summary>Whose tags instances carry.</summary>
    public required InstallationId Installation { get; init; }

    /// <summary>What the store's clock says.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How long a group's lease lasts unless renewed.</summary>
    public required TimeSpan LeaseDuration { get; init; }

    /// <summary>How long a launch of unknown outcome counts.</summary>
    public required TimeSpan LaunchExpiry { get; init; }

    /// <summary>The groups as the store has them, by id. One that is archived has nothing to be done.</summary>
    public required ImmutableArray<GroupRecord> Groups { get; init; }

    /// <summary>What instances of the groups cost; null where nobody knows.</summary>
    public AssignedPrices? Prices { get; init; }

    /// <summary>How to speak to the cloud; null when nothing lives there.</summary>
    public CloudAccess? Cloud { get; init; }

    /// <summary>
    /// How to speak to the other clouds where the one group lives; null for a group on one cloud, and for a sweep. One that the account may
    /// not use, or whose credential cannot be opened now, is not among them.
    /// </summary>
    public ImmutableArray<CloudAccess>? OtherClouds { get; init; }
}

/// <summary>What instances cost.</summary>
/// <param name="Said">What people say.</param>
/// <param name="Told">What clouds tell, where people say nothing.</param>
public sealed record AssignedPrices(ImmutableArray<Price> Said, ImmutableArray<Price> Told)
{
    /// <summary>As a book of the groups that were assigned: it says nothing of what one of them has become since.</summary>
    /// <param name="groups">The groups, as they were assigned.</param>
    /// <exception cref="InputException">The server said what no book holds.</exception>
    public PriceBook ToBook(IEnumerable<GroupRecord> groups) => PriceBook.Of(Said.AsSpan())
        .With(Told, (price, error) => throw new InputException([error]))
        .Only(groups.SelectMany(record => record.PriceScopes));
}
