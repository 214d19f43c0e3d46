using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Planning;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;
using Muster.Simulation.Clouds;

namespace Muster.Core.Tests.Reconciling;

public sealed class BootTimeoutsTests
{
    private static readonly CloudTraits Traits = EngineBed.Traits with { BootTimeout = TimeSpan.FromMinutes(15) };

    private static readonly Instance Booting = Some.Instance(1, InstanceState.Provisioning);

    [Fact]
    public void One_is_given_up_when_its_launch_was_seen_a_boot_time_out_ago_and_not_before()
    {
        var waiting = Read([Some.Launch(1, LaunchPhase.Seen, Minutes(14.9))], [Booting]);
        var over = Read([Some.Launch(1, LaunchPhase.Seen, Minutes(15))], [Booting]);

        Assert.Equal(InstanceState.Provisioning, Assert.Single(waiting.Owned).State);
        Assert.Empty(waiting.Booting);
        var failed = Assert.Single(over.Owned);
        Assert.Equal((InstanceState.Failed, "did not come up within 15m"), (failed.State, failed.StateDetail));
        Assert.Equal(failed.Id, Assert.Single(over.Over));
    }

    [Fact]
    public void What_the_cloud_says_of_it_is_told_along()
    {
        var over = Read([Some.Launch(1, LaunchPhase.Seen, Minutes(15))], [Booting with { StateDetail = "waiting for an address" }]);

        Assert.Equal("did not come up within 15m: waiting for an address", Assert.Single(over.Owned).StateDetail);
    }

    [Fact]
    public void The_clouds_clock_is_not_asked_where_there_is_a_record()
    {
        var old = Booting with { CreatedAt = Some.Now.AddDays(-3) };
        var future = Booting with { CreatedAt = Some.Now.AddDays(3) };

        Assert.Empty(Read([Some.Launch(1, LaunchPhase.Seen, Minutes(1))], [old]).Over);
        Assert.Single(Read([Some.Launch(1, LaunchPhase.Seen, Minutes(15))], [future]).Over);
        Assert.Empty(Read([], [old]).Over);
    }

    [Fact]
    public void One_that_no_open_launch_made_counts_from_the_first_look_that_showed_it_on_its_way()
    {
        var first = Read([], [Booting]);
        var later = Read([], [Booting], [(Booting.Id, Some.Now - Minutes(15))]);

        Assert.Equal((Booting.Id, Some.Now), Assert.Single(first.Booting));
        Assert.Empty(first.Over);
        Assert.Single(later.Over);
        Assert.Single(later.Booting);
    }

    [Fact]
    public void One_that_was_given_up_stays_so_while_it_is_listed_and_is_forgotten_when_it_is_up()
    {
        // Its launch is closed since, and the cloud refuses to end it.
        var over = Read([Some.Launch(1, LaunchPhase.Seen, Minutes(15))], [Booting]);
        var next = Read([], [Booting], over.Booting);
        var up = Read([], [Booting with { State = InstanceState.Running }], over.Booting);

        Assert.Single(next.Over);
        Assert.Empty(up.Over);
        Assert.Empty(up.Booting);
    }

    [Fact]
    public void Without_a_memory_the_clouds_clock_is_believed_with_room_for_its_being_wrong()
    {
        var young = Booting with { CreatedAt = Some.Now - Minutes(19.9) };
        var old = Booting with { CreatedAt = Some.Now - Minutes(20) };

        Assert.Empty(Read([], [young], remembers: false).Over);
        Assert.Single(Read([], [old], remembers: false).Over);
    }

    [Fact]
    public void A_cloud_may_say_any_time_there_is()
    {
        var far = Booting with { CreatedAt = DateTimeOffset.MaxValue };
        var ancient = Booting with { CreatedAt = DateTimeOffset.MinValue };

        Assert.Empty(Read([], [far], remembers: false).Over);
        Assert.Single(Read([], [ancient], remembers: false).Over);
    }

    [Fact]
    public async Task One_that_is_given_up_is_replaced_and_its_launch_is_a_boot_failure_for_the_breaker()
    {
        var assessment = await AssessAsync(Some.Launch(1, LaunchPhase.Seen, Minutes(15.5)));

        Assert.Equal(LaunchPhase.DiedYoung, Assert.Single(assessment.ChangedLaunches).Phase);
        Assert.Equal(1, assessment.State.Placed().Breaker.FailuresInRow);
        Assert.Equal(
            "counts as a failed launch: web-1 failed (did not come up within 15m: simulated Provisioning) 930 s after its launch",
            Assert.Single(assessment.Activities).Description);
        Assert.Equal(new InstanceCounts { Dead = 1 }, assessment.Plan.Counts);
        Assert.Equal("web-1", Assert.Single(assessment.Plan.Actions.OfType<PlannedAction.Terminate>()).Instance.Name);
        Assert.Equal(1, Assert.Single(assessment.Plan.Actions.OfType<PlannedAction.Launch>()).Count);
    }

    [Fact]
    public void A_group_whose_instances_never_come_up_stops_launching_and_says_why()
    {
        var bed = new EngineBed(Traits with { BootTimeout = TimeSpan.FromMinutes(2) }, Stuck);
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(3));
            await bed.PassAsync(TimeSpan.FromHours(1).TotalSeconds);
            var state = (await bed.RecordAsync()).State;

            Assert.Equal(GroupCondition.Degraded, state.Condition);
            Assert.Contains("did not come up within 2m", state.Reason, StringComparison.Ordinal);
            Assert.InRange(bed.Cloud.Instances.Length, 6, 20);
            Assert.InRange(bed.Alive.Count(), 0, 3);
        });
        Assert.Empty(bed.Failures);
    }

    private static Weather Stuck => new() { Lives = [new(TimeSpan.Zero, InstanceState.Failed) { Shown = InstanceState.Provisioning }] };

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private static BootTimeouts Read(
        ImmutableArray<Launch> launches,
        ImmutableArray<Instance> owned,
        ImmutableArray<(InstanceId Instance, DateTimeOffset Since)>? known = null,
        bool remembers = true) =>
        BootTimeouts.Read(
            new(Some.Group(1), Some.Template(), Some.State() with { Members = [.. (known ?? []).Select(OnItsWay)] }, launches),
            Traits,
            owned,
            Some.Now,
            remembers);

    private static Member OnItsWay((InstanceId Instance, DateTimeOffset Since) one) =>
        new() { Instance = one.Instance, Phase = MemberPhase.Booting, Since = one.Since };

    private static async Task<Assessment> AssessAsync(Launch launch)
    {
        var cloud = new SimulatedCloud("i", Traits, Stuck, TimeProvider.System);
        var placed = cloud.Place("web-1", Booting.Tags, new LifeEvent(TimeSpan.Zero, InstanceState.Provisioning));
        var observation = await Observation.MakeAsync(
            cloud, new InstanceFilter(Some.Installation), new FakeTimeProvider(Some.Now), TestContext.Current.CancellationToken);
        return Assessment.Make(
            new(Some.Group(1), Some.Template(), Some.State(), [launch with { Instance = placed.Id }]),
            _ => Traits, observation, lookedAgain: false, Some.Now, new ReconcilerOptions(), new SystemRandomSource());
    }
}
