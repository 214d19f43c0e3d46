using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Planning;

namespace Muster.Core.Reconciling;

/// <summary>What is so with a group after a look, after a check and after a failure: the one place where that is concluded.</summary>
internal static class Conclusion
{
    /// <summary>The state that a plan leads to if nothing goes wrong, from what the plan was made of and nothing else.</summary>
    public static GroupState Of(PlanInput input, Plan plan)
    {
        var (condition, reason) = Judge(input, plan);
        return input.State with
        {
            Counts = plan.Counts,
            EstablishedLevel = Established(input, plan),
            MassFailure = plan.MassFailure,
            Condition = condition,
            Reason = reason,
            FailuresInRow = 0,
            NextAttemptAt = plan.Holds.Min(hold => hold.RecheckAt),
        };
    }

    /// <summary>The state after a failure that stopped a check, or kept it from looking.</summary>
    /// <param name="state">As it is but for the failure.</param>
    /// <param name="group">Whose.</param>
    /// <param name="failure">What went wrong.</param>
    /// <param name="failuresBefore">Failed attempts in a row before it.</param>
    /// <param name="now">When.</param>
    /// <param name="random">Spreads those who failed together.</param>
    public static GroupState Failed(
        GroupState state, Group group, CheckFailure failure, int failuresBefore, DateTimeOffset now, IRandomSource random)
    {
        var reaction = FailureReaction.To(failure.Error.Kind);
        var failures = failuresBefore + 1;
        var next = now + (failure.Error.RetryAfter
            ?? Backoff.WithJitter(Backoff.Delay(failures, reaction.RetryMin, reaction.RetryMax), random));
        return state with
        {
            CheckedAt = now,
            FailuresInRow = failures,
            Condition = failure.IsLook || group.Suspended is Suspension.None ? GroupCondition.Degraded : GroupCondition.Suspended,
            Reason = failure.Words,
            NextAttemptAt = !failure.IsLook && state.Breaker.ProbeAt > next ? state.Breaker.ProbeAt : next,
        };
    }

    /// <summary>
    /// Whether a group that drains has nothing left. An empty listing is not enough: it may be older than the last instance, which
    /// the state remembers until no listing can be older than its end; or than what a launch left that was dead at once.
    /// </summary>
    public static bool IsGone(Group group, GroupState state, ImmutableArray<Launch> openLaunches, Plan plan) =>
        group.Phase is GroupPhase.Draining && !plan.Acts && state.RecentTerminations.IsEmpty && openLaunches.IsEmpty
        && plan.Counts is { Live: 0, Pending: 0, Dead: 0, Terminating: 0, Unknown: 0 };

    private static int Established(PlanInput input, Plan plan)
    {
        var (before, live) = (input.State.EstablishedLevel, plan.Counts.Live);
        return Math.Min(
            plan.Level,
            input.Group.Suspended.HasFlag(Suspension.Replace) ? Math.Max(before, live + Unlisted(input))
                : plan.MassFailure || plan.Actions.Any(action => action is PlannedAction.LookAgain) ? before
                : live);
    }

    /// <summary>Instances that the cloud has answered with and that no listing shows yet: their places are filled.</summary>
    private static int Unlisted(PlanInput input)
    {
        var listed = input.Owned.Select(instance => instance.Read<LaunchId>(MusterTags.Launch)).ToHashSet();
        return input.OpenLaunches.Count(launch => launch.Instance is not null && !launch.IsBornDead && !listed.Contains(launch.Id));
    }

    private static (GroupCondition Condition, string Reason) Judge(PlanInput input, Plan plan)
    {
        var (state, counts) = (input.State, plan.Counts);
        if (input.Group.Suspended is not Suspension.None)
        {
            return (GroupCondition.Suspended, plan.Explanation);
        }

        // A breaker that is open when nothing is missing stands in nobody's way: it matters again when something is to be launched.
        var isAtLevel = counts.Running == plan.Level
            && counts is { Provisioning: 0, Pending: 0, Dead: 0, Unknown: 0 } && !plan.Acts && !IsAnyToldInVain(input);

        // Held only by the size of one step, the group is still on its way: the next check follows at once.
        if ((state.Breaker.IsOpen && !isAtLevel) || plan.MassFailure || plan.Holds.Any(hold => hold.RecheckAt != state.CheckedAt))
        {
            return (GroupCondition.Degraded, plan.Explanation);
        }

        return (isAtLevel ? GroupCondition.Healthy : GroupCondition.Scaling, plan.Explanation);
    }

    /// <summary>Whether an instance that was told to end is listed as if it had not been: nobody knows yet that it will.</summary>
    private static bool IsAnyToldInVain(PlanInput input)
    {
        if (input.State.RecentTerminations.IsEmpty)
        {
            return false;
        }

        var told = input.State.RecentTerminations.Where(one => one.IsUnderWay).Select(one => one.Instance).ToHashSet();
        return input.Owned.Any(instance => instance.State is not InstanceState.Terminating && told.Contains(instance.Id));
    }
}
