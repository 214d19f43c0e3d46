using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Health.Keeping;
using Muster.Health.Probes;
using Muster.Health.Tests.Support;

namespace Muster.Health.Tests.Keeping;

public sealed class HealthKeeperTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);
    private static readonly HealthCheck Check = Some.Check() with { Interval = Interval, HealthyAfter = 2, UnhealthyAfter = 3 };
    private static readonly GroupRecord Record = Some.Record(Check);
    private static readonly ProbeResult Sick = ProbeResult.Unhealthy("answered 503");

    private readonly KeeperBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void A_new_instance_is_probed_at_once_and_in_service_after_so_many_successes()
    {
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Moment);
        Assert.Single(_bed.Prober.Asked);
        Assert.Null(_bed.Finding());

        _bed.Pass(Interval * 1.25);

        Assert.Equal(("probe", Verdict.Healthy, null, null), Parts(_bed.Finding()));
        Assert.NotNull(_bed.Note()?.ServedAt);
        Assert.Equal([Some.GroupId()], _bed.Woken);
        Assert.Equal(["web1 i-0001 Healthy"], _bed.Heard.Lines);
    }

    [Fact]
    public void An_instance_that_fails_so_often_in_a_row_is_unhealthy_for_a_while_and_its_group_is_checked()
    {
        _bed.AllAnswer(Sick);
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Interval * 3.25);

        var finding = _bed.Finding();
        Assert.Equal(("probe", Verdict.Unhealthy, "answered 503"), (finding!.Source, finding.Verdict, finding.Detail));
        Assert.Equal((finding.Since + TimeSpan.FromMinutes(1), null), (finding.ExpiresAt, finding.Ttl));
        Assert.Equal([Some.GroupId()], _bed.Woken);
        Assert.Equal(["web1 i-0001 Unhealthy: answered 503"], _bed.Heard.Lines);
        var figures = _bed.Keeper.Figures;
        Assert.Equal((_bed.Prober.Asked.Count, figures.Made, 0L), (figures.Made, figures.Failed, figures.NotMade));
    }

    [Fact]
    public void Figures_tell_why_probes_failed_how_late_they_began_and_what_is_said_of_whom()
    {
        var late = new List<TimeSpan>();
        _bed.Keeper.Began += late.Add;
        _bed.Prober.Answer = address => address == Some.Address(1) ? ProbeResult.Unhealthy("connection refused", ProbeReason.Refused)
            : address == Some.Address(2) ? ProbeResult.Unknown("this server has no route to its address", ProbeReason.NoRoute)
            : ProbeResult.Healthy;
        _bed.PassLooking(TimeSpan.FromMinutes(1), Record, [.. Some.Instances(3)]);
        _bed.Saw(Record, [.. Some.Instances(3)]);

        var figures = _bed.Keeper.Figures;
        Assert.Equal(figures.Failed, figures.ByReason[(int)ProbeReason.Refused]);
        Assert.Equal(figures.NotMade, figures.ByReason[(int)ProbeReason.NoRoute]);
        Assert.Equal(figures.Failed + figures.NotMade, figures.ByReason.Sum());
        Assert.Equal([1, 1, 1], figures.Findings);
        Assert.Equal(_bed.Prober.Asked.Count, late.Count);
        Assert.All(late, one => Assert.InRange(one, TimeSpan.Zero, Moment));
    }

    [Fact]
    public void How_busy_instances_are_is_remembered_for_a_while_and_never_written()
    {
        var check = Check with { BusyHeader = "X-Load" };
        var load = 1.0;
        _bed.Prober.Answer = address => address == Some.Address(1)
            ? ProbeResult.Healthy with { Load = load++ }
            : ProbeResult.Healthy;
        _bed.PassLooking(Interval * 6.5, Some.Record(check), Some.Instance(1), Some.Instance(2));
        var writes = _bed.Store.Writes.Count;

        var known = Assert.Single(_bed.Keeper.Of(Some.GroupId(), _bed.Now));
        Assert.Equal((Some.Cloud, Some.Id(1), "probe"), (known.Cloud, known.Instance, known.Source));
        Assert.InRange(known.Load, 6, 8);
        Assert.Empty(_bed.Keeper.Of(Some.GroupId(2), _bed.Now));
        Assert.Empty(_bed.Keeper.Of(Some.GroupId(), _bed.Now + (Interval * 4)));

        // Another figure with each probe: what is written is what the verdict asks for, as of the one without a figure.
        _bed.PassLooking(Interval, Some.Record(check), Some.Instance(1), Some.Instance(2));
        Assert.InRange(_bed.Store.Writes.Count - writes, 0, 1);

        _bed.Prober.Answer = _ => Sick;
        _bed.Pass(Interval * 1.5);
        Assert.Single(_bed.Keeper.Of(Some.GroupId(), _bed.Now));
        _bed.Saw(Record, Some.Instance(1), Some.Instance(2));
        Assert.Empty(_bed.Keeper.Of(Some.GroupId(), _bed.Now));
    }

    [Fact]
    public void The_last_of_the_failures_is_told_in_the_same_moment()
    {
        _bed.AllAnswer(Sick);
        _bed.Saw(Record, Some.Instance());
        while (_bed.Prober.Asked.Count < 3)
        {
            _bed.Pass(Moment / 2);
        }

        Assert.Equal(_bed.Prober.Asked[2].At, Assert.Single(_bed.Store.Writes).At);
        Assert.Single(_bed.Woken);
    }

    [Fact]
    public void What_stays_unhealthy_is_said_again_before_half_of_its_time_is_over_and_wakes_nobody()
    {
        _bed.AllAnswer(Sick);
        _bed.PassLooking(TimeSpan.FromMinutes(10), Record, Some.Instance());

        var said = _bed.Store.Writes.Select(write => write.At).Append(_bed.Now).ToList();
        Assert.True(said.Count > 10);
        Assert.All(said.Zip(said.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, TimeSpan.Zero, TimeSpan.FromSeconds(30)));
        Assert.Equal(_bed.Store.Writes[0].At, _bed.Finding()!.Since);
        Assert.Single(_bed.Woken);
    }

    [Fact]
    public void A_long_interval_makes_a_long_life()
    {
        var record = Some.Record(Check with { Interval = TimeSpan.FromMinutes(2), UnhealthyAfter = 1 });
        _bed.AllAnswer(Sick);
        _bed.PassLooking(TimeSpan.FromMinutes(20), record, Some.Instance());

        Assert.Equal(TimeSpan.FromMinutes(6), _bed.Finding()!.ExpiresAt - _bed.Store.Writes[^1].At);
        var said = _bed.Store.Writes.Select(write => write.At).Append(_bed.Now).ToList();
        Assert.All(said.Zip(said.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, TimeSpan.Zero, TimeSpan.FromMinutes(3)));
    }

    [Fact]
    public void What_stays_healthy_is_said_once()
    {
        _bed.PassLooking(TimeSpan.FromMinutes(10), Record, Some.Instance());

        Assert.Single(_bed.Store.Writes);
        Assert.InRange(_bed.Prober.Asked.Count, 60, 62);
    }

    [Fact]
    public void An_instance_may_fail_within_its_grace()
    {
        _bed.AllAnswer(Sick);
        var record = Some.Record(Check with { Grace = TimeSpan.FromMinutes(2) });
        _bed.PassLooking(TimeSpan.FromMinutes(2) + (Interval * 2), record, Some.Instance());
        Assert.Empty(_bed.Store.Writes);

        _bed.Pass(Interval * 1.5);

        Assert.Equal(Verdict.Unhealthy, _bed.Finding()?.Verdict);
    }

    [Fact]
    public void The_grace_begins_with_the_launch_where_it_is_known()
    {
        _bed.AllAnswer(Sick);
        var record = Some.Record(Check with { Grace = TimeSpan.FromMinutes(2) }) with
        {
            OpenLaunches = [Some.Launch(1, _bed.Now - TimeSpan.FromMinutes(2))],
        };
        _bed.Saw(record, Some.Instance());
        _bed.Pass(Interval * 3.25);

        Assert.Equal(Verdict.Unhealthy, _bed.Finding()?.Verdict);
    }

    [Fact]
    public void Who_served_before_a_server_started_has_no_grace_again()
    {
        _bed.AllAnswer(Sick);
        _bed.Store.Set(Some.GroupId(), Healthy(1));
        _bed.Saw(Some.Record(Check with { Grace = TimeSpan.FromHours(1) }), Some.Instance());
        _bed.Pass(Interval * 3.25);

        Assert.Equal(Verdict.Unhealthy, _bed.Finding()?.Verdict);
    }

    [Fact]
    public void A_probe_that_cannot_be_made_is_unknown_and_never_unhealthy()
    {
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Interval * 2);
        Assert.Equal(Verdict.Healthy, _bed.Finding()?.Verdict);

        _bed.AllAnswer(ProbeResult.Unknown("this server has no route to its address"));
        _bed.PassLooking(TimeSpan.FromMinutes(10), Record, Some.Instance());

        Assert.Equal(("probe", Verdict.Unknown, "this server has no route to its address", null), Parts(_bed.Finding()));
        Assert.DoesNotContain(_bed.Store.Writes, write => write.Changes.Any(change => change.Finding?.Verdict is Verdict.Unhealthy));
        Assert.True(_bed.Keeper.Figures.NotMade > 50);
    }

    [Fact]
    public void An_instance_without_the_attribute_of_its_port_is_unknown_and_told_why()
    {
        _bed.Saw(Some.Record(Check with { Port = null, Attribute = "port" }), Some.Instance());
        _bed.Pass(Interval * 3.25);

        Assert.Equal(("probe", Verdict.Unknown, "it has no attribute port", null), Parts(_bed.Finding()));
    }

    [Fact]
    public void A_probe_with_a_bug_is_unknown_and_told()
    {
        _bed.Prober.Answer = _ => throw new InvalidOperationException("a bug");
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Interval * 3.25);

        Assert.Equal(Verdict.Unknown, _bed.Finding()?.Verdict);
        Assert.Contains("broken: a probe of instance i-0001: a bug", _bed.Heard.Lines);
    }

    [Fact]
    public void Many_are_probed_once_in_every_interval_at_times_that_are_spread_over_it()
    {
        var instances = Some.Instances(1000);
        _bed.PassLooking(TimeSpan.FromMinutes(1), Record, instances);
        _bed.Prober.Asked.Clear();
        var from = _bed.Now;
        _bed.Pass(Interval);

        Assert.All(_bed.Prober.Asked.CountBy(asked => asked.Address), asked => Assert.Equal(1, asked.Value));
        Assert.InRange(_bed.Prober.Asked.Count, 999, 1001);
        var seconds = _bed.Prober.Asked.CountBy(asked => (int)(asked.At - from - TimeSpan.FromTicks(1)).TotalSeconds);
        Assert.All(seconds, second => Assert.InRange(second.Value, 50, 150));
        Assert.Equal((1000, 0L), (_bed.Keeper.Figures.Targets, _bed.Keeper.Figures.Late));
    }

    [Fact]
    public void Those_who_do_not_answer_take_no_more_places_than_there_are_and_the_others_wait_and_count_as_late()
    {
        using var bed = new KeeperBed(new() { ProbesMax = 10 });
        bed.Prober.Delay = TimeSpan.FromSeconds(2);
        bed.Saw(Record, Some.Instances(30));
        bed.Pass(Interval);

        Assert.Equal(10, bed.Prober.AtOnceMax);
        Assert.Equal(30, bed.Prober.Asked.DistinctBy(asked => asked.Address).Count());
        Assert.True(bed.Keeper.Figures.Late > 0);
    }

    [Fact]
    public void One_that_takes_the_whole_interval_is_asked_again_at_once()
    {
        _bed.Prober.Delay = Interval;
        _bed.PassLooking(TimeSpan.FromMinutes(5), Record, Some.Instance());

        Assert.InRange(_bed.Prober.Asked.Count, 28, 31);
    }

    [Fact]
    public void A_server_that_starts_writes_nothing_that_is_there_already()
    {
        _bed.Store.Set(Some.GroupId(), Healthy(1), Unhealthy(2, Some.Now + TimeSpan.FromMinutes(1)));
        _bed.Prober.Answer = address => address == Some.Address(2) ? Sick : ProbeResult.Healthy;
        _bed.Saw(Record, Some.Instances(2));
        _bed.Pass(Interval * 3.5);

        // The second is said again, since its time was half over; nobody is woken by that.
        Assert.Equal([Some.Id(2)], _bed.Store.Writes.SelectMany(write => write.Changes).Select(change => change.Instance).Distinct());
        Assert.Empty(_bed.Woken);
    }

    [Fact]
    public void A_note_that_is_disproved_is_overwritten()
    {
        _bed.Store.Set(Some.GroupId(), Unhealthy(1, Some.Now + TimeSpan.FromMinutes(1)));
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Interval * 2.25);

        Assert.Equal(("probe", Verdict.Healthy, null, null), Parts(_bed.Finding()));
        Assert.Equal([Some.GroupId()], _bed.Woken);
    }

    [Fact]
    public void What_another_server_wrote_meanwhile_is_disproved_as_well()
    {
        _bed.PassLooking(TimeSpan.FromMinutes(1), Record, Some.Instance());
        Assert.Equal(Verdict.Healthy, _bed.Finding()?.Verdict);

        _bed.Store.Set(Some.GroupId(), Unhealthy(1, _bed.Now + TimeSpan.FromMinutes(1)));
        _bed.PassLooking(Interval * 1.5, Record, Some.Instance());

        Assert.Equal(Verdict.Healthy, _bed.Finding()?.Verdict);
    }

    [Fact]
    public void A_group_that_nobody_sees_any_more_is_somebody_else_s()
    {
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(TimeSpan.FromMinutes(3));
        Assert.Equal(1, _bed.Keeper.Figures.Targets);
        _bed.Pass(TimeSpan.FromSeconds(11));
        Assert.Equal(0, _bed.Keeper.Figures.Targets);
        var asked = _bed.Prober.Asked.Count;

        _bed.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal(asked, _bed.Prober.Asked.Count);
    }

    [Fact]
    public void One_that_is_checked_rarely_is_waited_for_as_long()
    {
        var record = Record with { Group = Record.Group with { Interval = TimeSpan.FromMinutes(10) } };
        _bed.Saw(record, Some.Instance());
        _bed.Pass(TimeSpan.FromMinutes(29));

        Assert.Equal(1, _bed.Keeper.Figures.Targets);
    }

    [Theory]
    [InlineData(InstanceState.Stopped)]
    [InlineData(InstanceState.Provisioning)]
    [InlineData(InstanceState.Terminating)]
    [InlineData(InstanceState.Unknown)]
    public void Only_instances_that_run_are_probed(InstanceState state)
    {
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Moment);
        _bed.Prober.Asked.Clear();

        _bed.PassLooking(TimeSpan.FromMinutes(1), Record, Some.Instance(state: state));

        Assert.Empty(_bed.Prober.Asked);
    }

    [Fact]
    public void One_with_another_address_is_asked_there()
    {
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Interval);
        _bed.Prober.Asked.Clear();

        _bed.PassLooking(Interval, Record, Some.Instance(address: "10.9.9.9"));

        Assert.Equal("10.9.9.9", Assert.Single(_bed.Prober.Asked).Address);
    }

    [Fact]
    public void Another_health_check_begins_to_count_anew()
    {
        _bed.AllAnswer(Sick);
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Interval * 1.25);
        Assert.Equal(2, _bed.Prober.Asked.Count);

        _bed.Saw(Some.Record(Check with { Path = "/other" }), Some.Instance());
        _bed.Pass(Interval * 1.25);
        Assert.Empty(_bed.Store.Writes);

        _bed.Pass(Interval * 2);
        Assert.Equal(Verdict.Unhealthy, _bed.Finding()?.Verdict);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ProbeKind.Report)]
    public void Where_nobody_probes_any_more_probes_say_nothing(ProbeKind? kind)
    {
        var other = new Finding("report", Verdict.Healthy, Some.Now);
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Interval * 2);
        _bed.Store.Set(Some.GroupId(), _bed.Note()! with { Findings = [.. _bed.Note()!.Findings, other] });
        _bed.Prober.Asked.Clear();

        _bed.PassLooking(
            TimeSpan.FromMinutes(2), Some.Record(kind is { } reports ? Some.Check(reports, port: null) : null), Some.Instance());

        Assert.Equal([other], _bed.Note()!.Findings);
        Assert.Empty(_bed.Prober.Asked);
        Assert.Equal(2, _bed.Store.Writes.Count);
    }

    [Fact]
    public void What_was_found_of_one_that_rests_is_said_anew_when_it_is_started()
    {
        var other = new Finding("report", Verdict.Healthy, Some.Now);
        _bed.PassLooking(Interval * 3, Record, [.. Some.Instances(2)]);
        _bed.Store.Set(Some.GroupId(), _bed.Note()! with { Findings = [.. _bed.Note()!.Findings, other] }, _bed.Note(2)!);
        var writes = _bed.Store.Writes.Count;

        // Told to rest, and up still.
        _bed.Saw(Told(MemberPhase.Warm), [.. Some.Instances(2)]);
        _bed.Pass(Interval);
        Assert.Equal(Verdict.Healthy, _bed.Finding()?.Verdict);

        _bed.PassLooking(
            TimeSpan.FromMinutes(2), Told(MemberPhase.Warm), Some.Instance(state: InstanceState.Stopped), Some.Instance(2));
        Assert.Equal([other], _bed.Note()!.Findings);
        Assert.Equal(Verdict.Healthy, _bed.Finding(2)?.Verdict);
        Assert.Equal(writes + 1, _bed.Store.Writes.Count);

        _bed.Saw(Told(MemberPhase.Starting), [.. Some.Instances(2)]);
        Assert.Null(_bed.Finding());
        _bed.Pass(Interval * 2);
        Assert.Equal(Verdict.Healthy, _bed.Finding()?.Verdict);
        Assert.Equal(writes + 2, _bed.Store.Writes.Count);

        GroupRecord Told(MemberPhase phase) => Record with
        {
            State = Record.State with { Members = [new() { Instance = Some.Id(1), Phase = phase, Since = _bed.Now }] },
        };
    }

    [Fact]
    public void A_group_that_is_deleted_is_not_probed()
    {
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Interval * 2);
        _bed.Prober.Asked.Clear();

        _bed.PassLooking(Interval, Record with { Group = Record.Group with { Phase = GroupPhase.Draining } }, Some.Instance());

        Assert.Empty(_bed.Prober.Asked);
        Assert.Single(_bed.Store.Writes);
    }

    [Fact]
    public void What_the_store_does_not_take_is_told_kept_and_written_later_as_it_is_then()
    {
        _bed.Store.Failure = new StoreException(StoreErrorKind.Unavailable, "the store is away");
        _bed.Prober.Answer = address => address == Some.Address(2) ? Sick : ProbeResult.Healthy;
        _bed.PassLooking(TimeSpan.FromMinutes(2), Record, Some.Instances(3));
        Assert.Empty(_bed.Store.Of(Some.GroupId()));
        Assert.Contains("web1: 2 not written, tried again: the store is away", _bed.Heard.Lines);

        // Twice as long each time, up to a minute.
        Assert.InRange(_bed.Store.Tries, 5, 12);
        Assert.Empty(_bed.Woken);

        _bed.Prober.Answer = address => address == Some.Address(3) ? Sick : ProbeResult.Healthy;
        _bed.PassLooking(Interval * 3.5, Record, Some.Instances(3));
        _bed.Store.Failure = null;
        _bed.PassLooking(TimeSpan.FromMinutes(1), Record, Some.Instances(3));

        Assert.Equal(
            [Verdict.Healthy, Verdict.Healthy, Verdict.Unhealthy], Enumerable.Range(1, 3).Select(number => _bed.Finding(number)!.Verdict));
        Assert.NotEmpty(_bed.Woken);
        Assert.True(_bed.Keeper.Figures.NotesFailed > 4);
    }

    [Fact]
    public void What_is_to_be_written_is_not_forgotten_while_the_store_and_with_it_all_looks_are_away()
    {
        _bed.AllAnswer(Sick);
        _bed.Saw(Record, Some.Instance());
        _bed.Store.Failure = new StoreException(StoreErrorKind.Unavailable, "the store is away");
        _bed.Pass(TimeSpan.FromMinutes(10));

        _bed.Store.Failure = null;
        _bed.PassLooking(TimeSpan.FromMinutes(1), Record, Some.Instance());

        Assert.Equal(Verdict.Unhealthy, _bed.Finding()?.At(_bed.Now));
        Assert.Single(_bed.Woken);
    }

    [Fact]
    public void A_group_that_lives_no_more_is_forgotten()
    {
        _bed.Store.Failure = new StoreException(StoreErrorKind.NotFound, "no such group");
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Interval * 2);

        Assert.Equal(0, _bed.Keeper.Figures.Targets);
        Assert.Equal(1, _bed.Store.Tries);
        Assert.DoesNotContain(_bed.Heard.Lines, line => line.Contains("not written", StringComparison.Ordinal));
    }

    [Fact]
    public void A_group_that_was_taken_for_gone_is_probed_when_it_is_seen_again_and_let_go_as_any_other()
    {
        using var bed = new KeeperBed(new() { WriteMax = 1 });
        bed.Store.Set(Some.GroupId(), Healthy(8), Healthy(9));
        bed.Saw(Record, Some.Instance());
        bed.Pass(TimeSpan.FromSeconds(1));
        bed.Store.Failure = new StoreException(StoreErrorKind.NotFound, "no such group");
        bed.Saw(Record, Some.Instance());
        bed.Pass(Moment);
        Assert.Equal((0, 1), (bed.Keeper.Figures.Targets, bed.Store.Tries));

        bed.Saw(Record, Some.Instance());
        bed.Store.Failure = null;
        bed.PassLooking(TimeSpan.FromMinutes(1), Record, Some.Instance());
        Assert.Equal((1, Verdict.Healthy), (bed.Keeper.Figures.Targets, bed.Finding()!.Verdict));

        bed.Pass(TimeSpan.FromMinutes(4));
        Assert.Equal(0, bed.Keeper.Figures.Targets);
    }

    [Fact]
    public void Many_findings_are_few_writes_and_the_first_is_written_at_once()
    {
        _bed.Saw(Some.Record(Check with { HealthyAfter = 1 }), Some.Instances(1000));
        _bed.Pass(Interval);

        Assert.Equal(1000, _bed.Store.Of(Some.GroupId()).Length);
        Assert.Equal(_bed.Prober.Asked[0].At, _bed.Store.Writes[0].At);
        Assert.InRange(_bed.Store.Writes.Count, 2, 4);
    }

    [Fact]
    public void A_slow_store_is_asked_once_for_a_group_at_a_time()
    {
        _bed.Store.Delay = TimeSpan.FromSeconds(5);
        _bed.Saw(Some.Record(Check with { HealthyAfter = 1 }), Some.Instances(1000));
        _bed.Pass(Interval * 1.5);

        Assert.Equal(1000, _bed.Store.Of(Some.GroupId()).Length);
        Assert.Equal(2, _bed.Store.Tries);
    }

    [Fact]
    public void A_note_of_an_instance_that_two_looks_do_not_show_is_forgotten_also_without_a_health_check()
    {
        var record = Some.Record(check: null);
        _bed.Store.Set(Some.GroupId(), Some.Note(1) with { IsProtected = true }, Some.Note(2) with { IsProtected = true });

        _bed.Saw(record, Some.Instance(2));
        _bed.Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(_bed.Store.Writes);

        _bed.Saw(record, Some.Instance(2));
        _bed.Pass(Moment);

        Assert.Equal([Some.Id(2)], _bed.Store.Of(Some.GroupId()).Select(note => note.Instance));
    }

    [Fact]
    public void A_listing_may_lag()
    {
        var lag = TimeSpan.FromMinutes(2);
        _bed.Store.Set(Some.GroupId(), Healthy(1));
        for (var minute = 0; minute < 2; minute++)
        {
            _bed.Saw(Record, lag, []);
            _bed.Pass(TimeSpan.FromMinutes(1));
            Assert.NotNull(_bed.Note());
        }

        // Shown again, and gone again: all begins anew.
        _bed.Saw(Record, lag, Some.Instance());
        _bed.Saw(Record, lag, []);
        _bed.Pass(TimeSpan.FromMinutes(1));
        _bed.Saw(Record, lag, []);
        _bed.Pass(TimeSpan.FromMinutes(1));
        Assert.NotNull(_bed.Note());

        _bed.Saw(Record, lag, []);
        _bed.Pass(Moment);
        Assert.Null(_bed.Note());
    }

    [Fact]
    public void A_note_on_a_cloud_that_the_group_has_left_is_forgotten_too()
    {
        _bed.Store.Set(Some.GroupId(), Some.Note(1) with { Cloud = "left" });
        _bed.Saw(Record, []);
        _bed.Pass(TimeSpan.FromMinutes(1));
        _bed.Saw(Record, []);
        _bed.Pass(Moment);

        Assert.Empty(_bed.Store.Of(Some.GroupId()));
    }

    [Fact]
    public void What_was_found_of_an_instance_that_is_gone_is_not_written_any_more()
    {
        _bed.Store.Failure = new StoreException(StoreErrorKind.Unavailable, "the store is away");
        _bed.Saw(Record, Some.Instances(2));
        _bed.Pass(Interval * 2);
        _bed.Saw(Record, Some.Instance(2));
        _bed.Store.Failure = null;
        _bed.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal([Some.Id(2)], _bed.Store.Of(Some.GroupId()).Select(note => note.Instance));
    }

    [Fact]
    public void Groups_are_written_beside_each_other()
    {
        for (var group = 1; group <= 3; group++)
        {
            _bed.Saw(Some.Record(Check with { HealthyAfter = 1 }, group), Some.Instance(group));
        }

        _bed.Pass(Interval);

        Assert.All(Enumerable.Range(1, 3), group => Assert.Equal(Verdict.Healthy, _bed.Finding(group, group)?.Verdict));
        Assert.Equal(3, _bed.Woken.Distinct().Count());
    }

    [Fact]
    public async Task A_stop_drops_what_is_in_flight_and_writes_what_was_found()
    {
        var failure = new StoreException(StoreErrorKind.Unavailable, "the store is away");
        _bed.Store.Failure = failure;
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Interval * 2);
        _bed.Prober.Delay = TimeSpan.FromHours(1);
        _bed.Pass(Interval);
        Assert.Equal(1, _bed.Keeper.Figures.InFlight);
        _bed.Store.Failure = null;

        await _bed.StopAsync();

        Assert.Equal(Verdict.Healthy, _bed.Finding()?.Verdict);
        Assert.Equal(0, _bed.Keeper.Figures.InFlight);
    }

    [Fact]
    public async Task A_stop_that_cannot_write_says_so()
    {
        _bed.Store.Failure = new StoreException(StoreErrorKind.Unavailable, "the store is away");
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Interval * 2);

        await _bed.StopAsync();

        Assert.Equal("web1: 1 not written, given up: the store is away", _bed.Heard.Lines[^1]);
    }

    private static MemberNote Healthy(int number) =>
        Some.Note(number, new Finding("probe", Verdict.Healthy, Some.Now)) with { ServedAt = Some.Now };

    private static MemberNote Unhealthy(int number, DateTimeOffset end) =>
        Some.Note(number, new Finding("probe", Verdict.Unhealthy, Some.Now, "answered 503", end));

    private static (string? Source, Verdict? Verdict, string? Detail, DateTimeOffset? End) Parts(Finding? finding) =>
        (finding?.Source, finding?.Verdict, finding?.Detail, finding?.ExpiresAt);
}
