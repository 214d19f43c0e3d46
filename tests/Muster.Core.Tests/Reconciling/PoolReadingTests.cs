using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Reconciling;

/// <summary>Which of a group's instances are in its warm pool, and who of those that were started is in service.</summary>
public sealed class PoolReadingTests
{
    private static readonly CloudTraits Traits = EngineBed.Traits with { ListingLagMax = TimeSpan.FromSeconds(20) };
    private static readonly Instance Up = Some.Instance(1);
    private static readonly Instance Stopped = Up with { State = InstanceState.Stopped };
    private static readonly Member Warm = new() { Instance = Up.Id, Phase = MemberPhase.Warm, Since = Some.Now.AddMinutes(-9) };

    private static readonly Launch ForPool = Some.Launch(1, LaunchPhase.Seen, TimeSpan.FromMinutes(3)) with
    {
        Tags = new(ImmutableSortedDictionary<string, string>.Empty.Add(MusterTags.Pool, "true")),
    };

    [Theory]
    [InlineData(InstanceState.Stopped, Warmth.Resting)]
    [InlineData(InstanceState.Running, Warmth.Settling)]
    [InlineData(InstanceState.Terminating, Warmth.Stopping)]
    [InlineData(InstanceState.Provisioning, Warmth.Settling)]
    [InlineData(InstanceState.Unknown, Warmth.Settling)]
    public void One_that_was_told_to_rest_is_warm_whatever_its_cloud_says_of_its_power(InstanceState listed, Warmth warmth)
    {
        var (read, members) = Read(Up with { State = listed }, [Warm]);

        Assert.Equal((InstanceState.Warm, warmth), (read.State, read.Warmth));
        Assert.Equal([Warm], members);
    }

    [Fact]
    public void One_that_is_broken_or_takes_too_long_on_its_way_out_is_not_warm_any_more()
    {
        var died = Read(Up with { State = InstanceState.Failed }, [Warm]).Instance;
        var gone = Read(Up with { State = InstanceState.Terminating }, [Warm with { Since = Some.Now.AddMinutes(-16) }]).Instance;

        Assert.Equal((InstanceState.Failed, (Warmth?)null), (died.State, died.Warmth));
        Assert.Equal((InstanceState.Terminating, (Warmth?)null), (gone.State, gone.Warmth));
    }

    [Fact]
    public void Where_a_cloud_calls_failed_what_was_stopped_one_that_was_told_to_rest_does_and_no_other()
    {
        var vague = Traits with { ListsStoppedAsFailed = true };
        var failed = Up with { State = InstanceState.Failed };

        Assert.Equal(Warmth.Resting, Read(failed, [Warm], traits: vague).Instance.Warmth);
        Assert.Equal(InstanceState.Failed, Read(failed, [], traits: vague).Instance.State);
    }

    [Fact]
    public void One_that_was_told_to_end_is_on_its_way_out_and_not_to_rest()
    {
        var told = new RecentTermination(Up.Id, Some.Now, "too many", IsTold: true);

        Assert.Equal(InstanceState.Terminating, Read(Up with { State = InstanceState.Terminating }, [Warm], end: told).Instance.State);
    }

    [Fact]
    public void One_that_stopped_and_was_never_told_to_is_dead() =>
        Assert.Equal(InstanceState.Stopped, Read(Stopped, []).Instance.State);

    [Theory]
    [InlineData(InstanceState.Running, Warmth.Ready)]
    [InlineData(InstanceState.Provisioning, Warmth.Warming)]
    public void One_that_was_launched_for_the_pool_is_in_it_while_its_launch_is_open(InstanceState listed, Warmth warmth)
    {
        var instance = Up with { State = listed };

        Assert.Equal(warmth, Read(instance, [], ForPool).Instance.Warmth);
        Assert.Null(Read(instance, [], ForPool with { Tags = null }).Instance.Warmth);
        Assert.Null(Read(instance, []).Instance.Warmth);
        Assert.Null(Read(instance, [Warm with { Phase = MemberPhase.Taken }], ForPool).Instance.Warmth);
        Assert.Equal(MemberPhase.Taken, Assert.Single(Read(instance, [Warm with { Phase = MemberPhase.Taken }], ForPool).Members).Phase);
        Assert.Equal(warmth, Read(instance, [Warm with { Phase = MemberPhase.InService }], ForPool).Instance.Warmth);
    }

    [Fact]
    public void One_that_is_started_is_on_its_way_up_until_a_listing_must_show_it()
    {
        var told = Warm with { Phase = MemberPhase.Starting, Since = Some.Now.AddMinutes(-2), RetryAt = Some.Now };
        var early = Read(Stopped, [told], lookedAgo: 1);
        var late = Read(Stopped, [told]);

        Assert.Equal((InstanceState.Provisioning, "told to start"), (early.Instance.State, early.Instance.StateDetail));
        Assert.Equal([told], early.Members);
        Assert.Equal((InstanceState.Warm, Warmth.Resting), (late.Instance.State, late.Instance.Warmth));
        var back = Assert.Single(late.Members);
        Assert.Equal((MemberPhase.Warm, Some.Now, 1), (back.Phase, back.Since, back.Failures));
        Assert.True(back.RetryAt > Some.Now);
    }

    [Fact]
    public void Where_no_answer_was_written_down_the_time_counts_from_the_order_and_the_lag_of_the_listing()
    {
        var told = Warm with { Phase = MemberPhase.Starting, Since = Some.Now.AddSeconds(-140) };

        Assert.Equal(InstanceState.Provisioning, Read(Stopped, [told], lookedAgo: 1).Instance.State);
        Assert.Equal(InstanceState.Warm, Read(Stopped, [told]).Instance.State);
    }

    [Fact]
    public void A_listing_that_may_be_older_than_the_order_proves_no_start()
    {
        var read = Read(Up, [Warm with { Phase = MemberPhase.Starting, Since = Some.Now.AddSeconds(-19) }]);

        Assert.Equal(InstanceState.Provisioning, read.Instance.State);
        Assert.Equal(MemberPhase.Starting, Assert.Single(read.Members).Phase);
    }

    [Fact]
    public void Who_was_started_and_runs_is_in_service_and_no_older_listing_takes_that_back()
    {
        var told = Warm with { Phase = MemberPhase.Starting, Since = Some.Now.AddSeconds(-20) };
        var up = Assert.Single(Read(Up, [told]).Members);
        var since = up with { Since = Some.Now.AddSeconds(-19) };

        Assert.Equal((MemberPhase.Taken, Some.Now), (up.Phase, up.Since));
        Assert.Equal(InstanceState.Running, Read(Stopped, [since]).Instance.State);
        Assert.Equal([since], Read(Stopped, [since]).Members);
        Assert.Equal(InstanceState.Stopped, Read(Stopped, [since with { Since = Some.Now.AddSeconds(-20) }]).Instance.State);
        Assert.Empty(Read(Up, [since with { Since = Some.Now.AddSeconds(-20) }]).Members);
        Assert.Null(Read(Up, [told], ForPool).Instance.Warmth);
    }

    [Fact]
    public void With_a_health_check_who_was_started_is_in_service_when_it_is_healthy_whatever_it_was_before_it_rested()
    {
        var told = Warm with { Phase = MemberPhase.Starting, Since = Some.Now.AddSeconds(-20) };
        var note = Some.Note(1) with { ServedAt = Some.Now.AddHours(-1) };
        var silent = Read(Up, [told], note: note, probed: true);
        var before = Read(
            Up, [told], note: note with { Findings = [new("probe", Verdict.Healthy, Some.Now.AddHours(-2))] }, probed: true);
        var healthy = Read(
            Up, [told], note: note with { Findings = [new("probe", Verdict.Healthy, Some.Now)] }, probed: true);

        Assert.Equal((InstanceState.Provisioning, "running, not healthy yet"), (silent.Instance.State, silent.Instance.StateDetail));
        Assert.Equal(InstanceState.Provisioning, before.Instance.State);
        Assert.Equal(InstanceState.Running, healthy.Instance.State);
    }

    [Fact]
    public void Who_was_healthy_since_its_start_while_nobody_checked_and_is_sick_now_is_sick_and_did_come_up()
    {
        var told = Warm with { Phase = MemberPhase.Starting, Since = Some.Now.AddMinutes(-20) };
        var sick = Some.Note(1) with { Findings = [new("probe", Verdict.Unhealthy, Some.Now.AddMinutes(-1))] };
        var never = Read(Up, [told], note: sick with { ServedAt = Some.Now.AddHours(-1) }, probed: true);
        var once = Read(Up, [told], note: sick with { ServedAt = Some.Now.AddMinutes(-19) }, probed: true);

        Assert.Equal((InstanceState.Failed, true), (never.Instance.State, never.Instance.IsGivenUp));
        Assert.Equal((InstanceState.Running, MemberPhase.Taken), (once.Instance.State, Assert.Single(once.Members).Phase));
    }

    [Fact]
    public void What_one_did_not_do_at_first_is_forgotten_when_it_has_rested_for_a_quarter_of_an_hour()
    {
        var failed = Warm with { Failures = 3, RetryAt = Some.Now.AddMinutes(-14) };

        Assert.Equal([failed], Read(Stopped, [failed]).Members);
        Assert.Equal([Warm], Read(Stopped, [failed with { RetryAt = Some.Now.AddMinutes(-15) }]).Members);
        Assert.Equal(3, Assert.Single(Read(Up, [failed with { RetryAt = Some.Now.AddMinutes(-15) }]).Members).Failures);
    }

    [Fact]
    public void Waits_double_and_a_cloud_that_asks_for_a_day_gets_a_quarter_of_an_hour()
    {
        Assert.Equal(Some.Now.AddSeconds(30), PoolReading.RetryAt(1, Some.Now, default));
        Assert.Equal(Some.Now.AddSeconds(60), PoolReading.RetryAt(2, Some.Now, default));
        Assert.Equal(Some.Now.AddMinutes(15), PoolReading.RetryAt(20, Some.Now, default));
        Assert.Equal(Some.Now.AddMinutes(15.5), PoolReading.RetryAt(1, Some.Now, TimeSpan.FromDays(1)));
    }

    private static (Instance Instance, ImmutableArray<Member> Members) Read(
        Instance instance, ImmutableArray<Member> members, Launch? launch = null, MemberNote? note = null, bool probed = false,
        double lookedAgo = 0, RecentTermination? end = null, CloudTraits? traits = null)
    {
        var record = new GroupRecord(
            Some.Group(3) with { Health = probed ? new() { Kind = ProbeKind.Http, Port = 80 } : null },
            Some.Template(),
            Some.State() with { Members = members, RecentTerminations = end is null ? [] : [end] },
            launch is null ? [] : [launch])
        {
            Notes = note is null ? [] : [note],
        };
        var lookedAt = Some.Now.AddSeconds(-lookedAgo);
        var told = PoolReading.Read(record, [instance], lookedAt, traits ?? Traits, Some.Now);
        var hooks = HookReading.Read(record, "sim", told.Owned, [], lookedAt, Some.Now);
        var pool = told.After(record, HealthReading.Read(record, "sim", hooks, Some.Now).Owned, Traits.BootGrace, Some.Now);
        return (pool.Owned[0], pool.Members);
    }
}
