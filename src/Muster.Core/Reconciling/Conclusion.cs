using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Placements;
using Muster.Core.Planning;
using Muster.Core.Storage;
using Muster.Core.Traffic;

namespace Muster.Core.Reconciling;

/// <summary>What is so with a group after a look, after a check and after a failure: the one place where that is concluded.</summary>
internal static class Conclusion
{
    /// <summary>The obstacle may be removed at another server, which cannot wake this one: the next look comes this soon.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>The state that a plan leads to if nothing goes wrong, from what the plan was made of and nothing else.</summary>
    public static GroupState Of(PlanInput input, Plan plan)
    {
        var unreached = Unreached(input, plan);
        return input.State with
        {
            Placements = Placements(input, plan),
            Moving = Math.Min(input.State.Moving, plan.Counts.Pending + plan.Counts.Provisioning),
            Counts = plan.Counts,
            SpendPerHour = Budget.CountedOf(plan, input.State.SpendPerHour),
            Condition = Judge(input, plan),
            Reason = unreached is null ? plan.Explanation : $"{plan.Explanation}; {unreached.Why}",
            Unreached = unreached?.Why,
            NextAttemptAt = plan.Holds.Min(hold => hold.RecheckAt),
        };
    }

    /// <summary>The state of a group that is kept from acting by something outside of it.</summary>
    /// <param name="free">
    /// What it would have come to with the way free: what that remembers, such as a mass failure, counts when it is.
    /// </param>
    /// <param name="held">The plan that was made with the obstacle.</param>
    public static GroupState Held(GroupState free, Plan held) => free with
    {
        Condition = GroupCondition.Suspended,
        Reason = held.Explanation,
        NextAttemptAt = free.CheckedAt + LookAgainAfter,
    };

    /// <summary>The state of a group whose next check follows at once.</summary>
    public static GroupState Followed(GroupState state, DateTimeOffset now) => state with { NextAttemptAt = now };

    /// <summary>The state after a failure that stopped a check, or kept it from looking.</summary>
    /// <param name="before">The group as the check read it: failures in a row are counted from there.</param>
    /// <param name="state">As it is but for the failure.</param>
    /// <param name="failure">What went wrong.</param>
    /// <param name="now">When.</param>
    /// <param name="random">Spreads those who failed together.</param>
    public static GroupState Failed(GroupRecord before, GroupState state, CheckFailure failure, DateTimeOffset now, IRandomSource random)
    {
        var reaction = FailureReaction.To(failure.Error.Kind);
        var names = before.Placements.Select(placement => placement.Name).ToList();
        var failures = names.Max(name => before.State.Of(name).FailuresInRow) + 1;
        var next = now + (failure.Error.RetryAfter
            ?? Backoff.WithJitter(Backoff.Delay(failures, reaction.RetryMin, reaction.RetryMax), random));
        var there = state.Of(names[0]) with { FailuresInRow = failures };
        var isSuspended = before.Group.Suspended is not Suspension.None;
        return (before.IsSpread ? state : state.With(there)) with
        {
            CheckedAt = now,
            Condition = isSuspended && !failure.IsLook ? GroupCondition.Suspended : GroupCondition.Degraded,
            Reason = failure.Words,
            NextAttemptAt = !before.IsSpread && !failure.IsLook && there.Breaker.ProbeAt > next ? there.Breaker.ProbeAt : next,
        };
    }

    /// <summary>The state after launches that were refused in some of several placements: each counts its own.</summary>
    /// <param name="before">The group as the check read it.</param>
    /// <param name="state">As it is but for that.</param>
    /// <param name="refused">The placements, each with its first failure.</param>
    public static GroupState Refused(
        GroupRecord before, GroupState state, ImmutableArray<(string Placement, CheckFailure Failure)> refused) =>
        refused.Aggregate(state, (current, one) => current.With(current.Of(one.Placement) with
        {
            FailuresInRow = before.State.Of(one.Placement).FailuresInRow + 1,
        }));

    /// <summary>Whether what was refused in one placement was launched in another, so that nothing is missing.</summary>
    public static bool IsMadeUpFor(Plan rest) =>
        rest.LevelLaunches == 0 && rest.Counts.Live + rest.Counts.Unknown + rest.Counts.Pending >= rest.Level && !rest.Victims.Any()
        && !rest.Drained.Any();

    /// <summary>
    /// Whether a group that drains has nothing left. An empty listing is not enough: it may be older than the last instance, which
    /// the state remembers until no listing can be older than its end; or than what a launch left that was dead at once. What comes or
    /// goes alive has tags yet that somebody must take off.
    /// </summary>
    public static bool IsGone(GroupRecord record, GroupState state, ImmutableArray<Launch> openLaunches, Plan plan) =>
        record.Group.Phase is GroupPhase.Draining && !plan.Acts && state.RecentTerminations.IsEmpty && openLaunches.IsEmpty
        && !plan.Counts.Any && plan.Slices.All(part => part.Slice.Blind is null) && record.Notes.All(note => !note.IsMoving);

    /// <summary>
    /// What is so with each placement that the group has. Others are forgotten: nobody would ever look at their brakes again. Where nothing
    /// is new, it is what it was, the same value: a store need not write it anew for each group that shares it.
    /// </summary>
    private static ImmutableArray<PlacementState> Placements(PlanInput input, Plan plan)
    {
        var (known, isChanged) = (input.State.Placements, false);
        var placements = ImmutableArray.CreateBuilder<PlacementState>(plan.Slices.Length);
        for (var part = 0; part < plan.Slices.Length; part++)
        {
            var before = input.State.Of(plan.Slices[part].Placement.Name);
            var (slice, after) = (input.Slices[part], plan.Slices[part]);
            var concluded = input.Spread is null && slice.Blind is null ? before : Shown(input, after, before);
            if (slice.Blind is null)
            {
                concluded = Braked(concluded, Established(input, slice, before, after), after.MassFailure);
            }

            isChanged |= part >= known.Length || known[part] != concluded;
            placements.Add(concluded);
        }

        return isChanged || known.Length != placements.Count ? placements.MoveToImmutable() : known;
    }

    /// <summary>What a placement remembers for its brakes after it was seen.</summary>
    private static PlacementState Braked(PlacementState state, int established, bool massFailure) =>
        state.EstablishedLevel == established && state.MassFailure == massFailure && state.FailuresInRow == 0
            ? state
            : state with { EstablishedLevel = established, MassFailure = massFailure, FailuresInRow = 0 };

    /// <summary>What people see of one of several placements, and what is known of it when it cannot be seen the next time.</summary>
    private static PlacementState Shown(PlanInput input, SlicePlan part, PlacementState state)
    {
        var (counts, isSeen) = (part.Counts, part.Slice.Blind is null);
        var isAtLevel = counts.Running == part.Wanted && counts is { Provisioning: 0, Pending: 0, Dead: 0, Unknown: 0 }
            && IsSound(input, counts);
        var isHindered = !isSeen || part.MassFailure || state.Breaker.IsOpen
            || part.Actions.Any(action => action is PlannedAction.Hold hold && hold.RecheckAt != input.Now);
        return state with
        {
            Cloud = isSeen ? part.Placement.Cloud : state.Cloud,
            Counts = isSeen ? counts : state.Counts,
            Owed = part.Owed,
            Wanted = part.Wanted,
            Condition = input.Group.Suspended is not Suspension.None ? GroupCondition.Suspended
                : isHindered ? GroupCondition.Degraded
                : isAtLevel ? GroupCondition.Healthy : GroupCondition.Scaling,
            Reason = state.Breaker is { IsOpen: true, LastFailure: { } failure } ? $"{part.Explanation}; {failure}"
                : part.Slice.Why is { } why ? $"{part.Explanation}; {why}"
                : part.Explanation,
        };
    }

    private static int Established(PlanInput input, Slice slice, PlacementState placement, SlicePlan part)
    {
        var (before, live) = (placement.EstablishedLevel, part.Counts.Live);
        return Math.Min(
            part.Wanted,
            input.Group.Suspended.HasFlag(Suspension.Replace) ? Math.Max(before, live + Unlisted(slice))
                : part.MassFailure || part.Actions.Any(action => action is PlannedAction.LookAgain) ? before
                : live);
    }

    /// <summary>Instances that the cloud has answered with and that no listing shows yet: their places are filled.</summary>
    private static int Unlisted(Slice slice)
    {
        var listed = slice.Owned.Select(instance => instance.Read<LaunchId>(MusterTags.Launch)).ToHashSet();
        return slice.OpenLaunches.Count(launch => launch.Instance is not null && !launch.IsBornDead && !listed.Contains(launch.Id));
    }

    private static GroupCondition Judge(PlanInput input, Plan plan)
    {
        if (input.Group.Suspended is not Suspension.None)
        {
            return GroupCondition.Suspended;
        }

        // A breaker that is open when nothing is missing stands in nobody's way: it matters again when something is to be launched. A
        // placement that cannot work as it is, and where members belong, a person has to mend, also while others make up for it.
        var (state, counts) = (input.State, plan.Counts);
        var isAtLevel = counts.Running == plan.Level
            && counts is { Provisioning: 0, Pending: 0, Dead: 0, Unknown: 0 } && IsSound(input, counts)
            && !plan.Acts && !IsAnyToldInVain(input) && Unreached(input, plan) is null;

        // Held only by the size of one step, the group is still on its way: the next check follows at once.
        var isHindered = (!isAtLevel && state.IsBreakerOpen)
            || Unreached(input, plan) is { IsKnown: true }
            || plan.Slices.Any(part => part.MassFailure || (part.Owed > 0 && IsBroken(state.Of(part.Placement.Name))))
            || plan.Holds.Any(hold => hold.RecheckAt != state.CheckedAt);
        return isHindered ? GroupCondition.Degraded : isAtLevel ? GroupCondition.Healthy : GroupCondition.Scaling;
    }

    /// <summary>Why instances that are to serve get no traffic; null of a group that is to have none, or that ends.</summary>
    private static TrafficWord? Unreached(PlanInput input, Plan plan) =>
        plan.Level > 0 && input.Group.Phase is GroupPhase.Active ? input.Traffic : null;

    /// <summary>Whether all that runs works, as far as the group wants to hear of it.</summary>
    private static bool IsSound(PlanInput input, InstanceCounts counts) =>
        counts.Unhealthy == 0 || input.Group.Repair.Mode is RepairMode.Off;

    private static bool IsBroken(PlacementState placement) =>
        placement.UnavailableFor is { } kind && FailureReaction.To(kind).IsHopeless && placement.Breaker.IsOpen;

    /// <summary>Whether an instance that was told to end is listed as if it had not been: nobody knows yet that it will.</summary>
    private static bool IsAnyToldInVain(PlanInput input)
    {
        if (input.State.RecentTerminations.IsEmpty)
        {
            return false;
        }

        return input.Slices.Any(slice =>
        {
            var told = input.TerminationsOf(slice).Where(one => one.IsUnderWay).Select(one => one.Instance).ToHashSet();
            return slice.Owned.Any(instance => instance.State is not InstanceState.Terminating && told.Contains(instance.Id));
        });
    }
}
