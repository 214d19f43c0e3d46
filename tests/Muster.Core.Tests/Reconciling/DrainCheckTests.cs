using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Reconciling;

/// <summary>A whole drain, from the decision to the end, by the engine itself.</summary>
public sealed class DrainCheckTests
{
    private static readonly Group Group = Some.Group(3) with
    {
        Interval = TimeSpan.FromMinutes(30), Drain = new() { Through = ["lb"], Deadline = TimeSpan.FromMinutes(5) },
    };

    [Fact]
    public void One_that_drains_is_terminated_when_somebody_says_that_it_is_done()
    {
        var bed = new EngineBed();
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);
            await ScaleAsync(bed, 2);
            await bed.PassAsync(10);

            var draining = Assert.Single((await bed.RecordAsync()).State.Members);
            Assert.Equal(MemberPhase.Draining, draining.Phase);
            Assert.Equal(3, bed.Alive.Count());
            Assert.Equal(1, (await bed.RecordAsync()).State.Terminated.At(bed.Now));

            await SayAsync(bed, draining, GateAnswer.Continue);
            await bed.PassAsync(5);

            Assert.Equal(2, bed.Alive.Count());
            Assert.Equal(1, (await bed.RecordAsync()).State.Terminated.At(bed.Now));
            await bed.PassAsync(120);
            Assert.Empty((await bed.RecordAsync()).State.Members);
            Assert.Contains(await bed.TrailAsync(), entry =>
                entry.Instance == draining.Instance && entry.Description.StartsWith("began to drain", StringComparison.Ordinal));
            Assert.Contains(await bed.TrailAsync(), entry =>
                entry.Instance == draining.Instance && entry.Description.Contains("done: its drain", StringComparison.Ordinal));
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void A_drain_of_which_nobody_says_anything_ends_with_its_deadline_however_seldom_the_group_is_checked()
    {
        var bed = new EngineBed();
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);
            await ScaleAsync(bed, 2);
            await bed.PassAsync(299);
            Assert.Equal(3, bed.Alive.Count());

            await bed.PassAsync(30);
            Assert.Equal(2, bed.Alive.Count());
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void When_the_load_returns_the_same_instance_goes_on_and_nothing_is_spent()
    {
        var bed = new EngineBed();
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);
            var before = bed.Alive.Select(instance => instance.Id).ToHashSet();
            await ScaleAsync(bed, 1);
            await bed.PassAsync(10);
            Assert.Equal(2, (await bed.RecordAsync()).State.Members.Length);

            await ScaleAsync(bed, 3);
            await bed.PassAsync(10);

            var state = (await bed.RecordAsync()).State;
            Assert.Equal((3, 0, 0), (state.Counts.Running, state.Counts.Draining, state.Members.Length));
            Assert.Equal(0, state.Terminated.At(bed.Now));
            Assert.Equal(before, bed.Cloud.Instances.Select(instance => instance.Id).ToHashSet());
            Assert.Contains(await bed.TrailAsync(), entry => entry.Description.StartsWith("returned", StringComparison.Ordinal));
        });
        Assert.Empty(bed.Failures);
    }

    [Fact]
    public void One_that_drains_is_shown_so_with_what_it_waits_for()
    {
        var bed = new EngineBed();
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);
            await ScaleAsync(bed, 2);
            await bed.PassAsync(10);
            var record = await bed.RecordAsync();
            var clouds = Muster.Core.Governing.GroupClouds.Of("sim", bed.Governed);
            var look = (await new Reconciler(
                    bed.Store, TimeProvider.System, new Muster.Simulation.Randomness.SeededRandom(1, "x"),
                    new Muster.Core.Launching.RandomLaunchIdentities(new Muster.Simulation.Randomness.SeededRandom(1, "y")),
                    new ReconcilerOptions(), "other")
                .ObserveAsync(record, clouds, CancellationToken.None)).Of("sim").Look!;

            var standings = InstanceStanding.Read(record, "sim", EngineBed.Traits, look.Of(Group.Id), look.StartedAt, bed.Now);

            var draining = Assert.Single(standings, standing => standing.Phase is InstancePhase.Draining);
            Assert.Matches("^waiting for its drain until 2030-01-01 00:0[0-9]:[0-9]{2}Z$", draining.Detail);
            Assert.Equal(2, standings.Count(standing => standing.Phase is InstancePhase.InService));
        });
    }

    [Fact]
    public void A_group_that_is_deleted_is_archived_when_the_last_has_drained()
    {
        var bed = new EngineBed();
        bed.Run(async () =>
        {
            await SettleAsync(bed, Group);
            await bed.ChangeAsync(group => group with { Phase = GroupPhase.Draining });
            await bed.PassAsync(60);
            Assert.Equal(3, bed.Alive.Count());

            await bed.PassAsync(600);
            Assert.Empty(bed.Alive);
            Assert.Equal(GroupPhase.Archived, (await bed.RecordAsync()).Group.Phase);
        });
        Assert.Empty(bed.Failures);
    }

    private static async Task SettleAsync(EngineBed bed, Group group)
    {
        await bed.AddAsync(group);
        await bed.PassAsync(120);
        Assert.Equal(3, (await bed.RecordAsync()).State.Counts.Running);
    }

    private static Task ScaleAsync(EngineBed bed, int desired) =>
        bed.ChangeAsync(group => group with { Capacity = group.Capacity with { Desired = desired } });

    private static async Task SayAsync(EngineBed bed, Member member, GateAnswer answer)
    {
        await bed.Store.NoteAsync(
            Group.Id,
            [new("sim", member.Instance) { Gate = new(Gates.Drain, answer, bed.Now, null), GateOf = member.Since }],
            activity: null,
            CancellationToken.None);
        bed.Pulse.Wake(Group.Id);
    }
}
