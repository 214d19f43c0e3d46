using System.Collections.Immutable;

using Muster.Core.Groups;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Members;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Reconciling;

public sealed class HealthReadingTests
{
    private static readonly HealthCheck Check = new() { Kind = ProbeKind.Http, Port = 80, BootTimeout = TimeSpan.FromMinutes(5) };

    [Fact]
    public void One_that_runs_and_has_not_been_healthy_yet_is_on_its_way_up()
    {
        var read = Read(TimeSpan.FromSeconds(30), new Finding("probe", Verdict.Unhealthy, Some.Now, "connection refused"));

        Assert.Equal(InstanceState.Provisioning, read.Owned[0].State);
        Assert.Equal("running, not healthy yet (probe: connection refused)", read.Owned[0].StateDetail);
        Assert.Empty(read.Over);
    }

    [Fact]
    public void One_that_is_healthy_is_in_service() =>
        Assert.Equal(InstanceState.Running, Read(TimeSpan.FromSeconds(30), new Finding("probe", Verdict.Healthy, Some.Now)).Owned[0].State);

    [Fact]
    public void Within_its_grace_nothing_that_is_found_counts()
    {
        var check = Check with { Grace = TimeSpan.FromMinutes(1) };

        var healthy = Read(TimeSpan.FromSeconds(59), new Finding("probe", Verdict.Healthy, Some.Now), check);
        var sick = Read(
            TimeSpan.FromSeconds(59), new Finding("probe", Verdict.Unhealthy, Some.Now), check, servedAt: Some.Now.AddSeconds(-40));

        Assert.Equal("running, in its grace", healthy.Owned[0].StateDetail);
        Assert.Equal(InstanceState.Provisioning, sick.Owned[0].State);
        Assert.Equal(
            InstanceState.Running, Read(TimeSpan.FromMinutes(1), new Finding("probe", Verdict.Healthy, Some.Now), check).Owned[0].State);
    }

    [Fact]
    public void One_that_was_never_healthy_within_the_boot_time_out_has_failed_to_boot()
    {
        var read = Read(TimeSpan.FromMinutes(5), new Finding("probe", Verdict.Unhealthy, Some.Now, "answered 503"));

        Assert.Equal(InstanceState.Failed, read.Owned[0].State);
        Assert.Equal("was not healthy within 5m (probe: answered 503)", read.Owned[0].StateDetail);
        Assert.Equal([read.Owned[0].Id], read.Over);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(600)]
    public void One_that_drains_before_it_was_ever_healthy_has_not_failed_to_boot(int ageS)
    {
        var record = Record(
            Check, [Some.Launch(1, LaunchPhase.Seen, TimeSpan.FromSeconds(ageS))],
            new Finding("probe", Verdict.Unhealthy, Some.Now, "connection refused"));
        record = record with
        {
            State = record.State with
            {
                Members = [new() { Instance = Some.Instance(1).Id, Phase = MemberPhase.Draining, Since = Some.Now.AddSeconds(-9) }],
            },
        };

        var read = HealthReading.Read(record, "sim", Unheld([Some.Instance(1)]), Some.Now);

        Assert.Equal(InstanceState.Running, read.Owned[0].State);
        Assert.Empty(read.Over);
    }

    [Fact]
    public void A_probe_that_nobody_makes_kills_nobody()
    {
        var silent = Read(TimeSpan.FromHours(5), finding: null);
        var stale = Read(TimeSpan.FromHours(5), new Finding("probe", Verdict.Unhealthy, Some.Now, null, Some.Now));

        Assert.Equal((InstanceState.Provisioning, InstanceState.Provisioning), (silent.Owned[0].State, stale.Owned[0].State));
        Assert.Empty(stale.Over);
    }

    [Fact]
    public void One_that_turns_unhealthy_again_before_its_launch_is_over_is_in_service_and_sick_like_any_other()
    {
        var read = Read(
            TimeSpan.FromHours(1), new Finding("probe", Verdict.Unhealthy, Some.Now, "answered 500"), servedAt: Some.Now.AddSeconds(-9));

        Assert.Equal(InstanceState.Running, read.Owned[0].State);
        Assert.Empty(read.Over);
        Assert.Equal([read.Owned[0].Id], read.Sick);
    }

    [Fact]
    public void Without_a_health_check_one_that_its_load_balancer_finds_sick_is_in_service_and_its_launch_is_not_proven()
    {
        var finding = new Finding("edge", Verdict.Unhealthy, Some.Now, "its checks fail");

        var read = HealthReading.Read(
            Record(check: null, [Some.Launch(1, LaunchPhase.Seen, TimeSpan.FromMinutes(2))], finding), "sim",
            Unheld([Some.Instance(1)]), Some.Now);

        Assert.Equal(InstanceState.Running, read.Owned[0].State);
        Assert.Equal([read.Owned[0].Id], read.Sick);
    }

    [Fact]
    public void One_that_has_not_come_up_yet_is_not_sick_and_its_end_is_no_failure_of_its_launch()
    {
        var read = Read(TimeSpan.FromSeconds(6), new Finding("probe", Verdict.Unhealthy, Some.Now, "connection refused"));

        Assert.Equal((InstanceState.Provisioning, "running, not healthy yet (probe: connection refused)"),
            (read.Owned[0].State, read.Owned[0].StateDetail));
        Assert.Empty(read.Sick);
    }

    [Fact]
    public void One_whose_launch_is_over_is_in_service_whatever_a_new_health_check_says()
    {
        var record = Record(Check, [], new Finding("probe", Verdict.Unhealthy, Some.Now));

        var read = HealthReading.Read(record, "sim", Unheld([Some.Instance(1)]), Some.Now);

        Assert.Equal(InstanceState.Running, read.Owned[0].State);
    }

    [Fact]
    public void A_group_without_a_health_check_takes_the_clouds_word()
    {
        var record = Record(check: null, [Some.Launch(1, LaunchPhase.Seen)], finding: null);
        ImmutableArray<Instance> owned = [Some.Instance(1)];

        Assert.Equal(owned, HealthReading.Read(record, "sim", Unheld(owned), Some.Now).Owned);
    }

    private static HealthReading Read(
        TimeSpan age, Finding? finding, HealthCheck? check = null, DateTimeOffset? servedAt = null) => HealthReading.Read(
            Record(check ?? Check, [Some.Launch(1, LaunchPhase.Seen, age)], finding, servedAt), "sim", Unheld([Some.Instance(1)]),
            Some.Now);

    private static HookReading Unheld(ImmutableArray<Instance> owned) => new(owned, [], []);

    private static GroupRecord Record(
        HealthCheck? check, ImmutableArray<Launch> launches, Finding? finding, DateTimeOffset? servedAt = null) => new(
            Some.Group(1) with { Health = check }, Some.Template(), Some.State(), launches)
        {
            Notes = finding is null ? [] : [Some.Note(1) with { Findings = [finding], ServedAt = servedAt }],
        };
}
