using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Placements;

namespace Muster.Core.Planning;

/// <summary>How a group's level is shared among its slices: what each place holds and allows, and what that comes to. Pure.</summary>
/// <param name="Distribution">How many each is to have.</param>
/// <param name="Surplus">Living instances that may end, since as many are certainly there beside the level.</param>
/// <param name="RunningSurplus">Of them, running ones: what only is on its way up replaces none that runs.</param>
/// <param name="Beyond">How many more may live than the level, for unhealthy ones that are to be replaced.</param>
/// <param name="Holds">What the group as a whole leaves undone.</param>
/// <param name="Inventories">What is in each slice, sorted by what it means; null for one that nobody could look at.</param>
/// <param name="Budget">What launches may cost.</param>
internal sealed record Spreading(
    Distribution Distribution,
    int Surplus,
    int RunningSurplus,
    int Beyond,
    ImmutableArray<PlannedAction.Hold> Holds,
    ImmutableArray<Inventory?> Inventories,
    Budget Budget)
{
    /// <summary>Members that may move back in an hour, however small the group: a stock that comes and goes must not churn it.</summary>
    private const int MovesPerHourMin = 10;

    /// <param name="input">What the plan depends on.</param>
    /// <param name="spread">The same of the sharing.</param>
    public static Spreading Of(PlanInput input, Spread spread)
    {
        var departures = new Departures(input);
        var parts = new Part[input.Slices.Length];
        for (var order = 0; order < parts.Length; order++)
        {
            parts[order] = Part.Of(input, spread, departures, input.Slices[order], order);
        }

        AddReturns(input, spread.Level, parts);
        var places = ImmutableArray.CreateBuilder<Place>(parts.Length);
        var inventories = ImmutableArray.CreateBuilder<Inventory?>(parts.Length);

        // Loops rather than queries: of most groups nothing is to be done, and this is what they cost.
        var (up, running, provisioning, pending, isMoving) = (0, 0, 0, 0, input.State.Moving > 0);
        foreach (var part in parts)
        {
            places.Add(part.Place);
            inventories.Add(part.Inventory);
            if (!part.Place.IsLost)
            {
                (up, running) = (up + part.Running, running + (part.Inventory?.Running.Count ?? 0));
                (provisioning, pending) = (provisioning + part.Provisioning, pending + part.Pending);
                isMoving |= part.Place.Held > part.Place.Max || part.Place is { IsLeaving: true, Held: > 0 };
            }
        }

        // Who moves is launched first, and nobody ends for it before it runs. Without moves, what comes up is as good as what runs.
        var certain = up + (isMoving && spread.Level > 0 ? 0 : provisioning);
        var surplus = Math.Max(0, certain - spread.Level);
        var distribution = Distribution.Of(
            spread.Level,
            places.MoveToImmutable(),
            surplus,
            replacing: pending + provisioning,
            // Who cannot end does not move either: it would only be one more.
            input.Group.Suspended.HasFlag(Suspension.Terminate) ? 0 : spread.Layout.Surge.Of(spread.Level),
            MayReturn(input, spread, parts) ? Math.Max(0, MovesPerHour(spread.Level) - input.State.Moved.At(input.Now)) : 0,
            spread.Layout.OnDemandPercentAboveBase,
            spread.Layout.Distribution is DistributionKind.Cheapest,
            input.Currency);
        return new(
            distribution,
            surplus,
            spread.Level == 0 ? surplus : Math.Max(0, running - spread.Level),
            Math.Max(
                0,
                spread.Level + input.Group.Repair.Surge.Of(spread.Level) - up - provisioning - pending),
            Hold(distribution, parts),
            inventories.MoveToImmutable(),
            Budget.Limits(input)
                ? Budget.Of(input, [.. parts.Select((part, index) => (input.Slices[index], part.Held))])
                : Budget.Unlimited);
    }

    /// <summary>What a place holds that cannot be seen: what the last look showed there, and the launches that it did not show.</summary>
    public static (int Held, int Pending) HeldUnseen(PlanInput input, Slice slice)
    {
        var counts = input.State.Of(slice.Placement.Name).Counts;
        var unseen = slice.OpenLaunches.Count(
            launch => launch is { IsOpen: true, IsBornDead: false, IsForPool: false, Phase: not LaunchPhase.Seen });

        // A listing that lagged did not show what an earlier one had: then it counted among those that are pending.
        return (counts.Live + counts.Unknown, Math.Max(unseen, counts.Pending));
    }

    /// <summary>
    /// What drains and may return holds its place again where the group is below its level, and what rests in the warm pool takes one:
    /// nothing is launched elsewhere for it.
    /// </summary>
    private static void AddReturns(PlanInput input, int level, Part[] parts)
    {
        var (missing, lost, mayReturn) = ((long)level, 0L, false);
        foreach (var part in parts)
        {
            missing -= part.Place.IsLost ? 0 : part.Place.Held;
            lost += part.Place.IsLost ? part.Place.Held : 0;
            mayReturn |= part.Inventory is { Draining.Count: > 0 } or { Pooled.Count: > 0 };
        }

        if (missing <= 0 || !mayReturn)
        {
            return;
        }

        var back = parts.SelectMany((part, index) => part.Inventory is not { } inventory
                ? []
                : Draining.Returnable(input, input.Slices[index], inventory)
                    .Select(one => (Index: index, IsPooled: false, one.Since, one.Instance.Id))
                    .Concat(Pooling.Startable(input, input.Slices[index], inventory)
                        .Select(one => (Index: index, IsPooled: true, Since: one.CreatedAt, one.Id)))
                    .Take(Math.Max(0, part.Place.Max - part.Place.Held)))
            .OrderBy(one => one.IsPooled).ThenByDescending(one => one.Since).ThenBy(one => one.Id)
            .Take((int)Math.Min(missing, int.MaxValue))

            // What is lost from sight is filled elsewhere in batches, also out of the pool: it may be there yet.
            .Where((one, order) => !one.IsPooled || order < missing - lost)
            .CountBy(one => one.Index)
            .ToList();
        foreach (var (index, count) in back)
        {
            var place = parts[index].Place;
            parts[index] = parts[index] with { Place = place with { Held = place.Held + count } };
        }
    }

    private static int MovesPerHour(int level) => Math.Max(MovesPerHourMin, level);

    /// <summary>
    /// Whether the group is well, so that members may move back: at its level, all of it running, and nothing in its way.
    /// </summary>
    private static bool MayReturn(PlanInput input, Spread spread, Part[] parts) =>
        spread.Layout.ReturnAfter is not null
        && input.Group is { Phase: GroupPhase.Active, Suspended: Suspension.None }
        && parts.Any(part => part.Place.Owed > 0)
        && parts.All(part => part is { IsBlind: false, Pending: 0, Provisioning: 0, Dead: 0 }
            && !input.State.Of(part.Place.Name).MassFailure)
        && parts.Sum(part => part.Running) == spread.Level;

    private static ImmutableArray<PlannedAction.Hold> Hold(Distribution distribution, Part[] parts)
    {
        if (distribution is { HeldBack: 0, Unplaced: 0 })
        {
            return [];
        }

        var places = parts.Select(part => part.Place).ToList();
        var holds = ImmutableArray.CreateBuilder<PlannedAction.Hold>();
        if (distribution.HeldBack > 0)
        {
            var lost = places.Where(place => place.Vacant > 0 || place is { IsLost: true, IsLeaving: false });
            holds.Add(new(RecheckAt: null)
            {
                Reason = Text(
                    $"{distribution.HeldBack} held back: {string.Join(", ", lost.Select(place => place.Name))} was lost at once: ")
                    + Text($"replacing {distribution.Batch} at a time"),
            });
        }

        if (distribution.Unplaced > 0)
        {
            var why = places.Where(place => !place.IsEarlier).Select(place => place.Closed is { } closed ? $"{place.Name}: {closed}"
                : place.IsLeaving ? $"{place.Name}: a person wants it empty"
                : Text($"{place.Name}: {place.Max} at most"));
            var find = distribution.Unplaced == 1 ? "finds" : "find";
            holds.Add(new(RecheckAt: null) { Reason = Text($"{distribution.Unplaced} {find} no room ({string.Join("; ", why)})") });
        }

        return holds.DrainToImmutable();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>One slice in numbers.</summary>
    private sealed record Part(
        Place Place, Inventory? Inventory, int Running, int Provisioning, int Pending, int Dead, bool IsBlind)
    {
        /// <summary>Places that are taken, or may be, and what drains: all of them cost.</summary>
        public required int Held { get; init; }

        public static Part Of(PlanInput input, Spread spread, Departures departures, Slice slice, int order)
        {
            var (state, spec) = (input.State.Of(slice.Placement.Name), slice.Placement.Spec);
            var inventory = slice.Blind is null ? Inventory.Of(input, slice, departures) : null;
            var (held, pending) = inventory is null
                ? HeldUnseen(input, slice)
                : (inventory.Live + inventory.Unknown.Count, inventory.Pending.Length);
            var occupied = held + pending;
            var lingering = inventory?.Lingering ?? 0;
            var evacuation = input.Group.Evacuations.Of(slice.Placement.Name);
            var isOver = spread.Layout.SpillAfter is { } after && state.FailingSince is { } since && since + after <= input.Now;
            var isLost = slice.Blind is not null && (isOver || evacuation is { IgnoresDead: true });
            var room = slice.Placement.IsEarlier || evacuation is not null || isLost ? 0 : RoomOf(input, slice, state, isOver);
            var place = new Place
            {
                Name = slice.Placement.Name,
                Order = order,
                Tier = slice.Placement.IsEarlier ? int.MaxValue
                    : spread.Layout.Distribution is DistributionKind.Ordered ? spec.Rank ?? order : 0,
                Weight = spread.Layout.Distribution is DistributionKind.Balanced ? spec.Weight ?? 1 : 1,
                Min = spec.Min,
                Max = spec.Max ?? int.MaxValue,
                Base = spec.Base,
                IsInterruptible = spec.IsInterruptible,
                Price = slice.Price,

                // While replacing is suspended, dead instances leave their places empty, here and everywhere.
                Held = input.Group.Suspended.HasFlag(Suspension.Replace) ? Math.Max(occupied, state.EstablishedLevel) : occupied,
                Room = room,
                Closed = room == int.MaxValue || slice.Placement.IsEarlier || evacuation is not null ? null : WhyClosed(slice, state),
                IsLost = isLost,
                Vacant = room == 0 && inventory is not null && evacuation is null && !slice.Placement.IsEarlier
                    ? VacantOf(input, state, inventory.Alive)
                    : 0,
                IsLeaving = evacuation is not null,
                LeavesAtOnce = evacuation is { IgnoresDead: true },
                IsEarlier = slice.Placement.IsEarlier,
                Owed = state.Owed,
                MayReturn = MayReturnTo(input, spread, state),
            };
            return new(
                place,
                inventory,
                inventory is null ? held : inventory.Running.Count + inventory.Unknown.Count,
                inventory?.Provisioning.Count ?? 0,
                pending,
                inventory?.Dead.Count ?? 0,
                slice.Blind is not null)
            {
                Held = occupied + lingering + (inventory is null
                    ? state.Counts.Draining + Pooling.InPool(input, slice, inventory: null)
                    : inventory.Draining.Count + inventory.InPool),
            };
        }

        /// <summary>
        /// How many may move back at once: one as a probe where launches failed. A person who has changed the group since vouches for it.
        /// </summary>
        private static int MayReturnTo(PlanInput input, Spread spread, PlacementState state) => state.UnavailableAt is not { } at
            ? int.MaxValue
            : at < input.Group.UpdatedAt || at + spread.Layout.ReturnAfter <= input.Now ? 1 : 0;

        /// <summary>What died at once there, or did before and is being replaced.</summary>
        private static int VacantOf(PlanInput input, PlacementState state, int occupied)
        {
            var lost = Math.Max(0, state.EstablishedLevel - occupied);
            return state.MassFailure || SlicePlanner.IsMassFailure(input.Group, state, state.EstablishedLevel, occupied) ? lost : 0;
        }

        /// <summary>
        /// How many may be launched there. What cannot be seen for a while yet is waited for, and not launched elsewhere.
        /// </summary>
        private static int RoomOf(PlanInput input, Slice slice, PlacementState state, bool isOver)
        {
            var unproven = slice.OpenLaunches.IsEmpty ? 0 : slice.OpenLaunches.Count(launch => launch.IsOpen && !launch.IsBornDead);
            var allowed = state.Breaker.Allowance(input.Now, unproven);

            // One that does not take launches is tried with one at a time.
            return isOver ? Math.Min(allowed, Math.Max(0, 1 - unproven)) : allowed;
        }

        private static string WhyClosed(Slice slice, PlacementState state) =>
            slice.Blind?.Words ?? state.Breaker.LastFailure ?? "its cloud does not take launches";
    }
}
