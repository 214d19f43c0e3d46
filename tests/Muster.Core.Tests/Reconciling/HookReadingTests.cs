using System.Collections.Immutable;

using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Reconciling;

/// <summary>Instances that the hooks of their launch hold, and those that they give up.</summary>
public sealed class HookReadingTests
{
    private static readonly Instance Up = Some.Instance(1);
    private static readonly DateTimeOffset Since = Some.Now.AddMinutes(-2);
    private static readonly Member Waiting = new() { Instance = Up.Id, Phase = MemberPhase.Waiting, Since = Since };

    private static readonly Hooks Bake = new(
        [new() { Name = "bake", At = HookMoment.Launch, OnTimeout = GateAnswer.Abandon, Timeout = TimeSpan.FromMinutes(5) }]);

    [Fact]
    public void One_that_is_up_waits_from_the_first_look_that_shows_it_so()
    {
        var read = Read([]);

        Assert.Equal((InstanceState.Provisioning, "running, waiting for hook bake"), (read.Owned[0].State, read.Owned[0].StateDetail));
        Assert.Equal(new Member { Instance = Up.Id, Phase = MemberPhase.Waiting, Since = Some.Now }, Assert.Single(read.Members));
        Assert.Empty(read.Over);
    }

    [Fact]
    public void One_that_is_not_up_yet_waits_for_nothing()
    {
        var read = Read([], instance: Up with { State = InstanceState.Provisioning });

        Assert.Empty(read.Members);
        Assert.Null(read.Owned[0].StateDetail);
    }

    [Fact]
    public void One_that_may_go_on_is_in_service_for_good_while_its_launch_is_open()
    {
        var passed = Read([Waiting], Said(GateAnswer.Continue));
        var member = Assert.Single(passed.Members);
        var later = Read([member], Said(GateAnswer.Abandon));

        Assert.Equal(InstanceState.Running, passed.Owned[0].State);
        Assert.Equal((MemberPhase.InService, Some.Now), (member.Phase, member.Since));
        Assert.Equal(Some.Now, passed.PassedAt(Up.Id));
        Assert.Equal(InstanceState.Running, later.Owned[0].State);
        Assert.Equal([member], later.Members);
        Assert.Empty(Read([member], launch: null).Members);
    }

    [Fact]
    public void One_that_is_given_up_is_dead_and_stays_so_when_its_launch_is_closed()
    {
        foreach (var read in new[]
            {
                Read([Waiting], Said(GateAnswer.Abandon)), Read([Waiting with { Since = Some.Now.AddMinutes(-5) }]),
                Read([Waiting], Said(GateAnswer.Abandon), launch: null),
            })
        {
            Assert.Equal((InstanceState.Failed, true), (read.Owned[0].State, read.Owned[0].IsGivenUp));
            Assert.Equal([Up.Id], read.Over);
            Assert.Equal(MemberPhase.Waiting, Assert.Single(read.Members).Phase);
        }
    }

    [Fact]
    public void Whoever_is_to_answer_has_all_of_the_time_and_no_silence_is_believed_that_nobody_listened_to()
    {
        var lookedAt = Some.Now.AddSeconds(-10);
        var late = Waiting with { Since = lookedAt.AddMinutes(-5).AddSeconds(1) };

        Assert.Equal(Some.Now, Assert.Single(Look([]).Members).Since);
        Assert.Equal("running, waiting for hook bake", Look([late]).Owned[0].StateDetail);
        Assert.Equal([Up.Id], Look([late with { Since = lookedAt.AddMinutes(-5) }]).Over);

        HookReading Look(ImmutableArray<Member> members) =>
            HookReading.Read(Record(members, note: null), "sim", [Up], [], lookedAt, Some.Now);
    }

    [Fact]
    public void Whoever_was_launched_before_the_group_had_the_hook_is_held_by_none()
    {
        var newer = new Hooks([Bake.All[0] with { Since = Some.Now.AddMinutes(-1) }]);

        Assert.Empty(Read([], hooks: newer).Members);
        Assert.Equal(InstanceState.Running, Read([], hooks: newer).Owned[0].State);
        Assert.Empty(Read([], launch: null).Members);
    }

    [Fact]
    public void A_hook_that_is_gone_holds_nobody_and_what_it_held_has_its_time_from_then_on()
    {
        var read = Read([Waiting], hooks: Hooks.None);

        Assert.Equal(InstanceState.Running, read.Owned[0].State);
        Assert.Equal(Some.Now, read.PassedAt(Up.Id));
        Assert.Empty(Read([], hooks: Hooks.None).Members);
    }

    [Fact]
    public void What_flickers_keeps_since_when_it_waits()
    {
        var read = Read([Waiting], instance: Up with { State = InstanceState.Unknown });

        Assert.Equal(InstanceState.Unknown, read.Owned[0].State);
        Assert.Equal([Waiting], read.Members);
    }

    [Fact]
    public void Nobody_is_late_to_be_healthy_for_the_time_that_hooks_took()
    {
        var check = new HealthCheck { Kind = ProbeKind.Http, Port = 80, BootTimeout = TimeSpan.FromMinutes(3) };
        var sick = Some.Note(1) with { Findings = [new("probe", Verdict.Unhealthy, Some.Now)] };
        var held = Record([Waiting], sick, age: TimeSpan.FromMinutes(4)) with { };
        held = held with { Group = held.Group with { Health = check } };

        var (waits, passed, late) = (Health(held), Health(With(Since.AddMinutes(1))), Health(With(Some.Now.AddMinutes(-3))));

        Assert.Equal("running, waiting for hook bake", waits.Owned[0].StateDetail);
        Assert.Equal(InstanceState.Provisioning, passed.Owned[0].State);
        Assert.Equal(InstanceState.Failed, late.Owned[0].State);

        GroupRecord With(DateTimeOffset passedAt) => held with
        {
            State = held.State with { Members = [Waiting with { Phase = MemberPhase.InService, Since = passedAt }] },
        };

        static HealthReading Health(GroupRecord record) => HealthReading.Read(
            record, "sim", HookReading.Read(record, "sim", [Up], [], Some.Now, Some.Now), Some.Now);
    }

    [Fact]
    public void One_whose_launch_a_hook_gave_up_failed_to_boot_and_counts_for_the_breaker()
    {
        var bed = new EngineBed();
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(1) with
            {
                Interval = TimeSpan.FromSeconds(5),
                Hooks = new([Bake.All[0] with { Timeout = TimeSpan.FromSeconds(20) }]),
            });
            await bed.PassAsync(10);
            var state = (await bed.RecordAsync()).State;
            Assert.Equal((0, 1), (state.Counts.Running, state.Counts.Provisioning));
            Assert.Equal(MemberPhase.Waiting, Assert.Single(state.Members).Phase);

            await bed.PassAsync(30);
            state = (await bed.RecordAsync()).State;
            Assert.InRange(state.Placed().Breaker.FailuresInRow, 1, 5);
            Assert.Contains(await bed.TrailAsync(), entry => entry.Description.Contains(
                "failed (hook bake did not answer in time)", StringComparison.Ordinal));
            Assert.InRange(bed.Alive.Count(), 0, 1);
        });
        Assert.Empty(bed.Failures);
    }

    private static MemberNote Said(GateAnswer answer) => Some.Note(1) with { Gates = [new("bake", answer, Since, null)] };

    private static HookReading Read(
        ImmutableArray<Member> members, MemberNote? note = null, Hooks? hooks = null, Instance? instance = null) =>
        Read(Record(members, note, hooks: hooks), instance);

    private static HookReading Read(ImmutableArray<Member> members, MemberNote? note, Launch? launch) =>
        Read(Record(members, note) with { OpenLaunches = launch is null ? [] : [launch] }, instance: null);

    private static HookReading Read(ImmutableArray<Member> members, Launch? launch) => Read(members, note: null, launch);

    private static HookReading Read(GroupRecord record, Instance? instance) =>
        HookReading.Read(record, "sim", [instance ?? Up], [], Some.Now, Some.Now);

    private static GroupRecord Record(
        ImmutableArray<Member> members, MemberNote? note, TimeSpan? age = null, Hooks? hooks = null) => new(
            Some.Group(1) with { Hooks = hooks ?? Bake }, Some.Template(), Some.State() with { Members = members },
            [Some.Launch(1, LaunchPhase.Seen, age ?? TimeSpan.FromMinutes(3))])
        {
            Notes = note is null ? [] : [note],
        };
}
