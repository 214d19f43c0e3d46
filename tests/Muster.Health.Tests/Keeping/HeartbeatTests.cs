using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Members;
using Muster.Core.Storage;
using Muster.Health.Tests.Support;

namespace Muster.Health.Tests.Keeping;

public sealed class HeartbeatTests : IDisposable
{
    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);
    private static readonly GroupRecord Record = Some.Record(Some.Check(ProbeKind.Report, port: null));

    private readonly KeeperBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact]
    public void A_heartbeat_that_does_not_come_has_stopped_when_its_time_is_over_and_its_group_is_checked()
    {
        _bed.Pass(Ttl);
        Beat();
        var end = _bed.Now + Ttl;
        _bed.Saw(Record, Some.Instance());

        _bed.Pass(Ttl - Moment);
        Assert.True(Said().IsBeating);
        Assert.Empty(_bed.Woken);

        _bed.Pass(Moment * 2);
        Assert.Equal((Verdict.Unhealthy, end, "silent for longer than 30s"), (Said().Verdict, Said().Since, Said().Detail));
        Assert.Equal([Some.GroupId()], _bed.Woken);
    }

    [Fact]
    public void A_heartbeat_that_ran_out_before_the_server_listened_has_not_stopped_until_its_time_is_over_again()
    {
        Beat(at: _bed.Now.AddMinutes(-10));
        _bed.Saw(Record, Some.Instance());

        _bed.Pass(Ttl - Moment);
        Assert.True(Said().IsBeating);

        _bed.Pass(Moment * 2);
        Assert.True(Said().HasStopped);
    }

    [Fact]
    public void Heartbeats_that_come_are_never_noted_as_stopped()
    {
        _bed.Pass(Ttl);
        for (var beat = 0; beat < 60; beat++)
        {
            Beat();
            if (beat % 6 == 0)
            {
                _bed.Saw(Record, Some.Instance());
            }

            _bed.Pass(TimeSpan.FromSeconds(10));
        }

        Assert.True(Said().IsBeating);
        Assert.Empty(_bed.Woken);
    }

    [Fact]
    public void One_that_came_after_the_last_look_is_heard_all_the_same()
    {
        _bed.Pass(Ttl);
        Beat();
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Ttl - Moment);
        Beat();

        _bed.Pass(Ttl - Moment);
        Assert.True(Said().IsBeating);

        _bed.Pass(Moment * 2);
        Assert.True(Said().HasStopped);
    }

    [Fact]
    public void A_report_that_could_not_be_kept_puts_off_the_end_of_all_of_its_account()
    {
        _bed.Pass(Ttl);
        Beat();
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Ttl / 2);
        _bed.Keeper.Missed(Record.Group.Account);

        _bed.Pass(Ttl - Moment);
        Assert.True(Said().IsBeating);

        _bed.Pass(Moment * 2);
        Assert.True(Said().HasStopped);
    }

    [Fact]
    public void A_report_of_nobody_knows_whom_puts_off_the_end_of_all_and_one_of_another_account_of_none()
    {
        _bed.Pass(Ttl);
        Beat();
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Ttl / 2);
        _bed.Keeper.Missed(new AccountId(Guid.Empty));
        _bed.Pass(Ttl / 2);
        _bed.Pass(Moment);
        Assert.True(Said().HasStopped);

        Beat();
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Ttl / 2);
        _bed.Keeper.Missed(account: null);
        _bed.Pass(Ttl - Moment);
        Assert.True(Said().IsBeating);
    }

    [Fact]
    public void A_server_that_stood_still_has_heard_nothing_meanwhile()
    {
        _bed.Pass(Ttl);
        Beat();
        _bed.Saw(Record, Some.Instance());

        _bed.StandStill(TimeSpan.FromMinutes(2));
        _bed.Pass(Ttl - Moment);
        Assert.True(Said().IsBeating);

        _bed.Pass(Moment * 2);
        Assert.True(Said().HasStopped);
    }

    [Fact]
    public void Where_the_store_is_away_the_silence_means_nothing_until_it_was_listened_to_again()
    {
        _bed.Pass(Ttl);
        Beat();
        _bed.Saw(Record, Some.Instance());
        _bed.Store.Failure = new StoreException(StoreErrorKind.Unavailable, "the disk is away");
        _bed.Pass(Ttl + Moment);
        _bed.Store.Failure = null;

        _bed.Pass(Ttl - (Moment * 3));
        Assert.True(Said().IsBeating);

        _bed.Pass(Moment * 5);
        Assert.True(Said().HasStopped);
    }

    [Fact]
    public void An_instance_that_is_gone_stops_nothing()
    {
        _bed.Pass(Ttl);
        Beat();
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Ttl / 2);
        _bed.Saw(Record, TimeSpan.FromMinutes(5));

        _bed.Pass(Ttl);
        Assert.True(Said().IsBeating);
        Assert.Empty(_bed.Woken);
    }

    [Fact]
    public void A_heartbeat_of_a_group_that_is_probed_stops_too_and_the_probe_goes_on()
    {
        var record = Some.Record(Some.Check() with { HealthyAfter = 1 });
        _bed.Pass(Ttl);
        Beat();
        _bed.Saw(record, Some.Instance());
        _bed.Pass(Ttl + Moment);

        Assert.True(Said().HasStopped);
        Assert.Equal(Verdict.Healthy, _bed.Finding()?.Verdict);
    }

    [Fact]
    public async Task A_server_that_stops_notes_no_silence()
    {
        _bed.Pass(Ttl);
        Beat();
        _bed.Saw(Record, Some.Instance());
        _bed.Pass(Ttl - Moment);
        await _bed.StopAsync();

        Assert.True(Said().IsBeating);
    }

    private Finding Said() => _bed.Note()!.Findings.Single(finding => finding.Source == "report");

    private void Beat(DateTimeOffset? at = null)
    {
        var beat = Reports.Read("healthy", source: null, detail: null, Ttl.TotalSeconds, load: null, at ?? _bed.Now);
        _bed.Store.Set(
            Some.GroupId(),
            [.. MemberNotes.Apply(_bed.Store.Of(Some.GroupId()), [new NoteChange(Some.Cloud, Some.Id(1)) { Finding = beat }])]);
    }
}
