using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Planning;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Planning;

/// <summary>What a planner must never do, whatever it is given.</summary>
public sealed class PlannerProperties
{
    private static readonly Gen<PlanInput> Inputs =
        from desired in Gen.Int[0, 12]
        from min in Gen.Int[0, 12]
        from spread in Gen.Int[0, 12]
        from order in Gen.Enum<ScaleInOrder>()
        from suspended in Gen.Enum<Suspension>()
        from draining in Gen.Int[0, 3]
        from states in Some.States.Array[0, 15]
        from intended in Gen.Int[0, 4]
        from accepted in Gen.Int[0, 4]
        from established in Gen.Int[0, 15]
        from perCheck in Gen.Int[1, 15]
        from massFailure in Gen.Bool
        from lookedAgain in Gen.Bool
        from tokens in Gen.Bool
        select Some.Input(
            Some.Group(desired, min, min + spread) with
            {
                ScaleIn = order,
                Suspended = suspended,
                Phase = draining == 0 ? GroupPhase.Draining : GroupPhase.Active,
                Brakes = new() { LaunchesPerCheckMax = perCheck, TerminationsPerCheckMax = perCheck },
            },
            [.. states.Select((state, number) => Some.Instance(number, state))],
            [
                .. Enumerable.Range(100, intended).Select(number => Some.Launch(number, LaunchPhase.Intended)),
                .. Enumerable.Range(200, accepted).Select(number => Some.Launch(number)),
            ],
            Some.State(established).WithPlacement(placement => placement with { MassFailure = massFailure }))
            .WithSlice(slice => slice with { LaunchTokens = tokens }) with
        { LookedAgain = lookedAgain };

    /// <summary>
    /// The same, of groups that have been through something: old launches, asked for several times; hours that are partly
    /// spent; breakers that are open.
    /// </summary>
    private static readonly Gen<PlanInput> WornInputs =
        from input in Inputs
        from ages in Gen.Int[0, 900].Array[8]
        from attempts in Gen.Int[1, 6].Array[8]
        from failures in Gen.Int[0, 8]
        from probeIn in Gen.Int[-60, 60]
        from launched in Gen.Int[0, 20]
        from terminated in Gen.Int[0, 20]
        from perHour in Gen.Int[1, 25]
        from forgets in Gen.Bool
        select input.WithSlice(slice => slice with
        {
            OpenLaunches =
            [
                .. slice.OpenLaunches.Select((launch, number) => launch with
                {
                    CreatedAt = Some.Now.AddSeconds(-ages[number]),
                    UpdatedAt = Some.Now.AddSeconds(-ages[number] / attempts[number]),
                    Attempts = attempts[number],
                }),
            ],
            ResumeAgeMax = forgets ? TimeSpan.FromMinutes(8) : TimeSpan.MaxValue,
        }) with
        {
            Group =
                input.Group with { Brakes = input.Group.Brakes with { LaunchesPerHourMax = perHour, TerminationsPerHourMax = perHour } },
            State = input.State.WithPlacement(placement => placement with
            {
                Breaker = failures < LaunchBreaker.FailuresMax
                    ? new() { FailuresInRow = failures }
                    : new() { FailuresInRow = failures, ProbeAt = Some.Now.AddSeconds(probeIn), LastFailure = "no such image" },
            }) with
            {
                Launched = HourlyCount.Empty.Add(launched, Some.Now.AddMinutes(-30)),
                Terminated = HourlyCount.Empty.Add(terminated, Some.Now.AddMinutes(-30)),
            },
        };

    /// <summary>The same, with some of the instances protected from deletion.</summary>
    private static readonly Gen<PlanInput> ProtectedInputs =
        from input in Inputs
        from shields in Gen.Bool.Array[15]
        select input.WithSlice(slice => slice with
        {
            Owned = [.. slice.Owned.Select((instance, number) => instance with { IsProtected = shields[number] })],
        });

    /// <summary>The same, with some that were told to end before, and some that only the second look wants gone.</summary>
    private static readonly Gen<PlanInput> RememberedInputs =
        from input in Inputs
        from told in Gen.Int[0, 3].Array[15]
        from once in Gen.Bool
        from may in Gen.Bool.Array[15]
        select input.WithSlice(slice => slice with
        {
            MayEnd = once ? [.. slice.Owned.Where((_, number) => may[number]).Select(instance => instance.Id)] : null,
        }) with
        {
            State = input.State with
            {
                RecentTerminations =
                [
                    .. input.Slices[0].Owned.Select((instance, number) => (instance.Id, Told: told[number]))
                        .Where(one => one.Told > 0)
                        .Select(one =>
                            new RecentTermination(one.Id, Some.Now.AddMinutes(-one.Told), "too many", IsTold: one.Told == 1)
                            {
                                Failures = one.Told - 1,
                                Failure = one.Told > 1 ? "refused" : null,
                                RetryAt = one.Told switch { 1 => null, 2 => Some.Now.AddSeconds(5), _ => Some.Now },
                            }),
                ],
            },
        };

    [Fact]
    public void Who_waits_or_may_not_end_is_not_terminated_and_nobody_is_in_their_stead() => RememberedInputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        var waiting = input.State.RecentTerminations
            .Where(one => one.RetryAt is null || one.RetryAt > input.Now)
            .Select(one => one.Instance).ToHashSet();
        var victims = plan.Victims.ToList();
        var spared = input.Slices[0].Owned.Count(instance => instance.IsLive && !instance.IsProtected
            && input.State.RecentTerminations.Any(one => one.Instance == instance.Id && !one.IsBelieved && waiting.Contains(one.Instance)));
        var living = victims.Count(instance => !instance.IsDead);
        var surplus = Math.Max(0, plan.Counts.Live + plan.Counts.Unknown - plan.Level);
        return victims.All(instance => !waiting.Contains(instance.Id) && input.Slices[0].MayEnd?.Contains(instance.Id) is not false)
            && (living <= Math.Max(0, surplus - spared) || input.State.RecentTerminations.Any(one => one.RetryAt <= input.Now));
    });

    [Fact]
    public void A_plan_says_how_many_it_terminates() => RememberedInputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        return plan.Victims.Any()
            ? plan.Explanation.Contains($"terminate {plan.Victims.Count()}", StringComparison.Ordinal)
            : !System.Text.RegularExpressions.Regex.IsMatch(plan.Explanation, @"(: |; )terminate \d");
    });

    [Fact]
    public void The_inputs_cover_what_matters()
    {
        var seen = new HashSet<Type>();
        var (hours, breakers, forgotten) = (0, 0, 0);
        WornInputs.Sample(
            input =>
            {
                var plan = Planner.Plan(input);
                lock (seen)
                {
                    seen.UnionWith(plan.Actions.Select(action => action.GetType()));
                    hours += plan.Holds.Any(hold => hold.Reason.Contains("an hour at most", StringComparison.Ordinal)) ? 1 : 0;
                    breakers += plan.Holds.Any(hold => hold.Reason.Contains("in a row failed", StringComparison.Ordinal)) ? 1 : 0;
                    forgotten += input.Slices[0].OpenLaunches.Any(launch => input.Now - launch.CreatedAt > input.Slices[0].ResumeAgeMax)
                        ? 1
                        : 0;
                }
            },
            iter: 2000);

        // Groups whose instances drain have properties of their own, and so have those with a warm pool.
        Type[] others =
        [
            typeof(PlannedAction.Drain), typeof(PlannedAction.Return), typeof(PlannedAction.Rest), typeof(PlannedAction.Start),
        ];
        Assert.Equal(typeof(PlannedAction).GetNestedTypes().Except(others).Order(ByName), seen.Order(ByName));
        Assert.All(
            [hours, breakers, forgotten],
            count => Assert.True(count > 20, $"{hours} spent hours, {breakers} open breakers, {forgotten} forgotten launches"));
    }

    [Fact]
    public void The_same_input_gives_the_same_plan() => WornInputs.Sample(input =>
    {
        var (first, second) = (Planner.Plan(input), Planner.Plan(input));
        return first.Explanation == second.Explanation && first.Actions.SequenceEqual(second.Actions);
    });

    [Fact]
    public void A_plan_never_launches_beyond_the_level_even_if_every_pending_launch_comes_up() => WornInputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        var launches = Launches(plan);
        return launches == 0 || plan.Counts.Live + plan.Counts.Pending + plan.Counts.Unknown + launches <= input.Level();
    });

    [Fact]
    public void A_plan_never_terminates_below_the_level() => WornInputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        var ended = plan.Actions.OfType<PlannedAction.Terminate>().Count(action => action.Instance.IsLive);
        return ended == 0 || plan.Counts.Live + plan.Counts.Unknown - ended >= input.Level();
    });

    [Fact]
    public void A_protected_instance_is_never_terminated_nor_are_others_below_the_level_for_it() => ProtectedInputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        var ended = plan.Actions.OfType<PlannedAction.Terminate>().Select(action => action.Instance).ToList();
        var living = ended.Count(instance => instance.IsLive);
        return !ended.Any(instance => instance.IsProtected)
            && (living == 0 || plan.Counts.Live + plan.Counts.Unknown - living >= input.Level());
    });

    [Fact]
    public void Protected_instances_are_all_that_is_left_beyond_the_level() => ProtectedInputs
        .Where(input => input.Group.Suspended is Suspension.None)
        .Sample(input =>
        {
            var now = input.WithSlice(slice => slice with
            {
                OpenLaunches = [],
                Owned = [.. slice.Owned.Where(instance => instance.State is not InstanceState.Unknown)],
            });
            for (var check = 0; check < 40; check++)
            {
                now = CarryOut(now, Planner.Plan(now), check);
            }

            var last = Planner.Plan(now);
            var held = now.Slices[0].Owned.Count(instance => instance.IsLive && instance.IsProtected);
            return !last.Acts && last.Counts.Running == Math.Max(input.Level(), held)
                && now.Slices[0].Owned.Where(instance => instance.IsDead).All(instance => instance.IsProtected);
        });

    [Fact]
    public void What_is_suspended_is_not_done() => WornInputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        return !(input.Group.Suspended.HasFlag(Suspension.Launch)
            && (Launches(plan) > 0 || plan.Actions.Any(action => action is PlannedAction.Resume)))
            && !(input.Group.Suspended.HasFlag(Suspension.Terminate) && plan.Actions.Any(action => action is PlannedAction.Terminate));
    });

    [Fact]
    public void The_brakes_bound_every_plan() => WornInputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        var (brakes, state) = (input.Group.Brakes, input.State);
        var terminations = plan.Actions.OfType<PlannedAction.Terminate>().Count();
        return Launches(plan) <= brakes.LaunchesPerCheckMax
            && Launches(plan) <= Math.Max(0, brakes.LaunchesPerHourMax - state.Launched.At(input.Now))
            && Launches(plan) <= state.Placed().Breaker.Allowance(input.Now, input.Slices[0].OpenLaunches.Count(launch => launch.IsOpen))
            && terminations <= brakes.TerminationsPerCheckMax
            && terminations <= Math.Max(0, brakes.TerminationsPerHourMax - state.Terminated.At(input.Now));
    });

    [Fact]
    public void Only_launches_of_unknown_outcome_that_are_due_and_young_enough_are_asked_again_and_none_beyond_the_level() =>
        WornInputs.Sample(input =>
        {
            var plan = Planner.Plan(input);
            var open = input.Slices[0].OpenLaunches.ToDictionary(launch => launch.Id);
            var resumes = plan.Actions.OfType<PlannedAction.Resume>().Select(action => open[action.Id]).ToList();
            var accepted = input.Slices[0].OpenLaunches.Count(launch => launch.Phase is LaunchPhase.Accepted);
            return resumes.DistinctBy(launch => launch.Id).Count() == resumes.Count
                && resumes.All(launch => launch.Phase is LaunchPhase.Intended
                    && input.Slices[0].LaunchTokens
                    && input.Now - launch.CreatedAt <= input.Slices[0].ResumeAgeMax
                    && launch.UpdatedAt < input.Now)
                && (resumes.Count == 0 || plan.Counts.Live + plan.Counts.Unknown + accepted + resumes.Count <= plan.Level);
        });

    [Fact]
    public void Each_instance_is_terminated_once_at_most_and_every_action_has_a_reason() => WornInputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        var victims = plan.Actions.OfType<PlannedAction.Terminate>().Select(action => action.Instance.Id).ToList();
        return victims.Distinct().Count() == victims.Count
            && plan.Actions.All(action => action.Reason.Length > 0)
            && plan.Explanation.Length > 0;
    });

    [Fact]
    public void Carrying_out_plans_lands_on_the_level_and_the_next_plan_is_empty() => Inputs
        .Where(input => input.Group.Suspended is Suspension.None)
        .Sample(input =>
        {
            var now = input.WithSlice(slice => slice with
            {
                OpenLaunches = [],
                Owned = [.. slice.Owned.Where(instance => instance.State is not InstanceState.Unknown)],
            });
            for (var check = 0; check < 40; check++)
            {
                now = CarryOut(now, Planner.Plan(now), check);
            }

            var last = Planner.Plan(now);
            return !last.Acts && last.Counts.Running == input.Level();
        });

    private static readonly Comparer<Type> ByName = Comparer<Type>.Create((one, other) => string.CompareOrdinal(one.Name, other.Name));

    private static int Launches(Plan plan) => plan.Actions.OfType<PlannedAction.Launch>().Sum(launch => launch.Count);

    /// <summary>A cloud on which everything works at once.</summary>
    private static PlanInput CarryOut(PlanInput input, Plan plan, int check)
    {
        var ended = plan.Actions.OfType<PlannedAction.Terminate>().Select(action => action.Instance.Id).ToHashSet();
        ImmutableArray<Instance> owned =
        [
            .. input.Slices[0].Owned
                .Where(instance => !ended.Contains(instance.Id) && instance.State is not InstanceState.Terminating)
                .Select(
                    instance => instance.State is InstanceState.Provisioning ? instance with { State = InstanceState.Running } : instance),
            .. Some.Instances(Launches(plan), from: 1000 + (check * 100)),
        ];
        return input.WithSlice(slice => slice with { Owned = owned }) with
        {
            LookedAgain = plan.Actions.Any(action => action is PlannedAction.LookAgain),
            State = input.State.WithPlacement(placement => placement with
            {
                MassFailure = plan.Slices[0].MassFailure,
                EstablishedLevel = Math.Min(plan.Level, owned.Count(instance => instance.IsLive)),
            }),
        };
    }
}
