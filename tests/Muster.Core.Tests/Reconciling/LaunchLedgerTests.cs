using System.Collections.Immutable;

using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Groups;
using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Reconciling;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Reconciling;

public sealed class LaunchLedgerTests
{
    private static readonly TimeSpan Expiry = TimeSpan.FromMinutes(10);

    private static readonly CloudTraits Traits = new()
    {
        PageSize = 100,
        LaunchTokens = false,
        GroupFilter = true,
        Watches = true,
        ListingLagMax = TimeSpan.FromSeconds(20),
        BootGrace = TimeSpan.FromMinutes(1),
    };

    [Fact]
    public void A_launch_that_the_listing_shows_alive_is_seen()
    {
        var (ledger, told) = Read([Some.Launch(1, age: Seconds(5))], [Some.Instance(1)]);

        Assert.Equal(LaunchPhase.Seen, Assert.Single(ledger.Changed).Phase);
        Assert.Empty(told);
    }

    [Fact]
    public void A_launch_that_outlives_its_boot_grace_settles_and_closes_the_breaker()
    {
        var (ledger, _) = Read([Some.Launch(1, LaunchPhase.Seen, Seconds(61))], [Some.Instance(1)], failuresInRow: 3);

        Assert.Equal(LaunchPhase.Settled, Assert.Single(ledger.Changed).Phase);
        Assert.Empty(ledger.Open);
        Assert.Equal(LaunchBreaker.Closed, ledger.Breaker);
    }

    [Fact]
    public void One_that_does_not_work_when_it_should_have_lasted_has_not_and_who_ends_as_such_died_young()
    {
        var launch = Some.Launch(1, LaunchPhase.Seen, Seconds(61));
        var (young, _) = Read(
            [Some.Launch(1, LaunchPhase.Seen, Seconds(59))], [Some.Instance(1)], failuresInRow: 4, isSick: true);
        var (sick, _) = Read([launch], [Some.Instance(1)], failuresInRow: 4, isSick: true);
        var (gone, told) = Read(
            [launch], [Some.Instance(1)], failuresInRow: 4, isSick: true, ended: new(new("i-0001"), Some.Now, "unhealthy", IsTold: true));

        Assert.Empty(young.Changed);
        Assert.Equal(LaunchPhase.DiedYoung, Assert.Single(sick.Changed).Phase);
        Assert.Empty(sick.Open);
        Assert.Equal(LaunchPhase.DiedYoung, Assert.Single(gone.Changed).Phase);
        Assert.True(gone.Breaker.IsOpen);
        Assert.Equal("counts as a failed launch: web-1 was unhealthy and replaced 61 s after its launch", Assert.Single(told).Description);
    }

    [Fact]
    public void A_launch_holds_its_place_until_no_listing_can_be_older_than_its_instance()
    {
        var late = Some.Launch(1, LaunchPhase.Seen, Seconds(61)) with { UpdatedAt = Some.Now - Seconds(19) };
        var (young, _) = Read([late], [Some.Instance(1)]);
        var (old, _) = Read([late with { UpdatedAt = Some.Now - Seconds(20) }], [Some.Instance(1)]);
        var (found, _) = Read([Some.Launch(1, LaunchPhase.Intended, Seconds(61))], [Some.Instance(1)]);

        Assert.Empty(young.Changed);
        Assert.Equal(LaunchPhase.Settled, Assert.Single(old.Changed).Phase);
        Assert.Equal(LaunchPhase.Seen, Assert.Single(found.Changed).Phase);
    }

    [Fact]
    public void One_that_dies_within_its_boot_grace_counts_as_a_failed_launch_served_or_not()
    {
        var dead = Some.Instance(1, InstanceState.Failed) with { StateDetail = "exited with code 1" };

        var (ledger, told) = Read([Some.Launch(1, LaunchPhase.Seen, Seconds(5))], [dead]);

        Assert.Equal(LaunchPhase.DiedYoung, Assert.Single(ledger.Changed).Phase);
        Assert.Equal(1, ledger.Breaker.FailuresInRow);
        var activity = Assert.Single(told);
        Assert.Equal(ActivityStatus.Failed, activity.Status);
        Assert.Equal("counts as a failed launch: web-1 failed (exited with code 1) 5 s after its launch", activity.Description);
        Assert.Equal("web-1 failed (exited with code 1) 5 s after its launch", ledger.Breaker.LastFailure);
    }

    [Fact]
    public void A_listing_that_may_be_older_than_the_instance_cannot_say_that_it_is_gone()
    {
        var (young, _) = Read([Some.Launch(1, age: Seconds(19))], []);
        var (old, told) = Read([Some.Launch(1, age: Seconds(21))], []);

        Assert.Equal(LaunchPhase.Accepted, Assert.Single(young.Open).Phase);
        Assert.Equal(LaunchPhase.DiedYoung, Assert.Single(old.Changed).Phase);
        Assert.Contains("vanished within 21 s", Assert.Single(told).Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_half_made_instance_is_no_answer_to_its_launch_until_it_is_broken()
    {
        var half = Some.Instance(1) with { State = InstanceState.Provisioning, IsHalfMade = true };
        var launch = Some.Launch(1, LaunchPhase.Intended, Seconds(30));

        var (waiting, told) = Read([launch], [half]);
        var (answered, _) = Read([launch with { Phase = LaunchPhase.Accepted }], [half]);
        var (broken, _) = Read([launch], [half with { State = InstanceState.Failed, IsHalfMade = false }]);

        Assert.Empty(waiting.Changed);
        Assert.Equal(launch, Assert.Single(waiting.Open));
        Assert.Empty(told);
        Assert.Equal(LaunchPhase.Seen, Assert.Single(answered.Changed).Phase);
        Assert.Empty(broken.Open);
    }

    [Fact]
    public void A_launch_of_unknown_outcome_is_found_again_by_its_tag_and_told()
    {
        var (ledger, told) = Read([Some.Launch(1, LaunchPhase.Intended, Seconds(30))], [Some.Instance(1)]);

        Assert.Equal(LaunchPhase.Seen, Assert.Single(ledger.Changed).Phase);
        Assert.Equal(new InstanceId("i-0001"), ledger.Changed[0].Instance);
        Assert.Equal("launched web-1, found again after an unknown outcome: 1 missing", Assert.Single(told).Description);
    }

    [Fact]
    public void A_launch_of_unknown_outcome_expires_only_after_its_time()
    {
        var (waiting, _) = Read([Some.Launch(1, LaunchPhase.Intended, Expiry - Seconds(1))], []);
        var (expired, told) = Read([Some.Launch(1, LaunchPhase.Intended, Expiry)], []);

        Assert.Empty(waiting.Changed);
        Assert.Equal(LaunchPhase.Expired, Assert.Single(expired.Changed).Phase);
        Assert.Equal(1, expired.Breaker.FailuresInRow);
        Assert.Equal(ActivityStatus.Failed, Assert.Single(told).Status);
    }

    [Fact]
    public void An_instance_that_we_told_to_end_is_no_boot_failure()
    {
        var (ledger, told) = Read(
            [Some.Launch(1, LaunchPhase.Seen, Seconds(30))],
            [],
            ended: new RecentTermination(new("i-0001"), Some.Now, "1 too many", IsTold: true));

        Assert.Equal(LaunchPhase.Settled, Assert.Single(ledger.Changed).Phase);
        Assert.Equal(0, ledger.Breaker.FailuresInRow);
        Assert.Empty(told);
    }

    [Fact]
    public void Where_the_cloud_cannot_tell_of_a_death_one_found_an_interval_late_may_still_be_young()
    {
        var unwatched = Traits with { Watches = false };
        var dead = Some.Instance(1, InstanceState.Stopped);

        var (watched, _) = Read([Some.Launch(1, LaunchPhase.Seen, Seconds(100))], [dead]);
        var (blind, _) = Read([Some.Launch(1, LaunchPhase.Seen, Seconds(100))], [dead], traits: unwatched);

        Assert.Equal(LaunchPhase.Settled, Assert.Single(watched.Changed).Phase);
        Assert.Equal(LaunchPhase.DiedYoung, Assert.Single(blind.Changed).Phase);
    }

    [Fact]
    public void A_look_that_was_made_too_early_cannot_say_that_a_launch_is_never_seen()
    {
        ImmutableArray<Launch> open = [Some.Launch(1, LaunchPhase.Intended, Expiry + Seconds(60))];

        var (slept, told) = Read(open, [], lookAge: Seconds(61));
        var (awake, _) = Read(open, [], lookAge: Seconds(60));

        Assert.Empty(slept.Changed);
        Assert.Empty(told);
        Assert.Equal(LaunchPhase.Expired, Assert.Single(awake.Changed).Phase);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static (LaunchLedger Ledger, ImmutableArray<Activity> Told) Read(
        ImmutableArray<Launch> open,
        ImmutableArray<Instance> owned,
        int failuresInRow = 0,
        RecentTermination? ended = null,
        CloudTraits? traits = null,
        TimeSpan lookAge = default,
        bool isSick = false)
    {
        var group = Some.Group(3);
        var state = Some.State() with { RecentTerminations = ended is { } one ? [one] : [] };
        var breaker = LaunchBreaker.Closed with { FailuresInRow = failuresInRow };
        var writer = new ActivityWriter(group, new SystemRandomSource(), Some.Now);
        var ledger = new LaunchLedger(new(group, Some.Template(), state, open), breaker, traits ?? Traits, Expiry, writer);
        ledger.Read(owned, Some.Now - lookAge, Some.Now, sick: isSick ? [.. owned.Select(instance => instance.Id)] : null);
        return (ledger, writer.Drain());
    }
}
