using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Groups;

namespace Muster.Core.Claims;

/// <summary>What a group's claims come to.</summary>
/// <param name="Desired">How many there are to be, within the bounds.</param>
/// <param name="Min">The lower bound in force.</param>
/// <param name="Max">The upper bound in force.</param>
/// <param name="Source">Whose claim decided.</param>
/// <param name="Why">Why so many, in words; null where it is what a person wanted.</param>
/// <param name="ChangesAt">When it comes to something else by itself, since a claim ends; null for never.</param>
public sealed record Settlement(int Desired, int Min, int Max, string Source, string? Why, DateTimeOffset? ChangesAt)
{
    private static readonly Settlement Nothing = new(0, 0, 0, Claim.Person, Why: null, ChangesAt: null);

    /// <summary>Settles the claims. Pure: the order in which they come says nothing.</summary>
    /// <remarks>
    /// Bounds narrow each other and never leave the person's own, the lower one giving way to the upper. Of all values claimed
    /// since the person last spoke the highest counts; while there is none, the person's word stands. The value that counts is
    /// then moved into the bounds.
    /// </remarks>
    /// <param name="group">
    /// Its bounds, and the value that a person set. One that is being deleted is to have none, whatever anybody claims.
    /// </param>
    /// <param name="claims">All other claims, whether they hold or not.</param>
    /// <param name="now">The instant.</param>
    public static Settlement Of(Group group, ImmutableArray<Claim> claims, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (group.Phase is not GroupPhase.Active)
        {
            return Nothing;
        }

        var (capacity, saidAt) = (group.Capacity, group.ScaledAt ?? group.UpdatedAt);
        if (claims.IsDefaultOrEmpty)
        {
            return new(
                Math.Clamp(capacity.Desired, capacity.Min, capacity.Max),
                capacity.Min,
                capacity.Max,
                Claim.Person,
                Why: null,
                ChangesAt: null);
        }

        var holding = claims.Where(claim => claim.HoldsAt(now)).OrderBy(claim => claim.Source, StringComparer.Ordinal).ToList();
        var changesAt = holding.Min(claim => claim.Until);
        var max = Math.Max(capacity.Min, holding.Aggregate(capacity.Max, (bound, claim) => Math.Min(bound, claim.Max ?? bound)));
        var min = Math.Min(max, holding.Aggregate(capacity.Min, (bound, claim) => Math.Max(bound, claim.Min ?? bound)));
        var winner = holding.Where(claim => claim.Desired is not null && claim.Since >= saidAt).MaxBy(claim => claim.Desired);
        var wanted = winner?.Desired ?? capacity.Desired;
        var desired = Math.Clamp(wanted, min, max);
        if (desired == wanted)
        {
            return new(desired, min, max, winner?.Source ?? Claim.Person, winner is null ? null : Words(winner), changesAt);
        }

        // A bound decides: a person's own goes without saying.
        var bounding = desired < wanted
            ? holding.Where(claim => claim.Max < capacity.Max).MinBy(claim => claim.Max)
            : holding.Where(claim => claim.Min > capacity.Min).MaxBy(claim => claim.Min);
        return new(
            desired,
            min,
            max,
            bounding?.Source ?? winner?.Source ?? Claim.Person,
            bounding is not null ? Words(bounding) : winner is not null ? Words(winner) : null,
            changesAt);
    }

    private static string Words(Claim claim) => string.Create(CultureInfo.InvariantCulture, $"{claim.Source}: {claim.Reason}");
}
