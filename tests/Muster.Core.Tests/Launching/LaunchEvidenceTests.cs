using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Launching;

public sealed class LaunchEvidenceTests
{
    private static readonly CloudTraits Traits = EngineBed.Traits;

    [Fact]
    public void Nothing_dead_is_a_closed_breaker()
    {
        Assert.Equal(LaunchBreaker.Closed, Read(Made(1, age: 100)).Breaker);
        Assert.Equal(LaunchBreaker.Closed, Read().Breaker);
        Assert.Equal(LaunchBreaker.Closed, Read(Made(1, age: 1)).Breaker);
    }

    [Fact]
    public void Dead_ones_are_failures_and_the_next_launch_carries_their_count()
    {
        var recall = Read(Dead(1, age: 10), Dead(2, age: 9));

        Assert.Equal((2, false), (recall.Breaker.FailuresInRow, recall.Breaker.IsOpen));
        Assert.Equal(2, LaunchEvidence.TagOf(recall.Breaker));
        Assert.Equal(["web-2", "web-1"], recall.Failures.Select(instance => instance.Name));
    }

    [Fact]
    public void The_count_goes_on_from_the_tag_and_older_ones_are_no_evidence_any_more()
    {
        var recall = Read(Dead(1, age: 20), Dead(2, age: 10, failures: 2), Dead(3, age: 10, failures: 2));

        Assert.Equal(4, recall.Breaker.FailuresInRow);
        Assert.Equal(["web-2", "web-3"], recall.Failures.Select(instance => instance.Name));
    }

    [Fact]
    public void Living_ones_that_are_not_proven_keep_the_count()
    {
        var recall = Read(Dead(1, age: 20), Made(2, age: 10, failures: 1));

        Assert.Equal(1, recall.Breaker.FailuresInRow);
        Assert.Empty(recall.Failures);
    }

    [Fact]
    public void One_that_lasted_and_is_younger_forgives_what_died_before()
    {
        Assert.Equal(LaunchBreaker.Closed, Read(Dead(1, age: 50, failures: 7), Made(2, age: 40, failures: 8)).Breaker);
        Assert.Equal(1, Read(Made(1, age: 50), Dead(2, age: 40)).Breaker.FailuresInRow);
    }

    [Fact]
    public void Five_in_a_row_open_it_and_each_failed_probe_doubles_the_wait()
    {
        var opened = Read([.. Enumerable.Range(1, 6).Select(number => Dead(number, age: 10))]).Breaker;
        var interval = LaunchBreaker.ProbeIntervalMin;
        Assert.Equal(Some.Now - Seconds(10) + interval, opened.ProbeAt);
        var breaker = opened;
        for (var probe = 0; probe < 12; probe++)
        {
            interval = interval + interval < LaunchBreaker.ProbeIntervalMax ? interval + interval : LaunchBreaker.ProbeIntervalMax;
            breaker = Read(Dead(9, age: 10, failures: LaunchEvidence.TagOf(breaker))).Breaker;

            Assert.Equal(Some.Now - Seconds(10) + interval, breaker.ProbeAt);
        }

        Assert.Equal(LaunchBreaker.ProbeIntervalMax, interval);
    }

    [Fact]
    public void While_a_probe_is_out_no_second_one_starts()
    {
        var breaker = Read(Dead(1, age: 100, failures: 5), Made(2, age: 10, failures: 6)).Breaker;

        Assert.Equal(Some.Now + Seconds(20), breaker.ProbeAt);
        Assert.Equal(0, breaker.Allowance(Some.Now, unproven: 0));
    }

    [Fact]
    public void Old_deaths_those_of_another_template_and_those_that_no_launch_made_are_no_failures()
    {
        var another = Dead(1, age: 10) with { Tags = Dead(1, age: 10).Tags.SetItem(MusterTags.Template, Guid.Empty.ToString()) };
        var adopted = Dead(1, age: 10) with { Tags = Dead(1, age: 10).Tags.Remove(MusterTags.Launch) };

        Assert.Equal(LaunchBreaker.Closed, Read(Dead(1, age: 3700)).Breaker);
        Assert.Equal(LaunchBreaker.Closed, Read(another).Breaker);
        Assert.Equal(LaunchBreaker.Closed, Read(adopted).Breaker);
    }

    [Fact]
    public void A_cloud_whose_clock_is_far_ahead_holds_nothing_back_for_ever()
    {
        var breaker = Read(Dead(1, age: -86_400, failures: 9)).Breaker;

        Assert.Equal(1, breaker.Allowance(Some.Now, unproven: 0));
    }

    [Fact]
    public void A_cloud_may_say_any_time_there_is()
    {
        var (last, first) = (
            Dead(1, age: 0, failures: 9) with { CreatedAt = DateTimeOffset.MaxValue },
            Dead(2, age: 0) with { CreatedAt = DateTimeOffset.MinValue });
        var living = Made(3, age: 0, failures: 10) with { CreatedAt = DateTimeOffset.MaxValue };

        Assert.Equal(1, Read(last).Breaker.Allowance(Some.Now, unproven: 0));
        Assert.Equal(1, Read(last, living).Breaker.Allowance(Some.Now, unproven: 0));
        Assert.Equal(LaunchBreaker.Closed, Read(first).Breaker);
    }

    [Fact]
    public void What_anybody_else_wrote_into_the_tag_is_bounded()
    {
        var odd = Dead(1, age: 10) with { Tags = Dead(1, age: 10).Tags.SetItem(LaunchEvidence.FailuresTag, "-3") };

        Assert.Equal(1, Read(odd).Breaker.FailuresInRow);
        Assert.Equal(
            Some.Now - Seconds(10) + LaunchBreaker.ProbeIntervalMax, Read(Dead(1, age: 10, failures: int.MaxValue)).Breaker.ProbeAt);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static LaunchRecall Read(params ImmutableArray<Instance> owned) =>
        LaunchEvidence.Read(Some.Group(3).Template, owned, Traits, Some.Now);

    private static Instance Dead(int number, double age, int failures = 0) =>
        Made(number, age, failures) with { State = InstanceState.Failed, StateDetail = "exited with code 1" };

    private static Instance Made(int number, double age, int failures = 0)
    {
        var instance = Some.Instance(number) with { CreatedAt = Some.Now - Seconds(age) };
        return failures == 0
            ? instance
            : instance with
            {
                Tags = instance.Tags.SetItem(
                    LaunchEvidence.FailuresTag, failures.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            };
    }
}
