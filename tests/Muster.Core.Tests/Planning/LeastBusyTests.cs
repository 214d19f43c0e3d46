using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Planning;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Planning;

/// <summary>Groups that shrink by how busy their instances are said to be.</summary>
public sealed class LeastBusyTests
{
    private static readonly Group Group = Some.Group(1) with { ScaleIn = ScaleInOrder.LeastBusy };

    [Fact]
    public void The_least_busy_go_first_and_one_of_which_nobody_says_anything_last()
    {
        var plan = Plan(Some.Instances(4), (0, 7), (1, 0.25), (3, 12));

        Assert.Equal(["i-0001", "i-0000", "i-0003"], plan.Victims.Select(victim => victim.Id.Value));
        Assert.EndsWith("least busy first: 0.25 says probe", plan.Actions[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_says_anything_the_oldest_go_first()
    {
        var plan = Plan(Some.Instances(3));

        Assert.Equal(["i-0000", "i-0001"], plan.Victims.Select(victim => victim.Id.Value));
        Assert.EndsWith(
            "of those of which nobody says how busy they are, oldest first", plan.Actions[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_unhealthy_and_those_that_do_not_run_go_before_the_idle()
    {
        var sick = new Finding("probe", Verdict.Unhealthy, Some.Now);
        var plan = Planner.Plan(Input([.. Some.Instances(3), Some.Instance(9, InstanceState.Provisioning)], (0, 0), (1, 9), (2, 5)) with
        {
            Notes = [Some.Note(1) with { Findings = [sick] }],
        });

        Assert.Equal("i-0001", plan.Victims.First().Id.Value);
        Assert.Contains(plan.Victims, victim => victim.Id.Value == "i-0009");
        Assert.DoesNotContain(plan.Victims, victim => victim.Id.Value == "i-0002");
    }

    [Fact]
    public void A_figure_of_another_cloud_says_nothing_of_an_instance_with_the_same_id()
    {
        var input = Input(Some.Instances(2), (0, 5)) with { };
        input = input with { Loads = input.Loads.Add(new("elsewhere", new("i-0001"), 0, "probe")) };

        Assert.Equal("i-0000", Assert.Single(Planner.Plan(input).Victims).Id.Value);
    }

    [Fact]
    public void Reports_are_believed_while_they_hold_and_before_what_the_cloud_tells_but_not_beside_a_header()
    {
        Finding Said(double? load, DateTimeOffset? until = null) => new("report", Verdict.Healthy, Some.Now, ExpiresAt: until, Load: load);
        var measured = new Measured(new InstanceLoad("sim", new("i-0002"), 80, "cloud"));
        ImmutableArray<Core.Members.MemberNote> notes =
        [
            Some.Note(1) with { Findings = [Said(3), Said(4) with { Source = "disk" }] },
            Some.Note(2) with { Findings = [Said(1, until: Some.Now)] },
            Some.Note(3) with { Findings = [Said(null)] },
        ];
        var probed = Group with { Health = new() { Kind = ProbeKind.Http, Port = 80, BusyHeader = "X-Load" } };

        Assert.Equal([new InstanceLoad("sim", new("i-0001"), 4, "disk")], LoadFigures.Of(Group, notes, measured, Some.Now));
        Assert.Equal(measured.All, LoadFigures.Of(Group, [notes[1], notes[2]], measured, Some.Now));
        Assert.Equal(measured.All, LoadFigures.Of(probed, notes, measured, Some.Now));
        Assert.Empty(LoadFigures.Of(Group with { ScaleIn = ScaleInOrder.Oldest }, notes, measured, Some.Now));
        Assert.Empty(LoadFigures.Of(Group, [], measured: null, Some.Now));
    }

    private static PlanInput Input(ImmutableArray<Instance> owned, params (int Number, double Load)[] loads) =>
        Some.Input(Group, owned) with
        {
            Loads = [.. loads.Select(load => new InstanceLoad("sim", Some.Instance(load.Number).Id, load.Load, "probe"))],
        };

    private static Plan Plan(ImmutableArray<Instance> owned, params (int Number, double Load)[] loads) =>
        Planner.Plan(Input(owned, loads));

    private sealed class Measured(params ImmutableArray<InstanceLoad> all) : ILoads
    {
        public ImmutableArray<InstanceLoad> All => all;

        public ImmutableArray<InstanceLoad> Of(GroupId group, DateTimeOffset now) => all;
    }
}
