using System.Collections.Immutable;

using Microsoft.Extensions.Time.Testing;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Life;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Core.Traffic;
using Muster.Traffic.Tests.Support;

namespace Muster.Traffic.Tests.Keeping;

public sealed class TrafficKeeperTests
{
    private static readonly GroupRecord Web = Some.Record(new TrafficUses([Some.Use()]), Some.Through("edge"));

    [Fact]
    public async Task Who_is_in_service_gets_traffic()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);

        bed.Saw(Web, Some.Instance(1), Some.Instance(2, state: InstanceState.Provisioning));

        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "the first joins");
        Assert.Null(source.Of(2));
    }

    [Fact]
    public async Task Who_drains_is_drained_and_its_gate_told_once_it_is_empty()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");

        source.SetSessions(1, 3);
        bed.Drain(Web.Group.Id, 1);
        await bed.UntilAsync(() => source.Calls.Count(call => call == "drain i-0001") > 2, "the drain is asked for again");
        Assert.Null(bed.Store.GateOf(Web.Group.Id, Some.Id(1)));

        source.SetSessions(1, 0);
        await bed.UntilAsync(() => bed.Store.GateOf(Web.Group.Id, Some.Id(1)) is { Answer: GateAnswer.Continue }, "the gate is told");
        await bed.UntilAsync(() => bed.Woken.Contains(Web.Group.Id), "the check is woken");
    }

    [Fact]
    public async Task A_drain_is_asked_for_again_in_time_though_the_look_before_takes_longer_than_that()
    {
        var source = new FakeSource();
        var time = new FakeTimeProvider(Some.Now);
        await using var bed = TrafficBed.Of(source, time: time);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");
        source.SetSessions(1, 3);

        // No other time passes: whoever waits for the next look waits for ever.
        source.Listing = () => time.Advance(TimeSpan.FromMilliseconds(30));
        bed.Drain(Web.Group.Id, 1);

        await bed.UntilAsync(() => source.Calls.Count(call => call == "drain i-0001") > 2, "the drain is asked for again");
    }

    [Fact]
    public async Task A_dead_member_that_is_listed_on_is_told_to_leave_at_leisure()
    {
        var source = new FakeSource();
        var time = new FakeTimeProvider(Some.Now);
        await using var bed = TrafficBed.Of(source, time: time);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");
        var looks = 0;
        source.KeepsWhoLeaves = true;
        source.Listing = () => Interlocked.Increment(ref looks);

        bed.Saw(Web, Some.Instance(1) with { State = InstanceState.Failed });
        await bed.UntilAsync(() => source.Calls.Contains("leave i-0001"), "it is told to leave");
        for (var look = 0; look < 20; look++)
        {
            // Something else rings, and no time passes.
            var before = Volatile.Read(ref looks);
            bed.Keeper.Decided(Web.Group.Id);
            await bed.UntilAsync(() => Volatile.Read(ref looks) > before, "the source is asked again");
        }

        Assert.Single(source.Calls, "leave i-0001");
        await bed.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return source.Calls.Count(call => call == "leave i-0001") > 1;
            },
            "it is told again");
    }

    [Fact]
    public async Task More_time_for_a_drain_reaches_the_source()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");
        source.SetSessions(1, 3);
        var since = bed.Drain(Web.Group.Id, 1);
        var given = Web.Group.Drain!.Deadline;
        await bed.UntilAsync(() => source.Deadline is { } left && left <= given && left > TimeSpan.Zero, "the drain has its time");

        var now = TimeProvider.System.GetUtcNow();
        await bed.Store.NoteAsync(
            Web.Group.Id,
            [
                new(Some.Cloud, Some.Id(1))
                {
                    Gate = new(Gates.Drain, GateAnswer.Extend, now, now + given + TimeSpan.FromHours(1)), GateOf = since,
                },
            ],
            activity: null, TestContext.Current.CancellationToken);
        bed.Keeper.Decided(Web.Group.Id);

        await bed.UntilAsync(() => source.Deadline > given, "the source hears of the hour more");
    }

    [Fact]
    public async Task A_cloud_that_is_away_ends_nothing_and_a_server_that_looks_no_more_lets_go()
    {
        var source = new FakeSource();
        var time = new FakeTimeProvider(Some.Now);
        await using var bed = TrafficBed.Of(source, time: time);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");

        for (var minute = 0; minute < 60; minute++)
        {
            bed.Keeper.Missed(Web.Group.Id);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(1, bed.Keeper.Figures.Groups);
        bed.Drain(Web.Group.Id, 1);
        await bed.UntilAsync(() => bed.Store.GateOf(Web.Group.Id, Some.Id(1)) is { Answer: GateAnswer.Continue }, "the gate is told");

        await bed.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMinutes(1));
                return bed.Keeper.Figures.Groups == 0;
            },
            "it lets go");
    }

    [Fact]
    public async Task A_gate_hears_only_when_all_sources_are_empty_that_the_drain_goes_through()
    {
        var (edge, inner, other) = (new FakeSource(), new FakeSource(), new FakeSource());
        await using var bed = TrafficBed.Of(("edge", edge), ("inner", inner), ("other", other));
        var record = Some.Record(
            new TrafficUses([Some.Use("edge"), Some.Use("inner"), Some.Use("other")]), Some.Through("edge", "inner"));
        bed.Store.Put(record);
        bed.Saw(record, Some.Instance(1));
        await bed.UntilAsync(() => other.Of(1) is TrafficState.Joined && inner.Of(1) is TrafficState.Joined, "it joins");
        inner.SetSessions(1, 1);
        other.SetSessions(1, 1);

        bed.Drain(record.Group.Id, 1);
        await bed.UntilAsync(() => bed.Heard.Lines.Contains("web1 edge empty i-0001"), "one is empty");
        await bed.UntilAsync(() => other.Of(1) is TrafficState.Draining, "the third drains, too");
        Assert.Null(bed.Store.GateOf(record.Group.Id, Some.Id(1)));

        inner.SetSessions(1, 0);
        await bed.UntilAsync(() => bed.Store.GateOf(record.Group.Id, Some.Id(1)) is not null, "the gate is told");
    }

    [Fact]
    public async Task One_that_comes_back_joins_again()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");
        source.SetSessions(1, 1);
        bed.Drain(Web.Group.Id, 1);
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Draining, "it drains");

        bed.Return(Web.Group.Id, 1);

        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins again");
        Assert.Null(bed.Store.GateOf(Web.Group.Id, Some.Id(1)));
    }

    [Fact]
    public async Task One_that_drains_for_the_second_time_is_not_taken_for_empty_by_what_was_said_of_the_first()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");
        bed.Drain(Web.Group.Id, 1);
        await bed.UntilAsync(() => bed.Store.GateOf(Web.Group.Id, Some.Id(1)) is not null, "the gate is told");
        bed.Return(Web.Group.Id, 1);
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins again");
        source.SetSessions(1, 1);

        var since = bed.Drain(Web.Group.Id, 1);
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Draining, "it drains again");
        Assert.True(bed.Store.GateOf(Web.Group.Id, Some.Id(1))!.At < since);

        source.SetSessions(1, 0);
        await bed.UntilAsync(() => bed.Store.GateOf(Web.Group.Id, Some.Id(1))!.At >= since, "the gate is told anew");
    }

    [Fact]
    public async Task A_source_that_was_restarted_is_told_all_again_in_the_middle_of_a_drain_as_well()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1), Some.Instance(2));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined && source.Of(2) is TrafficState.Joined, "both join");
        source.SetSessions(2, 1);
        bed.Drain(Web.Group.Id, 2);
        await bed.UntilAsync(() => source.Of(2) is TrafficState.Draining, "one drains");

        source.Restart();

        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "the other joins again");
        await bed.UntilAsync(() => bed.Store.GateOf(Web.Group.Id, Some.Id(2)) is not null, "whom nobody knows gets nothing");
        Assert.Null(source.Of(2));
    }

    [Fact]
    public async Task A_server_that_starts_goes_on_with_what_another_left()
    {
        var (source, store) = (new FakeSource(), new FakeStore());
        store.Put(Web);
        await using (var first = TrafficBed.Of(source, store))
        {
            first.Saw(Web, Some.Instance(1));
            await first.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");
            source.SetSessions(1, 1);
            first.Drain(Web.Group.Id, 1);
            await first.UntilAsync(() => source.Of(1) is TrafficState.Draining, "it drains");
        }

        await using var second = TrafficBed.Of(source, store);
        second.Saw(Web, Some.Instance(1));
        source.SetSessions(1, 0);

        await second.UntilAsync(() => store.GateOf(Web.Group.Id, Some.Id(1)) is not null, "the gate is told");
        Assert.DoesNotContain(second.Heard.Lines, line => line.Contains("joined", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_gone_is_forgotten_after_a_look_that_shows_it()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1), Some.Instance(2));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined && source.Of(2) is TrafficState.Joined, "both join");

        await bed.UntilAsync(
            () =>
            {
                // The first look has it found to be nobody's; it takes another that began after that.
                bed.Saw(Web, Some.Instance(2));
                return source.Of(1) is null;
            },
            "it is forgotten");
        Assert.Equal(TrafficState.Joined, source.Of(2));
    }

    [Fact]
    public async Task One_that_does_not_run_any_more_is_forgotten_at_once()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");

        bed.Saw(Web, Some.Instance(1, state: InstanceState.Failed));

        await bed.UntilAsync(() => source.Of(1) is null, "it is forgotten");
        Assert.DoesNotContain("drain i-0001", source.Calls);
    }

    [Fact]
    public async Task A_look_that_is_as_old_as_an_entry_does_not_have_it_forgotten()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");

        // Another server has taken one in that this one has not seen yet.
        await source.JoinAsync(Some.Scope(), Some.Member(7), TestContext.Current.CancellationToken);
        var calls = source.Calls.Count;
        bed.Drain(Web.Group.Id, 1);
        await bed.UntilAsync(() => source.Calls.Count > calls && bed.Store.GateOf(Web.Group.Id, Some.Id(1)) is not null, "a round goes by");

        Assert.Equal(TrafficState.Joined, source.Of(7));
    }

    [Fact]
    public async Task Standby_takes_out_of_traffic_and_asks_no_gate()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");

        bed.Store.Change(Web.Group.Id, record => record with
        {
            Notes = [new MemberNote { Cloud = Some.Cloud, Instance = Some.Id(1), IsStandby = true }],
        });
        bed.Saw(Web, Some.Instance(1));

        await bed.UntilAsync(() => source.Of(1) is TrafficState.Draining, "it gets nothing new");
        Assert.Null(bed.Store.GateOf(Web.Group.Id, Some.Id(1)));
    }

    [Fact]
    public async Task One_that_is_unhealthy_stays_where_it_is()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");

        var now = TimeProvider.System.GetUtcNow();
        bed.Store.Change(Web.Group.Id, record => record with
        {
            Notes =
            [
                new MemberNote
                {
                    Cloud = Some.Cloud, Instance = Some.Id(1), Findings = [new("probe", Verdict.Unhealthy, now)],
                },
            ],
        });
        bed.Saw(Web, Some.Instance(1), Some.Instance(2));

        await bed.UntilAsync(() => source.Of(2) is TrafficState.Joined, "the other joins");
        Assert.Equal(TrafficState.Joined, source.Of(1));
        Assert.DoesNotContain("drain i-0001", source.Calls);
    }

    [Fact]
    public async Task A_source_that_is_down_is_an_alarm_and_holds_up_no_other()
    {
        var (edge, inner) = (new FakeSource(), new FakeSource());
        await using var bed = TrafficBed.Of(("edge", edge), ("inner", inner));
        var record = Some.Record(Some.Use("edge"), Some.Use("inner"));
        bed.Store.Put(record);
        edge.Failure = new(TrafficErrorKind.Unavailable, "nobody listens");

        bed.Saw(record, Some.Instance(1));

        await bed.UntilAsync(() => inner.Of(1) is TrafficState.Joined, "the other source is told");
        await bed.UntilAsync(() => bed.Heard.Lines.Contains("web1 edge alarm: nobody listens"), "an alarm");
        await bed.UntilAsync(() => bed.Store.Told.Count == 1, "an entry in the trail");
        Assert.Equal("traffic source edge: nobody listens", bed.Store.Told[0].Description);
        Assert.Equal(1, bed.Keeper.Figures.SourcesDown);

        edge.Failure = null;
        await bed.UntilAsync(() => edge.Of(1) is TrafficState.Joined, "it is told when it is back");
        await bed.UntilAsync(() => bed.Heard.Lines.Contains("web1 edge alarm over"), "the alarm is over");
        Assert.Equal(0, bed.Keeper.Figures.SourcesDown);
    }

    [Fact]
    public async Task A_backend_that_is_not_there_is_said_of_the_group_and_drains_through_it_are_over_at_once()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        source.Failure = new(TrafficErrorKind.Absent, "it has no backend web");
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => bed.Keeper.Of(Web.Group.Id, isAwaited: false) is { IsKnown: true }, "it is known");
        Assert.Equal("traffic source edge: it has no backend web", bed.Keeper.Of(Web.Group.Id, isAwaited: false)!.Why);
        await bed.UntilAsync(() => bed.Woken.Contains(Web.Group.Id), "the group is checked");

        bed.Drain(Web.Group.Id, 1);
        await bed.UntilAsync(() => bed.Store.GateOf(Web.Group.Id, Some.Id(1)) is not null, "its gate is told");

        source.Failure = null;
        await bed.UntilAsync(() => bed.Keeper.Of(Web.Group.Id, isAwaited: false) is null, "all is well");
    }

    [Fact]
    public async Task Of_a_source_that_gives_no_answer_nothing_is_concluded()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        source.Failure = new(TrafficErrorKind.Unavailable, "nobody listens");
        bed.Saw(Web, Some.Instance(1));
        bed.Drain(Web.Group.Id, 1);
        await bed.UntilAsync(() => bed.Keeper.Figures.Failed >= 3, "it was asked again and again");

        Assert.Null(bed.Keeper.Of(Web.Group.Id, isAwaited: false));
        Assert.Null(bed.Store.GateOf(Web.Group.Id, Some.Id(1)));
    }

    [Fact]
    public async Task Who_waits_for_a_first_word_is_told_that_there_is_none_yet_and_checked_when_there_is()
    {
        var (source, asked) = (new FakeSource(), new ManualResetEventSlim());
        source.Listing = () => asked.Wait(TimeSpan.FromSeconds(60));
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));

        var word = bed.Keeper.Of(Web.Group.Id, isAwaited: true);
        Assert.Equal(("traffic source edge has not been asked yet", false), (word!.Why, word.IsKnown));
        Assert.DoesNotContain(Web.Group.Id, bed.Woken);

        asked.Set();
        await bed.UntilAsync(() => bed.Woken.Contains(Web.Group.Id), "the group is checked");
        Assert.Null(bed.Keeper.Of(Web.Group.Id, isAwaited: true));
        Assert.Null(bed.Keeper.Of(Some.GroupId(9), isAwaited: true));
    }

    [Fact]
    public async Task One_in_service_that_nobody_can_be_told_of_gets_nothing_and_the_others_do()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        var record = Some.Record(Some.Use() with { Port = null, Attribute = "port" });
        bed.Store.Put(record);
        var (known, other) = (Some.Instance(1), Some.Instance(2));

        bed.Saw(
            record,
            known with { Attributes = known.Attributes.SetItem("port", "80") }, other with { Attributes = other.Attributes.Clear() });

        await bed.UntilAsync(() => bed.Keeper.Of(record.Group.Id, isAwaited: false) is { IsKnown: true }, "it is known");
        Assert.EndsWith(
            "1 of 2 in service get no traffic: web-2 has no attribute port", bed.Keeper.Of(record.Group.Id, isAwaited: false)!.Why,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drain_that_hangs_holds_up_no_other_of_the_group()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1), Some.Instance(2), Some.Instance(3));
        await bed.UntilAsync(
            () => Enumerable.Range(1, 3).All(number => source.Of(number) is TrafficState.Joined), "all join");
        source.Stick(1);

        bed.Drain(Web.Group.Id, 1);
        bed.Drain(Web.Group.Id, 2);
        await bed.UntilAsync(() => bed.Store.GateOf(Web.Group.Id, Some.Id(2)) is not null, "the second is drained");
        bed.Drain(Web.Group.Id, 3);
        await bed.UntilAsync(() => bed.Store.GateOf(Web.Group.Id, Some.Id(3)) is not null, "one that came later is drained");
        Assert.Null(bed.Store.GateOf(Web.Group.Id, Some.Id(1)));
    }

    [Fact]
    public async Task A_store_that_was_away_hears_of_an_empty_one_later()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");
        source.SetSessions(1, 1);
        bed.Drain(Web.Group.Id, 1);
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Draining, "it drains");

        bed.Store.Failure = new(StoreErrorKind.Unavailable, "the store is away");
        source.SetSessions(1, 0);
        await bed.UntilAsync(() => bed.Heard.Lines.Contains("web1 store: the store is away"), "the store fails");
        bed.Store.Failure = null;

        await bed.UntilAsync(() => bed.Store.GateOf(Web.Group.Id, Some.Id(1)) is not null, "the gate is told");
    }

    [Fact]
    public async Task A_source_that_a_group_uses_no_more_forgets_its_members()
    {
        var (edge, inner) = (new FakeSource(), new FakeSource());
        await using var bed = TrafficBed.Of(("edge", edge), ("inner", inner));
        var record = Some.Record(Some.Use("edge"), Some.Use("inner"));
        bed.Store.Put(record);
        bed.Saw(record, Some.Instance(1));
        await bed.UntilAsync(() => edge.Of(1) is TrafficState.Joined && inner.Of(1) is TrafficState.Joined, "it joins both");

        record = bed.Store.Change(record.Group.Id, known => known with
        {
            Group = known.Group with { Traffic = new([Some.Use("inner")]) },
        });
        bed.Saw(record, Some.Instance(1));

        await bed.UntilAsync(() => edge.Of(1) is null, "it leaves one");
        Assert.Equal(TrafficState.Joined, inner.Of(1));
    }

    [Fact]
    public async Task A_backend_that_is_called_by_another_name_from_now_on_keeps_its_members()
    {
        var source = new FakeSource { HasOnePlace = true };
        await using var bed = TrafficBed.Of(source);

        await RenameBackendAsync(bed, source);
        bed.Store.Change(Web.Group.Id, record => record with { Group = record.Group with { Traffic = TrafficUses.None } });
        bed.Keeper.Decided(Web.Group.Id);
        await bed.UntilAsync(() => source.Of(1) is null, "it leaves at the end");

        Assert.Equal(["join i-0001", "leave i-0001"], source.Calls.Where(call => !call.StartsWith("compare", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_backend_of_which_it_is_not_known_whether_it_is_the_next_one_too_is_not_emptied()
    {
        var source = new FakeSource { HasOnePlace = true, RefusedComparisons = 3 };
        await using var bed = TrafficBed.Of(source);

        await RenameBackendAsync(bed, source);
        await bed.UntilAsync(() => source.RefusedComparisons < 0, "it was compared in the end");
        bed.Store.Change(Web.Group.Id, record => record with { Group = record.Group with { Traffic = TrafficUses.None } });
        bed.Keeper.Decided(Web.Group.Id);
        await bed.UntilAsync(() => source.Of(1) is null, "it leaves at the end");

        Assert.Equal(["join i-0001", "leave i-0001"], source.Calls.Where(call => !call.StartsWith("compare", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Another_backend_takes_its_members_out_of_the_one_before()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);

        await RenameBackendAsync(bed, source);

        await bed.UntilAsync(() => source.Calls.Contains("leave i-0001"), "it leaves the one before");
        Assert.Equal((null, TrafficState.Joined), (source.Of(Some.Use().Backend, 1), source.Of("web-id", 1)));
        Assert.True(
            source.Calls.ToList().LastIndexOf("join i-0001") < source.Calls.ToList().IndexOf("leave i-0001"), "first in, then out");
    }

    [Fact]
    public async Task A_backend_with_a_slip_in_its_name_takes_nobody_out_of_the_one_before_which_serves_on()
    {
        var source = new FakeSource { Absent = { "web-id" } };
        await using var bed = TrafficBed.Of(source);

        var slipped = await RenameBackendAsync(bed, source);
        await bed.UntilAsync(() => bed.Keeper.Of(Web.Group.Id, isAwaited: false) is { IsKnown: true }, "it is told");
        bed.Saw(slipped, Some.Instance(1), Some.Instance(2));
        await bed.UntilAsync(() => source.Of(Some.Use().Backend, 2) is TrafficState.Joined, "a new one is served, too");
        bed.Store.Change(Web.Group.Id, known => known with { Group = Web.Group });
        bed.Saw(Web, Some.Instance(1), Some.Instance(2));
        await bed.UntilAsync(() => bed.Keeper.Figures.SourcesDown == 0, "the slip is no alarm any more");
        await bed.UntilAsync(() => bed.Keeper.Of(Web.Group.Id, isAwaited: false) is null, "all are reached");

        Assert.DoesNotContain("leave i-0001", source.Calls);
        Assert.Equal(TrafficState.Joined, source.Of(Some.Use().Backend, 1));
    }

    [Fact]
    public async Task A_use_that_came_back_while_it_ended_has_all_its_time_when_it_ends_again()
    {
        var source = new FakeSource { KeepsWhoLeaves = true };
        var time = new FakeTimeProvider(Some.Now);
        await using var bed = TrafficBed.Of(source, time: time);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");

        Use(TrafficUses.None);
        await bed.UntilAsync(() => source.Calls.Contains("leave i-0001"), "it is told to leave, and is listed on");
        Use(Web.Group.Traffic);
        for (var minute = 0; minute < 15; minute++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            var looks = source.Looks;
            bed.Saw(Web, Some.Instance(1));
            await bed.UntilAsync(() => source.Looks > looks, "it is in use again");
        }

        source.KeepsWhoLeaves = false;
        Use(TrafficUses.None);
        await bed.UntilAsync(() => source.Of(1) is null, "it leaves");

        void Use(TrafficUses uses) => bed.Saw(
            bed.Store.Change(Web.Group.Id, known => known with { Group = known.Group with { Traffic = uses } }), Some.Instance(1));
    }

    private static async Task<GroupRecord> RenameBackendAsync(TrafficBed bed, FakeSource source)
    {
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");
        var record = bed.Store.Change(Web.Group.Id, known => known with
        {
            Group = known.Group with { Traffic = new([Some.Use() with { Backend = "web-id" }]) },
        });
        bed.Saw(record, Some.Instance(1));
        await bed.UntilAsync(() => source.Calls.Contains("compare web with web-id"), "the source is asked whether they are one");
        return record;
    }

    [Fact]
    public async Task A_group_without_any_source_from_now_on_leaves_nothing_behind_though_nobody_shows_it_any_more()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");

        bed.Store.Change(Web.Group.Id, record => record with { Group = record.Group with { Traffic = TrafficUses.None } });
        bed.Keeper.Decided(Web.Group.Id);

        await bed.UntilAsync(() => source.Of(1) is null, "it is forgotten");
    }

    [Fact]
    public async Task A_group_that_lives_no_more_leaves_nothing_behind()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "it joins");

        bed.Store.Change(Web.Group.Id, record => record with { Group = record.Group with { Phase = GroupPhase.Archived } });
        bed.Keeper.Decided(Web.Group.Id);

        await bed.UntilAsync(() => source.Of(1) is null, "it is forgotten");
    }

    [Fact]
    public async Task A_backend_of_an_exclusive_kind_is_one_groups()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source, isExclusive: true);
        var other = Some.Record(new TrafficUses([Some.Use()]), Some.Through("edge"), group: 2);
        bed.Store.Put(Web);
        bed.Store.Put(other);
        bed.Saw(Web, Some.Instance(1));
        await bed.UntilAsync(() => source.Of(1) is TrafficState.Joined, "the first group's joins");

        bed.Saw(other, Some.Instance(2));

        await bed.UntilAsync(
            () => bed.Heard.Lines.Any(line =>
                line.StartsWith("web2 edge alarm: backend web of edge is in use by group", StringComparison.Ordinal)),
            "the second group hears why");
        Assert.Null(source.Of(2));

        // It is said of it, and a drain of it, which has nothing to leave, is over at once.
        Assert.Null(bed.Keeper.Of(Web.Group.Id, isAwaited: false));
        Assert.Contains("is in use by group", bed.Keeper.Of(other.Group.Id, isAwaited: false)!.Why, StringComparison.Ordinal);
        bed.Drain(other.Group.Id, 2);
        await bed.UntilAsync(() => bed.Store.GateOf(other.Group.Id, Some.Id(2)) is not null, "its gate is told");
        Assert.Null(source.Of(2));

        // And takes nothing out of it when it uses it no more.
        await bed.UntilAsync(() => bed.Keeper.Figures.SourcesDown == 1, "it is an alarm");
        bed.Store.Change(other.Group.Id, record => record with { Group = record.Group with { Traffic = TrafficUses.None } });
        bed.Keeper.Decided(other.Group.Id);
        await bed.UntilAsync(() => bed.Keeper.Figures.SourcesDown == 0, "it is over");
        Assert.Equal(TrafficState.Joined, source.Of(1));
        Assert.DoesNotContain("leave i-0001", source.Calls);
    }

    [Fact]
    public async Task Two_groups_may_change_backends_with_each_other_though_each_is_one_groups()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source, isExclusive: true);
        var (blue, green) = (Some.Use() with { Backend = "blue" }, Some.Use() with { Backend = "green" });
        var one = Some.Record(new TrafficUses([blue]), Some.Through("edge"), group: 1);
        var two = Some.Record(new TrafficUses([green]), Some.Through("edge"), group: 2);
        bed.Store.Put(one);
        bed.Store.Put(two);
        bed.Saw(one, Some.Instance(1));
        bed.Saw(two, Some.Instance(2));
        await bed.UntilAsync(
            () => source.Of("blue", 1) is TrafficState.Joined && source.Of("green", 2) is TrafficState.Joined, "both join");

        one = bed.Store.Change(one.Group.Id, known => known with { Group = known.Group with { Traffic = new([green]) } });
        two = bed.Store.Change(two.Group.Id, known => known with { Group = known.Group with { Traffic = new([blue]) } });
        bed.Saw(one, Some.Instance(1));
        bed.Saw(two, Some.Instance(2));

        await bed.UntilAsync(
            () => source.Of("green", 1) is TrafficState.Joined && source.Of("blue", 2) is TrafficState.Joined, "both change");
        await bed.UntilAsync(() => source.Of("blue", 1) is null && source.Of("green", 2) is null, "neither is where it was");
        await bed.UntilAsync(
            () => bed.Keeper.Of(one.Group.Id, false) is null && bed.Keeper.Of(two.Group.Id, false) is null, "both are reached");
    }

    [Fact]
    public async Task Any_address_of_a_host_is_no_address_of_an_instance()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);

        bed.Saw(Web, Some.Instance(1) with { Addresses = ["0.0.0.0", "::"] }, Some.Instance(2));

        await bed.UntilAsync(() => source.Of(2) is TrafficState.Joined, "the other joins");
        await bed.UntilAsync(() => bed.Heard.Lines.Contains("web1 edge alarm: web-1 has no address"), "an alarm");
        Assert.Null(source.Of(1));
    }

    [Fact]
    public async Task A_name_that_no_source_has_is_an_alarm()
    {
        await using var bed = TrafficBed.Of(new FakeSource());
        var record = Some.Record(Some.Use("gone"));
        bed.Store.Put(record);

        bed.Saw(record, Some.Instance(1));

        await bed.UntilAsync(
            () => bed.Heard.Lines.Contains("web1 gone alarm: this server's configuration has no source of traffic gone"), "an alarm");
    }

    [Fact]
    public async Task An_instance_without_the_port_is_an_alarm_and_its_drain_waits_for_nothing()
    {
        var source = new FakeSource();
        await using var bed = TrafficBed.Of(source);
        bed.Store.Put(Web);
        var odd = Some.Instance(1) with { Attributes = ImmutableSortedDictionary<string, string>.Empty };
        bed.Saw(Web, odd, Some.Instance(2));
        await bed.UntilAsync(() => source.Of(2) is TrafficState.Joined, "the other joins");
        await bed.UntilAsync(() => bed.Heard.Lines.Contains("web1 edge alarm: web-1 has no attribute port"), "an alarm");

        bed.Drain(Web.Group.Id, 1);

        await bed.UntilAsync(() => bed.Store.GateOf(Web.Group.Id, Some.Id(1)) is not null, "the gate is told");
    }

    [Fact]
    public async Task What_a_source_finds_is_a_finding_where_the_group_wants_that()
    {
        var source = new FakeSource { Verdict = id => id == Some.Id(1) ? Verdict.Unhealthy : Verdict.Healthy };
        await using var bed = TrafficBed.Of(source);
        var record = Some.Record(Some.Use(health: true));
        bed.Store.Put(record);

        bed.Saw(record, Some.Instance(1), Some.Instance(2));

        await bed.UntilAsync(() => FindingOf(bed, record, 1)?.Verdict is Verdict.Unhealthy, "the first is found down");
        await bed.UntilAsync(() => FindingOf(bed, record, 2)?.Verdict is Verdict.Healthy, "the second is found up");
        Assert.NotNull(FindingOf(bed, record, 1)!.ExpiresAt);
        await bed.UntilAsync(() => bed.Woken.Contains(record.Group.Id), "the check is woken");
    }

    [Fact]
    public async Task A_source_that_finds_all_down_at_once_or_gives_no_answer_says_unknown()
    {
        var source = new FakeSource { Verdict = _ => Verdict.Healthy };
        await using var bed = TrafficBed.Of(source);
        var record = Some.Record(Some.Use(health: true));
        bed.Store.Put(record);
        bed.Saw(record, Some.Instance(1), Some.Instance(2));
        await bed.UntilAsync(() => FindingOf(bed, record, 1)?.Verdict is Verdict.Healthy, "found up");

        source.Verdict = _ => Verdict.Unhealthy;
        await bed.UntilAsync(() => FindingOf(bed, record, 1)?.Verdict is Verdict.Unknown, "not believed");
        Assert.Equal("edge finds all 2 down at once, and is not believed", FindingOf(bed, record, 1)!.Detail);

        source.Verdict = _ => Verdict.Healthy;
        await bed.UntilAsync(() => FindingOf(bed, record, 2)?.Verdict is Verdict.Healthy, "found up again");
        source.Failure = new(TrafficErrorKind.Unavailable, "nobody listens");
        await bed.UntilAsync(() => FindingOf(bed, record, 2)?.Verdict is Verdict.Unknown, "nobody knows");
        Assert.Equal("edge: nobody listens", FindingOf(bed, record, 2)!.Detail);
    }

    [Fact]
    public async Task A_store_that_has_a_group_without_traffic_is_left_alone()
    {
        await using var bed = TrafficBed.Of(new FakeSource());
        var record = Some.Record(TrafficUses.None);
        bed.Store.Put(record);

        bed.Saw(record, Some.Instance(1));

        Assert.Equal(0, bed.Keeper.Figures.Groups);
    }

    private static Finding? FindingOf(TrafficBed bed, GroupRecord record, int number) => bed.Store.Of(record.Group.Id).Notes
        .FirstOrDefault(note => note.Instance == Some.Id(number))?.Findings.FirstOrDefault(finding => finding.Source == "fake");
}
