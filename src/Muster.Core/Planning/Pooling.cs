using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;

namespace Muster.Core.Planning;

/// <summary>
/// Plans what becomes of a warm pool: who is started for what the level misses, who goes to rest, what is launched for it, and who ends.
/// Pure.
/// </summary>
internal static class Pooling
{
    /// <summary>One that so often in a row did not start is worth nothing: another takes its place.</summary>
    public const int FailuresMax = 5;

    /// <summary>Whether a group has a pool, or had one of which something is left.</summary>
    public static bool IsAny(PlanInput input, Inventory inventory) => input.Group.Pool is not null || inventory.InPool > 0;

    /// <summary>
    /// Those that may be started: they are what the group would launch, and nothing is known against them. Who is up goes first, then the
    /// youngest.
    /// </summary>
    public static IEnumerable<Instance> Startable(PlanInput input, Slice slice, Inventory inventory)
    {
        if (inventory.Pooled.Count == 0 || input.Group.Phase is not GroupPhase.Active || slice.IsLeft(input.Group)
            || input.Group.Suspended.HasFlag(Suspension.Launch))
        {
            return [];
        }

        var memory = TerminationMemory.Of(input, slice);
        return inventory.Pooled
            .Where(instance => instance.Warmth is Warmth.Ready or Warmth.Resting
                && !IsAwaited(input, inventory, instance)
                && !instance.HasNotice(input.Now) && WhyRenewed(input, slice, inventory, memory, instance) is null)
            .OrderBy(instance => instance.Warmth is not Warmth.Ready)
            .ThenByDescending(instance => instance.CreatedAt).ThenBy(instance => instance.Id);
    }

    /// <summary>As many as the level misses, before anything is asked for again, or launched.</summary>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="spending">What the group's brakes still allow.</param>
    /// <param name="extra">How many may live beyond the level, for those that are to be replaced.</param>
    /// <param name="returned">How many that drained return to service.</param>
    public static ImmutableArray<PlannedAction> Start(
        PlanInput input, Slice slice, Inventory inventory, Spending spending, int extra, int returned)
    {
        if (inventory.Pooled.Count == 0)
        {
            return [];
        }

        var empty = LaunchStep.EmptyPlaces(input, slice, inventory);
        var taken = inventory.Live + inventory.Unknown.Count
            + inventory.Pending.Count(launch => launch.Phase is not LaunchPhase.Intended) + empty + returned;
        var below = Math.Max(0, slice.Wanted - taken);
        var missing = below + Math.Clamp(slice.Wanted + extra - taken - below, 0, Math.Max(0, spending.Beyond));
        if (slice.Placement.Spec.Max is { } most)
        {
            missing = Math.Min(missing, most - taken - inventory.Lingering);
        }

        return
        [
            .. Startable(input, slice, inventory).Take(Math.Max(0, missing)).Select(instance => new PlannedAction.Start(instance)
            {
                Reason = $"{Words.Standing(slice.Wanted, inventory.Counts)}: {Count(missing)} missing, and this one "
                    + (instance.Warmth is Warmth.Ready ? "is up for the pool" : "rests in the pool"),
            }),
        ];
    }

    /// <summary>The places in the pool that instances beyond the level may take; none where the group does not want that.</summary>
    public static PoolPlaces PlacesFor(PlanInput input, Slice slice, Inventory inventory, TerminationMemory memory) =>
        input.Group.Pool is { TakesSurplus: true } pool && CanRest(slice, pool) && slice.PoolWanted > inventory.InPool
            ? new(slice.PoolWanted - inventory.InPool, instance => instance.State is InstanceState.Running
                && inventory.IsSound(instance, input.Now) && !instance.HasNotice(input.Now)
                && !(inventory.HasDrained(instance) && Draining.IsAbandoned(input, inventory, instance))
                && WhyRenewed(input, slice, inventory, memory, instance) is null)
            : PoolPlaces.None;

    /// <summary>Who goes to rest: those that are up for the pool and are not started, and those that were told so and do not.</summary>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="memory">Who was told to end before: one is told one thing.</param>
    /// <param name="started">Who is started.</param>
    /// <param name="ended">Who ends.</param>
    public static ImmutableArray<PlannedAction> Rest(
        PlanInput input,
        Slice slice,
        Inventory inventory,
        TerminationMemory memory,
        ImmutableArray<PlannedAction> started,
        TerminationReport ended)
    {
        if (inventory.Pooled.Count == 0 || input.Group.Pool is not { } pool || !CanRest(slice, pool))
        {
            return [];
        }

        var leaving = IdsOf(started);
        leaving.UnionWith(ended.Actions.Select(action => action.Ended).OfType<Instance>().Select(instance => instance.Id));
        return
        [
            .. inventory.Pooled
                .Where(instance => !leaving.Contains(instance.Id) && memory.EndOf(instance.Id) == 0
                    && (instance.Warmth is Warmth.Ready
                        || (instance.Warmth is Warmth.Settling && !IsAwaited(input, inventory, instance))))
                .OrderBy(instance => instance.Id)
                .Select(instance => new PlannedAction.Rest(instance)
                {
                    Reason = instance.Warmth is Warmth.Ready ? "it is up, and was launched for the pool" : "it was told to rest, and is up",
                }),
        ];
    }

    /// <summary>Who of the pool ends: what is too much, what is worth nothing any more, and one at a time what is to be renewed.</summary>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="memory">Who was told to end before.</param>
    /// <param name="allowed">How many may still be planned.</param>
    /// <param name="started">Who is started.</param>
    public static TerminationReport End(
        PlanInput input, Slice slice, Inventory inventory, TerminationMemory memory, int allowed, ImmutableArray<PlannedAction> started)
    {
        if (inventory.Pooled.Count == 0)
        {
            return TerminationReport.Nothing;
        }

        var leaving = IdsOf(started);
        var staying = inventory.Pooled.Where(instance => !leaving.Contains(instance.Id)).ToList();

        // One that did not start may yet, for a while: it would be a living one that ends. And what nobody can see may be fewer than it is
        // taken for: nothing ends for it.
        var isDeleted = input.Group.Phase is GroupPhase.Draining;
        var mortal = staying
            .Where(instance => !inventory.IsProtected(instance) && (isDeleted || !IsAwaited(input, inventory, instance)))
            .OrderByDescending(instance => IsWorthless(inventory, memory, instance))
            .ThenByDescending(instance => WhyRenewed(input, slice, inventory, memory, instance) is not null)
            .ThenBy(instance => instance.Warmth)
            .ThenBy(instance => instance.CreatedAt).ThenBy(instance => instance.Id)
            .ToList();
        var mayBeFewer = !isDeleted && input.Group.Pool is not null && input.Slices.Any(one => one.Blind is not null);
        var tooMany = mayBeFewer ? 0 : Math.Max(0, staying.Count + inventory.PoolPending.Length - slice.PoolWanted);
        var ending = tooMany > 0 ? [.. mortal.Take(tooMany)]
            : mortal.Where(instance => IsWorthless(inventory, memory, instance)).Take(1).ToList();
        if (ending.Count == 0 && staying.Count == slice.PoolWanted && MayRenew(input, slice))
        {
            ending = [.. mortal.Where(instance => WhyRenewed(input, slice, inventory, memory, instance) is not null).Take(1)];
        }

        return TerminationStep.Take(
            input,
            slice,
            inventory,
            memory,
            allowed,
            ending,
            ending.Count,
            instance => isDeleted ? "the group is being deleted"
                : input.Group.Pool is null ? "the group has no pool any more"
                : tooMany > 0 ? $"{Count(slice.PoolWanted)} wanted in the pool: {Count(tooMany)} too many"
                : $"{WhyRenewed(input, slice, inventory, memory, instance)}: another takes its place in the pool");
    }

    /// <summary>
    /// Whether one may be renewed there now: of all placements one at a time, the first that has any, and only while the whole pool rests.
    /// </summary>
    private static bool MayRenew(PlanInput input, Slice slice)
    {
        var departures = new Departures(input);
        Slice? first = null;
        foreach (var one in input.Slices.Where(one => one.Blind is null))
        {
            var (inventory, memory) = (Inventory.Of(input, one, departures), TerminationMemory.Of(input, one));
            if (!inventory.PoolPending.IsEmpty || inventory.Pooled.Any(instance => instance.Warmth is not Warmth.Resting))
            {
                return false;
            }

            first ??= inventory.Pooled.Any(instance => !inventory.IsProtected(instance)
                && WhyRenewed(input, one, inventory, memory, instance) is not null) ? one : null;
        }

        return first?.Placement.Name == slice.Placement.Name;
    }

    /// <summary>What is launched for the pool, once the level misses nothing.</summary>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there.</param>
    /// <param name="spending">What the group's brakes still allow.</param>
    /// <param name="started">How many are started.</param>
    /// <param name="rested">How many go to rest from service.</param>
    public static StepReport Launch(PlanInput input, Slice slice, Inventory inventory, Spending spending, int started, int rested)
    {
        if (input.Group.Pool is not { } pool)
        {
            return StepReport.Nothing;
        }

        var missing = slice.PoolWanted - (inventory.InPool - started) - rested;
        if (missing <= 0)
        {
            return StepReport.Nothing;
        }

        if (inventory.Pooled.Count(instance => instance.Warmth is Warmth.Settling && inventory.MemberOf(instance)?.Failures > 1)
            is > 0 and var restless)
        {
            return StepReport.Held(
                null, $"{Count(restless)} did not come to rest, however often it was told: no more is launched for the pool");
        }

        if (!CanRest(slice, pool))
        {
            return StepReport.Held(
                null,
                $"no pool: cloud {slice.Placement.Cloud} cannot {(slice.Stops ? "suspend" : "stop")} its instances and start them again");
        }

        return LaunchStep.PlanForPool(input, slice, missing, spending);
    }

    /// <summary>Whether instances can be put to rest there as the group wants it.</summary>
    public static bool CanRest(Slice slice, Pool pool) => pool.IsSuspended ? slice.Suspends : slice.Stops;

    /// <summary>
    /// How many of the pool are to be in each slice of a group with several placements; no more than there are while the level misses any,
    /// wherever that is: it comes first.
    /// </summary>
    public static ImmutableArray<int> Of(PlanInput input, Spreading spreading)
    {
        var parts = input.Slices
            .Select((slice, i) => (
                Slice: slice, InPool: InPool(input, slice, spreading.Inventories[i]), spreading.Distribution.Shares[i].Wanted))
            .ToList();
        var held = input.Slices.Select((slice, i) => spreading.Inventories[i]?.Occupied ?? Spreading.HeldUnseen(input, slice).Held).Sum();
        var shares = Share(input, parts);
        return held >= input.Level ? shares : [.. shares.Select((share, i) => Math.Min(share, parts[i].InPool))];
    }

    /// <summary>What a slice has of the pool; of one that cannot be seen, the most that it may have.</summary>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slice">The part of it.</param>
    /// <param name="inventory">What is there; null where it cannot be seen.</param>
    public static int InPool(PlanInput input, Slice slice, Inventory? inventory)
    {
        if (inventory is not null)
        {
            return inventory.InPool;
        }

        // Members name their cloud alone: of several slices on one, the first is taken to have them all.
        var cloud = slice.Placement.Cloud;
        var isFirst = input.Slices.First(one => one.Placement.Cloud == cloud).Placement.Name == slice.Placement.Name;
        var told = isFirst ? input.State.Members.Count(member => member.Phase is MemberPhase.Warm && member.Cloud == cloud) : 0;
        var seen = input.State.Of(slice.Placement.Name).Counts;
        return Math.Max(seen.Warm + seen.Warming, told + slice.OpenLaunches.Count(launch => launch is { IsOpen: true, IsForPool: true }));
    }

    /// <summary>How many of the pool are to be in each slice.</summary>
    /// <remarks>
    /// What is there counts where it is. What is missing comes where a share by the slices' levels has the most room, and what is too much
    /// goes where it has the least: nothing moves for the share alone.
    /// </remarks>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="slices">Each with what it has of the pool, and what it is to have of the level.</param>
    public static ImmutableArray<int> Share(PlanInput input, IReadOnlyList<(Slice Slice, int InPool, int Wanted)> slices)
    {
        var size = input.Group is { Phase: GroupPhase.Active, Pool: { } pool } && (input.Level > 0 || !pool.Size.IsPercent)
            ? pool.Size.Of(input.Level)
            : 0;
        var open = slices.Select(one => one.Slice.Blind is null && !one.Slice.IsLeft(input.Group)
            && (input.Group.Pool is not { } wish || slices.Count == 1 || CanRest(one.Slice, wish))).ToArray();
        var shares = slices.Select((one, i) => open[i] || one.Slice.Blind is not null ? one.InPool : 0).ToArray();
        var ideal = Ideal(size, [.. slices.Select((one, i) => open[i] ? one.Wanted : 0)], open);
        var missing = size - shares.Sum();

        // What is where none is to be any more ends first: a pool is never more than its size for a while.
        missing = missing <= 0 ? missing : Math.Max(0, missing - slices.Where((_, i) => shares[i] == 0).Sum(one => one.InPool));
        for (; missing != 0 && open.Contains(true); missing -= Math.Sign(missing))
        {
            var step = Math.Sign(missing);
            var best = -1;
            for (var i = 0; i < shares.Length; i++)
            {
                if (open[i] && (step > 0 || shares[i] > 0)
                    && (best < 0 || step * (ideal[i] - shares[i]) > step * (ideal[best] - shares[best])))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                break;
            }

            shares[best] += step;
        }

        return [.. shares];
    }

    /// <summary>A pool of that size by the weights, whole numbers by the largest remainder.</summary>
    private static int[] Ideal(int size, int[] weights, bool[] open)
    {
        var sum = weights.Sum(weight => (long)weight);
        if (sum == 0)
        {
            weights = [.. open.Select(isOpen => isOpen ? 1 : 0)];
            sum = weights.Sum(weight => (long)weight);
        }

        if (sum == 0)
        {
            return weights;
        }

        var shares = weights.Select(weight => (int)(size * (long)weight / sum)).ToArray();
        var left = size - shares.Sum();
        foreach (var i in Enumerable.Range(0, weights.Length).OrderByDescending(i => size * (long)weights[i] % sum).Take(left))
        {
            shares[i]++;
        }

        return shares;
    }

    /// <summary>
    /// Whether what it was told a moment ago may yet show. One that was told to rest, and does, is what it was told to be.
    /// </summary>
    private static bool IsAwaited(PlanInput input, Inventory inventory, Instance instance) =>
        inventory.MemberOf(instance) is { } member && member.RetryAt > input.Now
        && (instance.Warmth is not Warmth.Resting || member.Failures > 0);

    private static bool IsWorthless(Inventory inventory, TerminationMemory memory, Instance instance) =>
        (instance.Warmth is Warmth.Resting && inventory.MemberOf(instance)?.Failures >= FailuresMax) || memory.EndOf(instance.Id) > 0;

    /// <summary>Why an instance is not to be kept for later, in words; null of one that is.</summary>
    private static string? WhyRenewed(
        PlanInput input, Slice slice, Inventory inventory, TerminationMemory memory, Instance instance) =>
        memory.EndOf(instance.Id) > 0 ? "it was told to end before"
        : IsWorthless(inventory, memory, instance)
            ? $"{Count(inventory.MemberOf(instance)!.Failures)} times in a row it did not start as it was told"
        : instance.Read<TemplateId>(MusterTags.Template) != slice.Placement.Template.Id ? "made from another template than the group's"
        : input.Group.Pool?.AgeMax is { } most && input.Now - instance.CreatedAt >= most ? $"older than {DurationText.Format(most)}"
        : input.Group.LifetimeMax is { } life && Lifetime.Left(instance, life, input.Now) <= TimeSpan.Zero ? "its lifetime is over"
        : null;

    private static HashSet<InstanceId> IdsOf(ImmutableArray<PlannedAction> started) =>
        [.. started.OfType<PlannedAction.Start>().Select(start => start.Instance.Id)];

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
