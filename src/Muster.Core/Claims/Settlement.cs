using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Schedules;

namespace Muster.Core.Claims;

/// <summary>What a group's claims and schedules come to.</summary>
/// <param name="Desired">How many there are to be, within the bounds.</param>
/// <param name="Min">The lower bound in force.</param>
/// <param name="Max">The upper bound in force.</param>
/// <param name="Source">
/// Who decided: the source of a claim, or who is behind it (<see cref="Claim.Author"/>), or a schedule by its name.
/// </param>
/// <param name="Why">Why so many, in words; null where it is what a person wanted.</param>
/// <param name="ChangesAt">
/// When it may come to something else by itself, since a claim, a hold or a schedule's window ends; null for never.
/// </param>
public sealed record Settlement(int Desired, int Min, int Max, string Source, string? Why, DateTimeOffset? ChangesAt)
{
    private static readonly Settlement Nothing = new(0, 0, 0, Claim.Person, Why: null, ChangesAt: null);

    /// <summary>Settles the claims of a group that follows no schedule; see the other one.</summary>
    public static Settlement Of(Group group, ImmutableArray<Claim> claims, DateTimeOffset now) => Of(group, claims, [], now);

    /// <summary>Settles the claims within the schedules. Pure: the order in which either come says nothing.</summary>
    /// <remarks>
    /// Bounds narrow each other and never leave the person's own, the lower one giving way to the upper. Of all values claimed
    /// since the person last spoke the highest counts; while there is none, the person's word stands. The value that counts is
    /// raised to the schedules' floors, and then moved into the bounds. While the person's word is held
    /// (<see cref="Group.HeldUntil"/>), neither policies nor schedules say anything.
    /// </remarks>
    /// <param name="group">
    /// Its bounds, and the value that a person set. One that is being deleted is to have none, whatever anybody claims.
    /// </param>
    /// <param name="claims">All other claims, whether they hold or not.</param>
    /// <param name="schedules">The schedules that are followed.</param>
    /// <param name="now">The instant.</param>
    public static Settlement Of(Group group, ImmutableArray<Claim> claims, ImmutableArray<NamedSchedule> schedules, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(group);
        if (group.Phase is not GroupPhase.Active)
        {
            return Nothing;
        }

        var capacity = group.Capacity;
        if (claims.IsDefaultOrEmpty && schedules.IsDefaultOrEmpty)
        {
            return new(
                Math.Clamp(capacity.Desired, capacity.Min, capacity.Max),
                capacity.Min,
                capacity.Max,
                Claim.Person,
                Why: null,
                ChangesAt: null);
        }

        DateTimeOffset? heldUntil = group.HeldUntil is { } end && now < end ? end : null;
        var bounds = heldUntil is null ? Bound.OfSchedules(schedules, now) : [];
        var holding = claims.IsDefaultOrEmpty ? [] : claims
            .Where(claim => claim.HoldsAt(now) && (heldUntil is null || claim.Source != Claim.Steering))
            .OrderBy(claim => claim.Source, StringComparer.Ordinal)
            .ToList();
        bounds.AddRange(holding.Select(Bound.Of));
        return Settle(group, holding, bounds, Earliest(heldUntil, bounds.Min(bound => bound.Until)));
    }

    private static Settlement Settle(Group group, List<Claim> holding, List<Bound> bounds, DateTimeOffset? changesAt)
    {
        var (capacity, saidAt) = (group.Capacity, group.ScaledAt ?? group.UpdatedAt);
        var max = Math.Max(capacity.Min, bounds.Aggregate(capacity.Max, (most, bound) => Math.Min(most, bound.Max ?? most)));
        var min = Math.Min(max, bounds.Aggregate(capacity.Min, (least, bound) => Math.Max(least, bound.Min ?? least)));
        var winner = holding.Where(claim => claim.Desired is not null && claim.Since >= saidAt).MaxBy(claim => claim.Desired);
        var asked = winner?.Desired ?? capacity.Desired;
        var floor = bounds.Where(bound => bound.Floor > asked).MaxBy(bound => bound.Floor);
        var wanted = floor?.Floor ?? asked;
        var desired = Math.Clamp(wanted, min, max);

        // A bound decides: a person's own goes without saying.
        var bounding = desired < wanted ? bounds.Where(bound => bound.Max < capacity.Max).MinBy(bound => bound.Max)
            : desired > wanted ? bounds.Where(bound => bound.Min > capacity.Min).MaxBy(bound => bound.Min)
            : null;
        var decided = bounding ?? floor ?? (winner is null ? null : Bound.Of(winner));
        return new(desired, min, max, decided?.Name ?? Claim.Person, decided?.Why, changesAt);
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
