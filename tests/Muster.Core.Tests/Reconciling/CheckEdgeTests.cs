using System.Reflection;

using Muster.Conformance.Storage;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Reconciling;
using Muster.Core.Reconciling.Edges;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Reconciling;

/// <summary>What a check may write: every member is decided on. That the engine keeps to it, the simulator holds it to.</summary>
public sealed class CheckEdgeTests
{
    private static readonly DateTimeOffset Now = Conformance.Storage.Some.Start;
    private readonly Conformance.Storage.Some _a = new();
    private readonly Group _group;
    private readonly GroupRecord _known;

    public CheckEdgeTests()
    {
        var template = _a.Template(new(_a.Id()));
        _group = _a.Group(template);
        _known = new(_group, template, new() { Group = _group.Id }, [_a.Launch(_group, Now.AddMinutes(-1))]);
    }

    [Fact]
    public void Every_member_of_what_a_check_writes_is_decided_on()
    {
        Assert.Equal(NamesOf<GroupState>(), StateEdge.Rules.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(NamesOf<LaunchBreaker>(), BreakerEdge.Rules.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(NamesOf<Launch>(), LaunchEdge.Decided.Order(StringComparer.Ordinal));
        Assert.Equal(NamesOf<Activity>(), ActivityEdge.Decided.Order(StringComparer.Ordinal));
        Assert.Equal(
            ["Dead", "Draining", "Pending", "Provisioning", "Running", "Terminating", "Unhealthy", "Unknown", "Warm", "Warming"],
            NamesOf<InstanceCounts>());
        Assert.Equal(NamesOf<RecentTermination>(), TerminationEdge.Decided.Order(StringComparer.Ordinal));
        Assert.Equal(["Values"], NamesOf<LaunchTags>());
        Assert.Equal(NamesOf<PlacementState>(), PlacementEdge.Rules.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(NamesOf<Member>(), MemberEdge.Decided.Order(StringComparer.Ordinal));
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
        var launch = _known.OpenLaunches[0] with { Phase = before, Instance = new("i-1") };
        var record = _known with { OpenLaunches = [launch] };

        Assert.True(Judge(record, Told(launch)).IsGood);
        Assert.NotEmpty(Judge(record, Told(launch with { Phase = after, UpdatedAt = Now })).Stale);
    }

    [Fact]
    public void What_a_group_says_it_costs_cannot_keep_the_stores_from_adding_up_an_account()
    {
        var state = _known.State with { CheckedAt = Now };
        var most = new CheckRecord { State = state with { SpendPerHour = CheckBounds.SpendMax } };
        var more = new CheckRecord { State = state with { SpendPerHour = CheckBounds.SpendMax + 1 } };

        Assert.True(Judge(_known, most).IsGood);
        var error = Assert.Single(Judge(_known, more).Impossible);
        Assert.Equal(("record.state.spend_per_hour", "0 to 50000000"), (error.Field, error.Allowed));
        Assert.True(Records.Millionths.From(100_000 * CheckBounds.SpendMax) > 0);
    }

    [Fact]
    public void What_a_group_says_it_costs_is_believed_within_what_it_counted_and_what_is_known()
    {
        var prices = PriceBook.Of(
            new() { Cloud = _known.Template.Cloud, Amount = 0.5m, Currency = "EUR" },
            new() { Cloud = "another", Amount = 9, Currency = "EUR" });
        var counts = new InstanceCounts { Running = 1, Provisioning = 1, Pending = 1, Unknown = 1, Dead = 1, Terminating = 5 };

        // A dead one may be given up and run.
        Assert.Equal((1.75m, 2.5m), (Believed(1.75m, prices), Believed(3, prices)));
        Assert.Equal(0, Believed(3, PriceBook.Empty));
        Assert.Equal((2.75m, 2.75m), (Believed(3, prices, known: 2.75m), Believed(3, PriceBook.Empty, known: 2.75m)));
        var error = Assert.Single(Judge(_known, Costs(0.0000001m)).Impossible);
        Assert.Equal(("record.state.spend_per_hour", "6 decimals at most"), (error.Field, error.Allowed));

        CheckRecord Costs(decimal spend) => new() { State = _known.State with { CheckedAt = Now, Counts = counts, SpendPerHour = spend } };

        decimal Believed(decimal told, PriceBook book, decimal known = 0) => CheckEdge.ToWrite(
            _known with { State = _known.State with { SpendPerHour = known } }, Costs(told), Now, book).State.SpendPerHour;
    }

    [Fact]
    public void A_launch_keeps_what_it_was_written_down_with()
    {
        var launch = _known.OpenLaunches[0];
        Launch[] others =
        [
            launch with { InstanceName = "another" }, launch with { Reason = "another" },
            launch with { CreatedAt = Now }, launch with { Template = new(_a.Id()) },
            launch with { Attempts = 7 }, launch with { Attempts = 0 },
        ];

        Assert.All(others, other => Assert.False(Judge(_known, Told(other)).IsGood));
        Assert.NotEmpty(Judge(_known, Told(launch with { Group = new(_a.Id()) })).Impossible);
        Assert.NotEmpty(Judge(_known, Told(launch, launch)).Impossible);
    }

    [Fact]
    public void A_new_launch_is_written_down_under_a_lease_before_anything_came_of_it()
    {
        var launch = _a.Launch(_group, Now);

        Assert.True(Judge(_known, Told(launch)).IsGood);
        Assert.False(Judge(_known, Told(launch), isLeased: false).IsGood);
        Assert.False(Judge(_known, Told(launch with { Phase = LaunchPhase.Accepted, Instance = new("i-9") })).IsGood);
        Assert.False(Judge(_known, Told(launch with { Template = new(_a.Id()) })).IsGood);
        Assert.False(Judge(_known, Told(launch with { CreatedAt = Now.AddYears(1), UpdatedAt = Now.AddYears(1) })).IsGood);
    }

    [Fact]
    public void What_breaks_a_rule_is_told_with_what_the_rule_allows()
    {
        var told = Told() with { State = Told().State with { Counts = new() { Running = -1 } } };

        var error = Assert.Single(Judge(_known, told).Impossible);

        Assert.Equal("record.state.counts.running", error.Field);
        Assert.Equal("-1", error.Value);
        Assert.Equal($"0 to {CheckBounds.CountMax}", error.Allowed);
    }

    [Fact]
    public void Brakes_gain_by_what_is_done_and_forget_nothing_within_the_hour()
    {
        var spent = _known with { State = _known.State with { Launched = HourlyCount.Empty.Add(5, Now.AddMinutes(-20)) } };
        CheckRecord With(HourlyCount launched, params Launch[] launches) =>
            Told(launches) with { State = Told().State with { Launched = launched } };
        var (begun, failed) = (
            _a.Launch(_group, Now),
            _known.OpenLaunches[0] with { Phase = LaunchPhase.Failed, Failure = "no", UpdatedAt = Now });

        Assert.True(Judge(spent, With(spent.State.Launched)).IsGood);
        Assert.True(Judge(spent, With(spent.State.Launched.Add(1, Now), begun)).IsGood);
        Assert.NotEmpty(Judge(spent, With(spent.State.Launched.Add(2, Now), begun)).Stale);
        Assert.NotEmpty(Judge(spent, With(spent.State.Launched.Add(1, Now))).Stale);
        Assert.NotEmpty(Judge(spent, With(HourlyCount.Empty)).Stale);
        Assert.True(Judge(spent, With(spent.State.Launched.GiveBack(Now.AddMinutes(-20)), failed)).IsGood);
        Assert.NotEmpty(Judge(spent, With(spent.State.Launched.GiveBack(Now.AddMinutes(-20)))).Stale);
        Assert.NotEmpty(Judge(spent, With(spent.State.Launched.Add(1, Now)), isLeased: false).Stale);
        Assert.NotEmpty(Judge(spent, With(spent.State.Launched.Add(1, Now.AddMinutes(-40)), begun)).Stale);
        Assert.NotEmpty(Judge(spent, With(spent.State.Launched.Add(1, Now.AddDays(1)), begun)).Impossible);
    }

    [Fact]
    public void A_launch_says_nothing_of_whose_its_instance_is()
    {
        var launch = _a.Launch(_group, Now);
        Launch Tagged(string key) =>
            launch with { Tags = new(System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add(key, "x")) };

        Assert.True(Judge(_known, Told(Tagged("muster.group_name"))).IsGood);
        Assert.NotEmpty(Judge(_known, Told(Tagged("muster.group"))).Impossible);
        Assert.NotEmpty(Judge(_known, Told(Tagged("muster.account"))).Impossible);
    }

    [Fact]
    public void The_breaker_opens_by_failures_and_closes_by_a_launch_that_came_good()
    {
        var open = LaunchBreaker.Closed.AfterFailure(Now, "no", hopeless: true);
        var failed = _known.OpenLaunches[0] with { Phase = LaunchPhase.Failed, Failure = "no", UpdatedAt = Now };
        CheckRecord With(LaunchBreaker breaker, params Launch[] launches) => Told(launches) with { State = Broken(Told().State, breaker) };
        var opened = _known with { State = Broken(_known.State, open) };

        Assert.True(Judge(_known, With(open, failed)).IsGood);
        Assert.NotEmpty(Judge(_known, With(open)).Stale);
        Assert.NotEmpty(Judge(opened, With(LaunchBreaker.Closed)).Stale);
        Assert.True(Judge(opened, With(
            LaunchBreaker.Closed,
            _known.OpenLaunches[0] with { Phase = LaunchPhase.Settled, Instance = new("i-1"), UpdatedAt = Now })).IsGood);
        Assert.True(Judge(opened, With(open with { ProbeAt = Now })).IsGood);
        Assert.NotEmpty(Judge(opened, With(open with { ProbeAt = Now.AddDays(1) }, failed)).Impossible);
    }

    [Fact]
    public void A_launch_that_is_answered_with_a_dead_instance_counts_for_the_breaker()
    {
        var died = _known.OpenLaunches[0] with
        {
            Phase = LaunchPhase.Accepted,
            Instance = new("i-1"),
            Failure = "its instance is failed already",
            UpdatedAt = Now,
        };
        var failed = LaunchBreaker.Closed.AfterFailure(Now, "i-1 failed", hopeless: false);

        Assert.True(Judge(_known, Told(died) with { State = Broken(Told().State, failed) }).IsGood);
    }

    [Fact]
    public void Launches_that_the_store_does_not_know_as_open_move_no_brake_and_are_not_written()
    {
        var open = LaunchBreaker.Closed.AfterFailure(Now, "no", hopeless: true);
        var spent = _known with
        {
            State = Broken(_known.State, open) with { Launched = HourlyCount.Empty.Add(5, Now.AddMinutes(-20)) },
        };
        var invented = _a.Launch(_group, Now);
        var (settled, failed) = (
            invented with { Phase = LaunchPhase.Settled, Instance = new("i-1") },
            invented with { Phase = LaunchPhase.Failed, Failure = "never called" });
        CheckRecord With(GroupState state, params Launch[] launches) => Told(launches) with { State = state with { CheckedAt = Now } };

        // Told again by one who never heard that it was kept, or of an intent that did not reach the store: it moves nothing.
        Assert.True(Judge(spent, With(spent.State, settled)).IsGood);
        Assert.True(Judge(spent, With(spent.State, failed)).IsGood);
        Assert.True(Judge(spent, With(spent.State, settled), isLeased: false).IsGood);
        Assert.Empty(CheckEdge.ToWrite(spent, With(spent.State, settled), Now, PriceBook.Empty).Launches);
        Assert.Equal(
            [_known.OpenLaunches[0].Id],
            CheckEdge.ToWrite(spent, With(spent.State, settled, _known.OpenLaunches[0]), Now, PriceBook.Empty)
                .Launches.Select(launch => launch.Id));

        Assert.NotEmpty(Judge(spent, With(Broken(spent.State, LaunchBreaker.Closed), settled)).Stale);
        Assert.NotEmpty(Judge(spent, With(spent.State with { Launched = HourlyCount.Empty.Add(4, Now.AddMinutes(-20)) }, failed)).Stale);
        Assert.NotEmpty(Judge(spent, With(spent.State with { Launched = spent.State.Launched.Add(1, Now) }, failed)).Stale);
        Assert.NotEmpty(Judge(_known, With(Broken(_known.State, open), failed)).Stale);
        var many = Enumerable.Range(0, GroupRules.CapacityLimitDefault + CheckBounds.PerCheckMax + 1)
            .Select(_ => settled with { Id = new(_a.Id()) });
        Assert.NotEmpty(Judge(_known, With(_known.State, [.. many])).Impossible);
    }

    [Fact]
    public void An_instance_on_its_way_up_since_its_launch_was_answered_may_be_so_for_any_time()
    {
        var launch = _known.OpenLaunches[0] with
        {
            Phase = LaunchPhase.Seen,
            Instance = new("i-1"),
            CreatedAt = Now.AddDays(-9),
            UpdatedAt = Now.AddDays(-9),
        };
        var record = _known with { OpenLaunches = [launch] };
        CheckRecord Since(DateTimeOffset since) => Told() with { State = Told().State with
            {
                Members = [new() { Instance = new("i-1"), Phase = MemberPhase.Booting, Since = since }],
            } };

        Assert.True(Judge(record, Since(Now.AddDays(-9)), isLeased: false).IsGood);
        Assert.NotEmpty(Judge(record, Since(Now.AddDays(-8)), isLeased: false).Stale);
        Assert.NotEmpty(Judge(_known, Since(Now.AddDays(-9)), isLeased: false).Stale);
    }

    [Fact]
    public void A_member_may_be_forgotten_and_since_when_it_is_on_its_way_may_not_be_changed()
    {
        var member = new Member { Instance = new("i-1"), Phase = MemberPhase.Booting, Since = Now.AddDays(-9) };
        var record = _known with { State = _known.State with { Members = [member] } };
        CheckRecord With(params Member[] members) => Told() with { State = Told().State with { Members = [.. members] } };

        Assert.True(Judge(record, With(member)).IsGood);
        Assert.True(Judge(record, With()).IsGood);
        Assert.NotEmpty(Judge(record, With(member with { Since = Now.AddDays(-8) })).Stale);
        Assert.NotEmpty(Judge(_known, With(member)).Stale);
    }

    [Fact]
    public void A_clock_that_is_ahead_writes_no_later_than_now()
    {
        var told = Told() with { State = Told().State with { CheckedAt = Now.AddSeconds(50) } };

        Assert.True(Judge(_known, told, isLeased: false).IsGood);
        Assert.Equal(Now, CheckEdge.ToWrite(_known, told, Now, PriceBook.Empty).State.CheckedAt);
        Assert.Same(told.State, CheckEdge.ToWrite(_known, told, Now.AddMinutes(1), PriceBook.Empty).State);
    }

    [Fact]
    public void What_is_told_is_compared_with_what_was_kept_to_the_tick()
    {
        var launch = _known.OpenLaunches[0] with { CreatedAt = _known.OpenLaunches[0].CreatedAt.AddTicks(1) };

        // Why the wire cuts to what stores keep: one tick more is another moment.
        Assert.NotEmpty(Judge(_known, Told(launch)).Stale);
    }

    [Fact]
    public void A_group_ends_when_it_drains_and_nothing_is_left()
    {
        var draining = _known with { Group = _group with { Phase = GroupPhase.Draining }, OpenLaunches = [] };
        var end = Told() with
        {
            ArchivedAt = Now,
            Activities = [_a.Activity(_group, ActivityType.Change, "deleted: no instance is left") with
            {
                Author = "muster",
                FirstAt = Now,
                LastAt = Now,
            }],
        };

        Assert.True(Judge(draining, end).IsGood, string.Join("; ", Judge(draining, end).All));
        Assert.False(Judge(draining with { OpenLaunches = _known.OpenLaunches }, end).IsGood);
        Assert.False(Judge(draining, end with { State = end.State with { Counts = new() { Running = 1 } } }).IsGood);
        Assert.False(Judge(draining, end with { ArchivedAt = null }).IsGood);
    }

    private CheckRecord Told(params Launch[] launches) => new()
    {
        State = _known.State with { Condition = GroupCondition.Healthy, Reason = "fine", CheckedAt = Now },
        Launches = [.. launches],
    };

    private static GroupState Broken(GroupState state, LaunchBreaker breaker) =>
        state.WithPlacement(placement => placement with { Breaker = breaker });

    private static EdgeVerdict Judge(GroupRecord known, CheckRecord told, bool isLeased = true) =>
        CheckEdge.Check(known, told, isLeased, Now, new HashSet<TemplateId> { known.Template.Id }, GroupRules.CapacityLimitDefault);

    private static IEnumerable<string> NamesOf<T>() => typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public)
        .Where(property => property.SetMethod is not null)
        .Select(property => property.Name)
        .Order(StringComparer.Ordinal);
}
