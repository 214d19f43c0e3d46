using System.Collections.Immutable;

using CsCheck;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Planning;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Planning;

/// <summary>What a planner must never do with instances that drain, whatever it is given.</summary>
public sealed class DrainProperties
{
    private const int DeadlineSeconds = 60;
    private const int HookSeconds = 120;

    private static readonly Drain Drain = new() { Through = ["lb"], Deadline = TimeSpan.FromSeconds(DeadlineSeconds) };

    private static readonly Hooks Hooks = new(
        [
            new()
            {
                Name = "backup", At = HookMoment.Terminate, OnTimeout = GateAnswer.Continue, Timeout = TimeSpan.FromSeconds(HookSeconds),
            },
        ]);

    private static readonly Gen<PlanInput> Inputs =
        from desired in Gen.Int[0, 8]
        from drains in Gen.Bool
        from hooks in Gen.Bool
        from suspended in Gen.Frequency((8, Gen.Const(Suspension.None)), (1, Gen.Enum<Suspension>()))
        from deleted in Gen.Int[0, 5]
        from states in Gen.Frequency((6, Gen.Const(InstanceState.Running)), (2, Some.States)).Array[0, 12]
        from ages in Gen.Int[-150, 150].Array[12]
        from said in Gen.Int[0, 9].Array[12]
        from perCheck in Gen.Int[1, 9]
        from lookedAgain in Gen.Bool
        select Some.Input(
            Some.Group(desired) with
            {
                Drain = drains ? Drain : null,
                Hooks = hooks ? Hooks : Hooks.None,
                Suspended = suspended,
                Phase = deleted == 0 ? GroupPhase.Draining : GroupPhase.Active,
                Brakes = new() { TerminationsPerCheckMax = perCheck },
            },
            [.. states.Select((state, number) => Some.Instance(number, state))],
            state: Some.State() with
            {
                Members = [.. states.Select((_, number) => number).Where(number => ages[number] >= 0).Select(number => new Member
                {
                    Instance = Some.Instance(number).Id, Phase = MemberPhase.Draining, Since = Some.Now.AddSeconds(-ages[number]),
                })],
            }) with
        {
            LookedAgain = lookedAgain,
            Notes = [.. states.Select((_, number) => NoteOf(number, said[number], ages[number])).Where(note => note.SaysSomething)],
        };

    [Fact]
    public void The_inputs_cover_what_matters()
    {
        var (drained, returned, ended, waiting) = (0, 0, 0, 0);
        Inputs.Sample(
            input =>
            {
                var plan = Planner.Plan(input);
                Interlocked.Add(ref drained, plan.Drained.Count());
                Interlocked.Add(ref returned, plan.Returned.Count());
                Interlocked.Add(ref ended, plan.Actions.Count(action => action is PlannedAction.Terminate { IsDrained: true }));
                Interlocked.Add(ref waiting, plan.Counts.Draining);
            },
            iter: 2000);

        Assert.All([drained, returned, ended, waiting], count => Assert.True(
            count > 100, $"{drained} begun, {returned} returned, {ended} ended, {waiting} drained"));
    }

    [Fact]
    public void Nobody_that_runs_ends_before_its_gates_have_let_it_go() => Inputs.Sample(input =>
        Planner.Plan(input).Actions.OfType<PlannedAction.Terminate>().All(end =>
            end.Instance.State is not InstanceState.Running || IsFree(input, end.Instance.Id)));

    [Fact]
    public void Nobody_who_is_protected_ends_or_begins_to() => Inputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        return plan.Victims.Concat(plan.Drained).All(instance => !IsProtected(input, instance.Id))
            && input.Slices[0].Owned
                .Where(instance => IsProtected(input, instance.Id) && IsLiving(instance) && Row(input, instance.Id) is not null)
                .All(instance => LooksAgain(plan) || plan.Returned.Contains(instance));
    });

    [Fact]
    public void Nobody_begins_twice_or_returns_who_did_not_begin() => Inputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        return plan.Drained.All(instance => Row(input, instance.Id) is null && instance.State is InstanceState.Running)
            && plan.Returned.All(instance => Row(input, instance.Id) is not null)
            && !plan.Returned.Intersect(plan.Victims).Any();
    });

    [Fact]
    public void By_our_own_hand_no_place_is_empty_that_was_filled() => Inputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        var leaving = plan.Drained.Concat(plan.Victims)
            .Count(instance => !instance.IsDead && Row(input, instance.Id) is null && !IsUnwanted(input, instance.Id)
                && !IsSick(input, instance.Id));
        return leaving == 0 || plan.Counts.Live + plan.Counts.Unknown - leaving >= plan.Level;
    });

    [Fact]
    public void Nothing_is_launched_while_one_could_come_back() => Inputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        return plan.Launches == 0 || input.Slices[0].Owned.All(instance => instance.State is not InstanceState.Running
            || Row(input, instance.Id) is null || plan.Returned.Contains(instance) || IsUnwanted(input, instance.Id)
            || IsSick(input, instance.Id) || Abandons(input, instance.Id) || IsStandby(input, instance.Id));
    });

    [Fact]
    public void The_brakes_count_what_begins_and_not_what_has_drained() => Inputs.Sample(input =>
    {
        var plan = Planner.Plan(input);
        var spent = plan.Actions.Count(action => action is PlannedAction.Drain or PlannedAction.Terminate { IsDrained: false });
        return spent <= input.Group.Brakes.TerminationsPerCheckMax;
    });

    [Fact]
    public void A_second_plan_on_what_the_first_has_done_does_nothing() => Inputs
        .Where(input => input.Group.Suspended is Suspension.None && !input.Notes.Any(note => note.Findings.Length > 0)
            && input.Slices[0].Owned.All(instance => instance.State is not InstanceState.Unknown))
        .Sample(input =>
        {
            input = input with { LookedAgain = true, Group = input.Group with { Brakes = new() { TerminationsPerCheckMax = 100 } } };
            var first = Planner.Plan(input);
            var second = Planner.Plan(CarryOut(input, first, round: 0));
            return !second.Acts;
        });

    [Fact]
    public void Step_by_step_the_group_comes_to_its_level_and_all_who_drain_are_gone() => Inputs
        .Where(input => input.Group.Suspended is Suspension.None && !input.Notes.Any(note => note.Findings.Length > 0 || note.IsProtected)
            && input.Slices[0].Owned.All(instance => instance.State is not InstanceState.Unknown))
        .Sample(input =>
        {
            for (var round = 0; round < 40; round++)
            {
                input = CarryOut(input, Planner.Plan(input), round) with { Now = Some.Now.AddSeconds(20 * (round + 1)) };
            }

            var last = Planner.Plan(input);
            return !last.Acts && last.Counts.Running == last.Level && last.Counts.Draining == 0;
        });

    private static MemberNote NoteOf(int number, int said, int age)
    {
        var note = Some.Note(number);
        var at = Some.Now.AddSeconds(-Math.Max(2, age) / 2);
        return said switch
        {
            1 => note with { Gates = [new("drain", GateAnswer.Continue, at, null)] },
            2 => note with { Gates = [new("backup", GateAnswer.Continue, at, null), new("drain", GateAnswer.Continue, at, null)] },
            3 => note with { Gates = [new("drain", GateAnswer.Extend, at, Some.Now.AddSeconds(500))] },
            4 => note with { Gates = [new("backup", GateAnswer.Abandon, at, null)] },
            5 => note with { Gates = [new("drain", GateAnswer.Continue, Some.Now.AddSeconds(-400), null)] },
            6 => note with { IsProtected = true },
            7 => note with { UnwantedFor = "kim wants it gone" },
            8 => note with { Findings = [new("probe", Verdict.Unhealthy, Some.Now)] },
            9 => note with { IsStandby = true },
            _ => note,
        };
    }

    /// <summary>Said again here in its own words: what holds an instance, and for how long.</summary>
    private static bool IsFree(PlanInput input, InstanceId instance)
    {
        if (input.Group.Drain is null && input.Group.Hooks.All.IsEmpty)
        {
            return true;
        }

        if (Row(input, instance) is not { } row)
        {
            return false;
        }

        var words = (Note(input, instance)?.Gates ?? []).Where(word => word.At >= row.Since).ToList();
        var age = (input.Now - row.Since).TotalSeconds;
        var isDrained = input.Group.Drain is null || words.Any(word => word is { Gate: "drain", Answer: GateAnswer.Continue })
            || age >= (words.Any(word => word.Answer is GateAnswer.Extend) ? 500 + (Some.Now - row.Since).TotalSeconds : DeadlineSeconds);
        var isHooked = input.Group.Hooks.All.IsEmpty || words.Any(word => word is { Gate: "backup", Answer: GateAnswer.Continue })
            || age >= HookSeconds;
        return (isDrained && isHooked)
            || (!input.Group.Hooks.All.IsEmpty && words.Any(word => word is { Gate: "backup", Answer: GateAnswer.Abandon }));
    }

    private static bool LooksAgain(Plan plan) => plan.Actions.Any(action => action is PlannedAction.LookAgain);

    private static bool Abandons(PlanInput input, InstanceId instance) => Note(input, instance)
        is { Gates: { Length: > 0 } gates } && gates.Any(word => word.Answer is GateAnswer.Abandon);

    private static bool IsLiving(Instance instance) => !instance.IsDead && instance.State is not InstanceState.Terminating;

    private static bool IsProtected(PlanInput input, InstanceId instance) => Note(input, instance) is { IsProtected: true };

    private static bool IsStandby(PlanInput input, InstanceId instance) => Note(input, instance) is { IsStandby: true };

    private static bool IsUnwanted(PlanInput input, InstanceId instance) => Note(input, instance) is { UnwantedFor: not null };

    private static bool IsSick(PlanInput input, InstanceId instance) => Note(input, instance) is { Findings.Length: > 0 };

    private static MemberNote? Note(PlanInput input, InstanceId instance) => input.Notes.FirstOrDefault(note => note.Instance == instance);

    private static Member? Row(PlanInput input, InstanceId instance) =>
        input.State.Members.FirstOrDefault(member => member.Instance == instance);

    /// <summary>A cloud on which everything works at once.</summary>
    private static PlanInput CarryOut(PlanInput input, Plan plan, int round)
    {
        var ended = plan.Victims.Select(instance => instance.Id).ToHashSet();
        var returned = plan.Returned.Select(instance => instance.Id).ToHashSet();
        ImmutableArray<Instance> owned =
        [
            .. input.Slices[0].Owned
                .Where(instance => !ended.Contains(instance.Id) && instance.State is not InstanceState.Terminating)
                .Select(
                    instance => instance.State is InstanceState.Provisioning ? instance with { State = InstanceState.Running } : instance),
            .. Some.Instances(plan.Launches, from: 1000 + (round * 100)),
        ];
        return input.WithSlice(slice => slice with { Owned = owned }) with
        {
            LookedAgain = LooksAgain(plan),
            State = input.State.WithPlacement(placement => placement with { MassFailure = plan.Slices[0].MassFailure }) with
            {
                Members =
                [
                    .. input.State.Members.Where(member => !returned.Contains(member.Instance) && !ended.Contains(member.Instance)),
                    .. plan.Drained.Select(instance => new Member
                    {
                        Instance = instance.Id, Phase = MemberPhase.Draining, Since = input.Now,
                    }),
                ],
            },
        };
    }
}
