using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Planning;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Planning;

/// <summary>What a planner must never do with a warm pool, whatever it is given.</summary>
public sealed class PoolProperties
{
    private static readonly Gen<(InstanceState State, Warmth? Warmth)> Kinds = Gen.Frequency<(InstanceState, Warmth?)>(
        (7, Gen.Const((InstanceState.Running, (Warmth?)null))),
        (2, Some.States.Select(state => (state, (Warmth?)null))),
        (3, Gen.Enum<Warmth>().Select(warmth => (InstanceState.Warm, (Warmth?)warmth))));

    private static readonly Gen<PlanInput> Inputs =
        from desired in Gen.Int[0, 8]
        from size in Gen.Int[0, 4]
        from takes in Gen.Bool
        from drains in Gen.Bool
        from suspended in Gen.Frequency((8, Gen.Const(Suspension.None)), (1, Gen.Enum<Suspension>()))
        from deleted in Gen.Int[0, 7]
        from kinds in Kinds.Array[0, 14]
        from outdated in Gen.Int[0, 5].Array[14]
        from told in Gen.Int[0, 9].Array[14]
        from perCheck in Gen.Int[1, 9]
        from stops in Gen.Int[0, 9]
        from lookedAgain in Gen.Bool
        select Some.Input(
            Some.Group(desired) with
            {
                Pool = size == 0 ? null : new() { Size = new(size, IsPercent: false), TakesSurplus = takes },
                Drain = drains ? new() { Wait = TimeSpan.FromSeconds(30), Deadline = TimeSpan.FromSeconds(30) } : null,
                Suspended = suspended,
                Phase = deleted == 0 ? GroupPhase.Draining : GroupPhase.Active,
                Brakes = new() { TerminationsPerCheckMax = perCheck, LaunchesPerCheckMax = perCheck },
            },
            [.. kinds.Select((kind, number) => InstanceOf(number, kind.State, kind.Warmth, isOutdated: outdated[number] == 0))],
            state: Some.State() with
            {
                Members =
                [
                    .. kinds.Select((kind, number) => MemberOf(number, kind.Warmth, told[number])).OfType<Member>(),
                ],
            }) with
        {
            LookedAgain = lookedAgain,
        } is var input && stops > 0 ? input.WithSlice(slice => slice with { Stops = true }) : input;

    [Fact]
    public void The_inputs_cover_what_matters()
    {
        var (started, rested, given, launched, ended) = (0, 0, 0, 0, 0);
        Inputs.Sample(
            input =>
            {
                var plan = Planner.Plan(input);
                Interlocked.Add(ref started, plan.Actions.Count(action => action is PlannedAction.Start));
                Interlocked.Add(ref rested, plan.Actions.Count(action => action is PlannedAction.Rest { IsFromService: false }));
                Interlocked.Add(ref given, plan.Rested.Count());
                Interlocked.Add(ref launched, plan.Launches - plan.LevelLaunches);
                Interlocked.Add(ref ended, plan.Victims.Count(instance => instance.State is InstanceState.Warm));
            },
            iter: 3000);

        Assert.All([started, rested, given, launched, ended], count => Assert.True(
            count > 100, $"{started} started, {rested} put to rest, {given} given back, {launched} launched, {ended} ended"));
    }

    [Fact]
    public void Each_instance_is_told_one_thing() => Inputs.Sample(input =>
    {
        var told = Planner.Plan(input).Actions.Select(Of).OfType<Instance>().Select(instance => instance.Id).ToList();
        return told.Count == told.Distinct().Count();
    });

    [Fact]
    public void The_level_has_what_it_needs_before_anything_is_launched_for_it_or_for_the_pool() => Inputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        var left = input.Slices[0].Owned.Where(instance => IsStartable(input, instance))
            .Except(plan.Actions.OfType<PlannedAction.Start>().Select(start => start.Instance));
        return (plan.LevelLaunches == 0 || !left.Any())
            && (plan.Launches == plan.LevelLaunches
                || plan.Counts.Live + plan.Counts.Unknown + Starts(plan) + plan.Returned.Count() >= plan.Level);
    });

    [Fact]
    public void By_our_own_hand_no_place_of_the_level_is_empty_that_was_filled() => Inputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        var leaving = plan.Drained.Concat(plan.Rested).Concat(plan.Victims)
            .Count(instance => instance.State is InstanceState.Running or InstanceState.Provisioning or InstanceState.Unknown
                && Row(input, instance.Id) is not { Phase: MemberPhase.Draining });
        return leaving == 0 || plan.Counts.Live + plan.Counts.Unknown - leaving >= plan.Level;
    });

    [Fact]
    public void The_pool_never_comes_to_have_more_than_the_group_wants() => Inputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        var size = input.Group.Pool?.Size.Value ?? 0;
        var added = plan.Launches - plan.LevelLaunches + plan.Rested.Count();
        return added == 0 || plan.Counts.Warm + plan.Counts.Warming - Starts(plan) + added <= size;
    });

    [Fact]
    public void The_brakes_hold_for_the_pool_as_well() => Inputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        return plan.Slices[0].Spent <= input.Group.Brakes.TerminationsPerCheckMax
            && plan.Launches <= input.Group.Brakes.LaunchesPerCheckMax;
    });

    [Fact]
    public void Step_by_step_the_level_is_full_and_the_pool_rests() => Inputs
        .Where(input => input.Group.Suspended is Suspension.None && input.Slices[0].Stops
            && input.Slices[0].Owned.All(instance => instance.State is not InstanceState.Unknown))
        .Sample(input =>
        {
            for (var round = 0; round < 40; round++)
            {
                input = CarryOut(input, Planner.Plan(input), round) with { Now = Some.Now.AddSeconds(20 * (round + 1)) };
            }

            var (last, wanted) = (Planner.Plan(input), input.Group.Phase is GroupPhase.Active ? input.Group.Pool?.Size.Value ?? 0 : 0);
            return !last.Acts && last.Counts.Running == last.Level && last.Counts.Draining == 0
                && (last.Counts.Warm, last.Counts.Warming) == (wanted, 0);
        });

    private static int Starts(Plan plan) => plan.Actions.Count(action => action is PlannedAction.Start);

    private static Instance? Of(PlannedAction action) => action switch
    {
        PlannedAction.Terminate end => end.Instance,
        PlannedAction.Drain drain => drain.Instance,
        PlannedAction.Return back => back.Instance,
        PlannedAction.Rest rest => rest.Instance,
        PlannedAction.Start start => start.Instance,
        _ => null,
    };

    /// <summary>Said again here in its own words: who may be started.</summary>
    private static bool IsStartable(PlanInput input, Instance instance) =>
        instance.Warmth is Warmth.Ready or Warmth.Resting && instance.Read<TemplateId>(MusterTags.Template) == Some.TemplateId
        && Row(input, instance.Id) is null or { RetryAt: null, Failures: < 5 };

    private static Member? Row(PlanInput input, InstanceId instance) =>
        input.State.Members.FirstOrDefault(member => member.Instance == instance);

    private static Instance InstanceOf(int number, InstanceState state, Warmth? warmth, bool isOutdated) =>
        Some.Instance(number, state, isOutdated ? new TemplateId(Some.Id(77)) : null) with { Warmth = warmth };

    private static Member? MemberOf(int number, Warmth? warmth, int told)
    {
        var member = new Member { Instance = Some.Instance(number).Id, Phase = MemberPhase.Warm, Since = Some.Now.AddMinutes(-5) };
        return (warmth, told) switch
        {
            (Warmth.Resting or Warmth.Settling or Warmth.Stopping, 0) => member with { Failures = 5 },
            (Warmth.Resting or Warmth.Settling or Warmth.Stopping, 1) => member with { Failures = 1, RetryAt = Some.Now.AddSeconds(50) },
            (Warmth.Resting or Warmth.Settling or Warmth.Stopping, _) => member,
            (null, 0) => member with { Phase = MemberPhase.Draining },
            _ => null,
        };
    }

    /// <summary>The world after a plan: every order is taken and carried out at once.</summary>
    private static PlanInput CarryOut(PlanInput input, Plan plan, int round)
    {
        var slice = input.Slices[0];
        var (owned, members) = (slice.Owned.ToList(), input.State.Members.ToList());
        var number = 100 + (20 * round);
        foreach (var action in plan.Actions)
        {
            var instance = Of(action);
            members.RemoveAll(member => action is not PlannedAction.Hold && member.Instance == instance?.Id);
            owned.RemoveAll(one => one.Id == instance?.Id && action is not (PlannedAction.Drain or PlannedAction.Return));
            switch (action)
            {
                case PlannedAction.Start:
                    owned.Add(instance! with { State = InstanceState.Running, Warmth = null });
                    break;
                case PlannedAction.Rest:
                    owned.Add(instance! with { State = InstanceState.Warm, Warmth = Warmth.Resting });
                    members.Add(new() { Instance = instance!.Id, Phase = MemberPhase.Warm, Since = input.Now });
                    break;
                case PlannedAction.Drain:
                    members.Add(new() { Instance = instance!.Id, Phase = MemberPhase.Draining, Since = input.Now });
                    break;
                case PlannedAction.Launch launch:
                    owned.AddRange(Enumerable.Range(0, launch.Count).Select(_ => launch.IsForPool
                        ? Some.Instance(number++, InstanceState.Warm) with { Warmth = Warmth.Ready }
                        : Some.Instance(number++)));
                    break;
            }
        }

        // What was on its way has come where it was to be.
        owned = [.. owned.Where(instance => instance.State is not InstanceState.Terminating).Select(instance => instance switch
        {
            { Warmth: Warmth.Warming } => instance with { Warmth = Warmth.Ready },
            { Warmth: Warmth.Settling or Warmth.Stopping } => instance with { Warmth = Warmth.Resting },
            { State: InstanceState.Provisioning } => instance with { State = InstanceState.Running },
            _ => instance,
        })];
        return input.WithSlice(before => before with { Owned = [.. owned] }) with
        {
            State = input.State with { Members = [.. members] },
            LookedAgain = true,
        };
    }
}
