using System.Reflection;

using Muster.Conformance.Storage;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Launches;
using Muster.Core.Reconciling;
using Muster.Core.Reconciling.Edges;
using Muster.Core.Storage;

namespace Muster.Core.Tests.Reconciling;

/// <summary>What a check may write: every member is decided on. That the engine keeps to it, the simulator holds it to.</summary>
public sealed class CheckEdgeTests
{
    private static readonly DateTimeOffset Now = Conformance.Storage.Some.Start;
    private readonly Conformance.Storage.Some a = new();
    private readonly Group group;
    private readonly GroupRecord known;

    public CheckEdgeTests()
    {
        var template = a.Template(new(a.Id()));
        group = a.Group(template);
        known = new(group, template, new() { Group = group.Id }, [a.Launch(group, Now.AddMinutes(-1))]);
    }

    [Fact]
    public void Every_member_of_what_a_check_writes_is_decided_on()
    {
        Assert.Equal(NamesOf<GroupState>(), StateEdge.Rules.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(NamesOf<LaunchBreaker>(), BreakerEdge.Rules.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(NamesOf<Launch>(), LaunchEdge.Decided.Order(StringComparer.Ordinal));
        Assert.Equal(NamesOf<Activity>(), ActivityEdge.Decided.Order(StringComparer.Ordinal));
        Assert.Equal(["Dead", "Pending", "Provisioning", "Running", "Terminating", "Unknown"], NamesOf<InstanceCounts>());
        Assert.Equal(["At", "Instance", "IsTold", "Reason"], NamesOf<RecentTermination>());
        Assert.Equal(["Instance", "Since"], NamesOf<BootingInstance>());
        Assert.Equal(["Activities", "ArchivedAt", "Launches", "State"], NamesOf<CheckRecord>());
        Assert.Equal(["Count", "Start"], NamesOf<HourlyBucket>());
    }

    [Theory]
    [InlineData(LaunchPhase.Accepted, LaunchPhase.Intended)]
    [InlineData(LaunchPhase.Accepted, LaunchPhase.Failed)]
    [InlineData(LaunchPhase.Accepted, LaunchPhase.Expired)]
    [InlineData(LaunchPhase.Seen, LaunchPhase.Accepted)]
    [InlineData(LaunchPhase.Seen, LaunchPhase.Failed)]
    public void A_launch_goes_by_its_story(LaunchPhase before, LaunchPhase after)
    {
        var launch = known.OpenLaunches[0] with { Phase = before, Instance = new("i-1") };
        var record = known with { OpenLaunches = [launch] };

        Assert.True(Judge(record, Told(launch)).IsGood);
        Assert.NotEmpty(Judge(record, Told(launch with { Phase = after, UpdatedAt = Now })).Stale);
    }

    [Fact]
    public void A_launch_keeps_what_it_was_written_down_with()
    {
        var launch = known.OpenLaunches[0];
        Launch[] others =
        [
            launch with { InstanceName = "another" }, launch with { Reason = "another" }, launch with { CreatedAt = Now }, launch with { Template = new(a.Id()) },
            launch with { Attempts = 7 }, launch with { Attempts = 0 },
        ];

        Assert.All(others, other => Assert.False(Judge(known, Told(other)).IsGood));
        Assert.NotEmpty(Judge(known, Told(launch with { Group = new(a.Id()) })).Impossible);
        Assert.NotEmpty(Judge(known, Told(launch, launch)).Impossible);
    }

    [Fact]
    public void A_new_launch_is_written_down_under_a_lease_before_anything_came_of_it()
    {
        var launch = a.Launch(group, Now);

        Assert.True(Judge(known, Told(launch)).IsGood);
        Assert.False(Judge(known, Told(launch), isLeased: false).IsGood);
        Assert.False(Judge(known, Told(launch with { Phase = LaunchPhase.Accepted, Instance = new("i-9") })).IsGood);
        Assert.False(Judge(known, Told(launch with { Template = new(a.Id()) })).IsGood);
        Assert.False(Judge(known, Told(launch with { CreatedAt = Now.AddYears(1), UpdatedAt = Now.AddYears(1) })).IsGood);
    }

    [Fact]
    public void Brakes_gain_by_what_is_done_and_forget_nothing_within_the_hour()
    {
        var spent = known with { State = known.State with { Launched = HourlyCount.Empty.Add(5, Now.AddMinutes(-20)) } };
        CheckRecord With(HourlyCount launched) => Told() with { State = Told().State with { Launched = launched } };

        Assert.True(Judge(spent, With(spent.State.Launched)).IsGood);
        Assert.True(Judge(spent, With(spent.State.Launched.Add(10, Now))).IsGood);
        Assert.NotEmpty(Judge(spent, With(HourlyCount.Empty)).Stale);
        Assert.NotEmpty(Judge(spent, With(spent.State.Launched.Add(10, Now)), isLeased: false).Stale);
        Assert.NotEmpty(Judge(spent, With(spent.State.Launched.Add(1, Now.AddMinutes(-40)))).Stale);
        Assert.NotEmpty(Judge(spent, With(spent.State.Launched.Add(1001, Now))).Stale);
        Assert.NotEmpty(Judge(spent, With(spent.State.Launched.Add(1, Now.AddDays(1)))).Impossible);
    }

    [Fact]
    public void The_breaker_opens_by_failures_and_closes_by_a_launch_that_came_good()
    {
        var open = LaunchBreaker.Closed.AfterFailure(Now, "no", hopeless: true);
        var failed = known.OpenLaunches[0] with { Phase = LaunchPhase.Failed, Failure = "no", UpdatedAt = Now };
        CheckRecord With(LaunchBreaker breaker, params Launch[] launches) => Told(launches) with { State = Told().State with { Breaker = breaker } };
        var opened = known with { State = known.State with { Breaker = open } };

        Assert.True(Judge(known, With(open, failed)).IsGood);
        Assert.NotEmpty(Judge(known, With(open)).Stale);
        Assert.NotEmpty(Judge(opened, With(LaunchBreaker.Closed)).Stale);
        Assert.True(Judge(opened, With(LaunchBreaker.Closed, known.OpenLaunches[0] with { Phase = LaunchPhase.Settled, Instance = new("i-1"), UpdatedAt = Now })).IsGood);
        Assert.True(Judge(opened, With(open with { ProbeAt = Now })).IsGood);
        Assert.NotEmpty(Judge(opened, With(open with { ProbeAt = Now.AddDays(1) }, failed)).Impossible);
    }

    [Fact]
    public void A_group_ends_when_it_drains_and_nothing_is_left()
    {
        var draining = known with { Group = group with { Phase = GroupPhase.Draining }, OpenLaunches = [] };
        var end = Told() with { ArchivedAt = Now, Activities = [a.Activity(group, ActivityType.Change, "deleted: no instance is left") with { Author = "muster", FirstAt = Now, LastAt = Now }] };

        Assert.True(Judge(draining, end).IsGood, string.Join("; ", Judge(draining, end).All));
        Assert.False(Judge(draining with { OpenLaunches = known.OpenLaunches }, end).IsGood);
        Assert.False(Judge(draining, end with { State = end.State with { Counts = new() { Running = 1 } } }).IsGood);
        Assert.False(Judge(draining, end with { ArchivedAt = null }).IsGood);
    }

    private CheckRecord Told(params Launch[] launches) => new()
    {
        State = known.State with { Condition = GroupCondition.Healthy, Reason = "fine", CheckedAt = Now },
        Launches = [.. launches],
    };

    private static EdgeVerdict Judge(GroupRecord known, CheckRecord told, bool isLeased = true) =>
        CheckEdge.Check(known, told, isLeased, Now, new HashSet<TemplateId> { known.Template.Id }, GroupRules.CapacityLimitDefault);

    private static IEnumerable<string> NamesOf<T>() => typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(property => property.SetMethod is not null)
        .Select(property => property.Name)
        .Order(StringComparer.Ordinal);
}
