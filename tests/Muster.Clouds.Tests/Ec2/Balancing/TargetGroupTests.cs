using Microsoft.Extensions.Time.Testing;

using Muster.Core.Clouds;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Traffic;
using Muster.Simulators.Ec2.Balancing;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Ec2.Balancing;

/// <summary>How instances are taken into target groups and out of them.</summary>
public sealed class TargetGroupTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_joins_by_its_instance_and_port()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync(8080);

        var before = await harness.ListAsync(member);
        await harness.JoinAsync(member);
        await harness.JoinAsync(member);
        var entry = Assert.Single(await harness.ListAsync(member));

        Assert.Empty(before);
        Assert.Equal([$"{member.Instance.Id}:8080"], harness.Web.Registered);
        Assert.Equal(new($"web/{member.Instance.Id}:8080", member, TrafficState.Joined) { Verdict = Verdict.Healthy }, entry);
    }

    [Fact]
    public async Task Nobody_asks_for_load_balancers_but_groups_that_use_them()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        await harness.LaunchAsync();

        Assert.Empty(await harness.ListAsync());
        Assert.DoesNotContain(harness.Ec2.Simulator.Calls.Keys, call => call.Call.Contains("Target", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_drain_lasts_as_long_as_the_target_group_s_own_delay()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);

        var first = await harness.DrainAsync(member);
        var listed = Assert.Single(await harness.ListAsync(member));
        var second = await harness.DrainAsync(member);
        harness.Web.DeregistrationDelay = TimeSpan.Zero;
        var last = await harness.DrainAsync(member);

        var expected = new DrainProgress(
            IsEmpty: false, TimeSpan.FromSeconds(5), "Target deregistration is in progress (Target.DeregistrationInProgress)");
        Assert.Equal((expected, expected, DrainProgress.Empty), (first, second, last));
        Assert.Equal((TrafficState.Draining, Verdict.Unknown), (listed.State, listed.Verdict));
        Assert.Equal((1, 4), (harness.Calls("DeregisterTargets"), harness.Calls("DescribeTargetHealth")));
        Assert.Empty(await harness.ListAsync(member));
    }

    [Fact]
    public async Task A_drain_goes_on_after_a_restart_and_begins_for_whoever_was_registered_by_others()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);
        await using var other = harness.Open();

        var first = await other.DrainAsync(TargetGroupHarness.Scope(), member, Cancellation);
        await using var third = harness.Open();
        var second = await third.DrainAsync(TargetGroupHarness.Scope(), member, Cancellation);

        Assert.False(first.IsEmpty);
        Assert.False(second.IsEmpty);
        Assert.Empty(harness.Web.Registered);
        Assert.Equal(1, harness.Calls("DeregisterTargets"));
    }

    [Fact]
    public async Task One_that_is_not_registered_is_empty_and_so_is_one_without_a_load_balancer()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var (stranger, idle) = (await harness.LaunchAsync(), await harness.LaunchAsync());
        harness.Web.HasBalancer = false;
        await harness.JoinAsync(idle);

        Assert.Equal(DrainProgress.Empty, await harness.DrainAsync(stranger));
        Assert.Equal(DrainProgress.Empty, await harness.DrainAsync(idle));
        Assert.Empty(harness.Web.Registered);
    }

    [Fact]
    public async Task A_drain_that_is_cancelled_ends_with_the_member_back()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);
        await harness.DrainAsync(member);

        await harness.JoinAsync(member);

        Assert.Equal(TrafficState.Joined, Assert.Single(await harness.ListAsync(member)).State);
        Assert.Equal([$"{member.Instance.Id}:80"], harness.Web.Registered);
    }

    [Fact]
    public async Task One_that_leaves_is_no_entry_any_more_though_it_drains_and_may_come_again()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);
        var entry = Assert.Single(await harness.ListAsync(member));

        await harness.LeaveAsync(entry);
        await harness.LeaveAsync(entry);

        Assert.Empty(await harness.ListAsync(member));
        Assert.Equal([$"{member.Instance.Id}:80"], harness.Web.Draining);
        await harness.JoinAsync(member);
        Assert.Single(await harness.ListAsync(member));
    }

    [Fact]
    public async Task One_whose_instance_is_gone_has_left()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);
        var entry = Assert.Single(await harness.ListAsync(member));

        // What EC2 has forgotten is no valid target: one drains a second time, and leaves.
        harness.Ec2.Options.Faults = request => request.Path is "DeregisterTargets" or "DescribeTargetHealth"
            ? Refused("InvalidTarget", $"The following instances do not exist: '{member.Instance.Id}'")
            : null;

        Assert.Equal(DrainProgress.Empty, await harness.DrainAsync(member));
        await harness.LeaveAsync(entry);
    }

    [Fact]
    public async Task Targets_of_others_are_no_entries_and_are_never_touched()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var (mine, theirs) = (await harness.LaunchAsync(), await harness.LaunchAsync());
        await using var other = harness.Open();
        await other.JoinAsync(TargetGroupHarness.Scope(group: 2), theirs, Cancellation);
        await harness.JoinAsync(mine);

        Assert.Equal(mine, Assert.Single(await harness.ListAsync(mine)).Member);
        await harness.DrainAsync(mine);
        Assert.Empty(await harness.ListAsync());
        Assert.Equal([$"{theirs.Instance.Id}:80"], harness.Web.Registered);
    }

    [Fact]
    public async Task Two_groups_share_a_target_group()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var (one, two) = (await harness.LaunchAsync(), await harness.LaunchAsync());
        var (first, second) = (TargetGroupHarness.Scope(group: 1), TargetGroupHarness.Scope(group: 2));
        await harness.Source.JoinAsync(first, one, Cancellation);
        await harness.Source.JoinAsync(second, two, Cancellation);

        Assert.Equal(one, Assert.Single(await harness.Source.ListAsync(first, [one], Cancellation)).Member);
        Assert.Equal(two, Assert.Single(await harness.Source.ListAsync(second, [two], Cancellation)).Member);
        // One target group is looked up once.
        Assert.Equal(1, harness.Calls("DescribeTargetGroups"));
    }

    [Fact]
    public async Task What_a_group_has_that_uses_it_no_more_is_told_and_leaves()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await using var found = harness.Open();
        await harness.JoinAsync(member);
        // One that was found registered is known as well as one that was registered.
        await found.ListAsync(TargetGroupHarness.Scope(), [member], Cancellation);

        var entry = Assert.Single(await found.ListAsync(TargetGroupHarness.Scope(), [], Cancellation));
        await found.LeaveAsync(TargetGroupHarness.Scope(), entry, Cancellation);

        Assert.Null(entry.Member);
        Assert.Empty(await found.ListAsync(TargetGroupHarness.Scope(), [], Cancellation));
        Assert.Empty(harness.Web.Registered);
    }

    [Fact]
    public async Task A_member_that_moves_to_another_port_joins_there_and_what_is_left_of_it_is_nobody_s()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var old = await harness.LaunchAsync(80);
        await harness.JoinAsync(old);
        await using var restarted = harness.Open();
        var member = await harness.SeenAsync(old.Instance.Id, 8080);

        var before = Assert.Single(await restarted.ListAsync(TargetGroupHarness.Scope(), [member], Cancellation));
        await restarted.JoinAsync(TargetGroupHarness.Scope(), member, Cancellation);
        await restarted.LeaveAsync(TargetGroupHarness.Scope(), before, Cancellation);
        var after = Assert.Single(await restarted.ListAsync(TargetGroupHarness.Scope(), [member], Cancellation));

        Assert.Equal(($"web/{old.Instance.Id}:80", null), (before.Key, before.Member));
        Assert.Equal(($"web/{old.Instance.Id}:8080", member), (after.Key, after.Member));
        Assert.Equal([$"{old.Instance.Id}:8080"], harness.Web.Registered);
    }

    [Fact]
    public async Task A_drain_takes_what_is_left_at_an_earlier_port_along()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var old = await harness.LaunchAsync(80);
        await harness.JoinAsync(old);
        var member = await harness.SeenAsync(old.Instance.Id, 8080);
        await harness.JoinAsync(member);

        Assert.False((await harness.DrainAsync(member)).IsEmpty);
        Assert.Equal([$"{old.Instance.Id}:80", $"{old.Instance.Id}:8080"], harness.Web.Draining);
    }

    [Theory]
    [InlineData("initial", "Elb.InitialHealthChecking", "Initial health checks in progress", Verdict.Unknown)]
    [InlineData("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [502]", Verdict.Unhealthy)]
    [InlineData("unhealthy.draining", "Target.FailedHealthChecks", "Health checks failed", Verdict.Unhealthy)]
    [InlineData("unavailable", "Target.HealthCheckDisabled", "Health checks are not enabled for this target", Verdict.Unknown)]
    [InlineData("unused", "Target.NotInUse", "Target is in an Availability Zone that is not enabled", Verdict.Unknown)]
    [InlineData("unused", "Target.InvalidState", "Target is in the stopped state", Verdict.Unknown)]
    [InlineData("unused", "Target.IpUnusable", "Target IP address is reserved", Verdict.Unknown)]
    [InlineData("unheard-of", "New.Reason", "Something new", Verdict.Unknown)]
    public async Task What_the_checks_find_is_told_with_why(string state, string reason, string description, Verdict verdict)
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);
        harness.Web.SetHealth(member.Instance.Id.Value, 80, state, reason, description);

        var entry = Assert.Single(await harness.ListAsync(member));

        Assert.Equal(
            (member, TrafficState.Joined, verdict, $"{description} ({reason})"), (entry.Member, entry.State, entry.Verdict, entry.Detail));
    }

    [Fact]
    public async Task A_long_description_of_a_check_is_cut_to_what_a_finding_may_hold()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);
        foreach (var text in new[] { new string('x', 5000), new string('\u0007', 5000) })
        {
            harness.Web.SetHealth(member.Instance.Id.Value, 80, "unhealthy", null, text.Replace('\u0007', '\u202e'));

            Assert.InRange(Assert.Single(await harness.ListAsync(member)).Detail!.Length, 100, Finding.DetailMax);
        }
    }

    [Fact]
    public async Task One_that_does_not_run_yet_waits_and_is_registered_when_it_does()
    {
        await using var harness = await TargetGroupHarness.StartAsync(options => options.Provisioning = new(TimeSpan.FromHours(1)));
        var member = await harness.LaunchAsync() with { IsUnproven = true };
        Assert.Equal(InstanceState.Provisioning, member.Instance.State);

        await harness.JoinAsync(member);
        var waiting = Assert.Single(await harness.ListAsync(member));
        harness.Ec2.Simulator.Instances.SetState(member.Instance.Id.Value, "running", "", "");
        var running = await harness.SeenAsync(member.Instance.Id);
        var between = await harness.ListAsync(running);
        await harness.JoinAsync(running);

        Assert.Equal(
            (TrafficState.Joined, Verdict.Unknown, "it is registered when it runs"), (waiting.State, waiting.Verdict, waiting.Detail));
        Assert.Empty(between);
        Assert.Equal(TrafficState.Joined, Assert.Single(await harness.ListAsync(running)).State);
        Assert.Equal(1, harness.Calls("RegisterTargets"));
    }

    [Fact]
    public async Task One_that_waits_and_is_to_drain_is_empty_and_waits_no_more()
    {
        await using var harness = await TargetGroupHarness.StartAsync(options => options.Provisioning = new(TimeSpan.FromHours(1)));
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);

        Assert.Equal(DrainProgress.Empty, await harness.DrainAsync(member));
        Assert.Empty(await harness.ListAsync(member));
    }

    [Fact]
    public async Task What_AWS_does_not_show_yet_is_not_said_again()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);
        harness.Ec2.Options.Faults = request => request.Path is "DescribeTargetHealth" ? Shows(("draining", member)) : null;
        var still = Assert.Single(await harness.ListAsync(member));
        harness.Ec2.Options.Faults = request => request.Path is "DescribeTargetHealth" ? Shows() : null;
        var hidden = Assert.Single(await harness.ListAsync(member));
        harness.Ec2.Options.Faults = _ => null;
        var entry = Assert.Single(await harness.ListAsync(member));
        await harness.LeaveAsync(entry);
        harness.Ec2.Options.Faults = request => request.Path is "DescribeTargetHealth" ? Shows(("healthy", member)) : null;

        Assert.Equal((TrafficState.Joined, "it was registered a moment ago"), (still.State, still.Detail));
        Assert.Equal((TrafficState.Joined, "it was registered a moment ago"), (hidden.State, hidden.Detail));
        Assert.Empty(await harness.ListAsync(member));
    }

    [Fact]
    public async Task What_AWS_shows_ten_seconds_later_counts_also_against_what_was_said()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var harness = await TargetGroupHarness.StartAsync(time: clock);
        var (one, other, third) = (await harness.LaunchAsync(), await harness.LaunchAsync(), await harness.LaunchAsync());
        await harness.JoinAsync(one);
        await harness.JoinAsync(other);
        await harness.JoinAsync(third);
        await harness.LeaveAsync(new($"web/{third.Instance.Id}:80", third, TrafficState.Joined));
        clock.Advance(TimeSpan.FromSeconds(11));

        // Somebody else took one out, the other is not there at all, and the third is back.
        harness.Ec2.Options.Faults = request => request.Path is "DescribeTargetHealth"
            ? Shows(("draining", one), ("healthy", third))
            : null;
        var entries = await harness.ListAsync(one, other, third);

        Assert.Equal(
            [(one, TrafficState.Draining), (third, TrafficState.Joined)], entries.Select(entry => (entry.Member!, entry.State)));
    }

    [Fact]
    public async Task A_drain_goes_by_the_targets_that_it_asked_about_whatever_else_is_answered()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var (mine, theirs) = (await harness.LaunchAsync(), await harness.LaunchAsync());
        await using var other = harness.Open();
        await other.JoinAsync(TargetGroupHarness.Scope(group: 2), theirs, Cancellation);

        harness.Ec2.Options.Faults = request => request.Path is "DescribeTargetHealth" ? Shows(("healthy", theirs)) : null;

        Assert.Equal(DrainProgress.Empty, await harness.DrainAsync(mine));
        Assert.Equal([$"{theirs.Instance.Id}:80"], harness.Web.Registered);
    }

    [Fact]
    public async Task A_target_group_is_named_by_its_ARN_as_well()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        var scope = TargetGroupHarness.Scope(harness.Web.Arn);

        await harness.Source.JoinAsync(scope, member, Cancellation);

        Assert.Equal(
            $"web/{member.Instance.Id}:80", Assert.Single(await harness.Source.ListAsync(scope, [member], Cancellation)).Key);
        Assert.Equal([$"{member.Instance.Id}:80"], harness.Web.Registered);
    }

    [Fact]
    public async Task A_target_group_by_its_name_and_by_its_ARN_is_one_place()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var (name, arn) = (TargetGroupHarness.Scope("web"), TargetGroupHarness.Scope(harness.Web.Arn));

        Assert.True(await harness.Source.IsSamePlaceAsync(name, arn.Use, Cancellation));
        await Assert.ThrowsAsync<CloudException>(
            () => harness.Source.IsSamePlaceAsync(name, TargetGroupHarness.Scope("nobody").Use, Cancellation));
    }

    private static Fault.Answer Refused(string code, string message) =>
        new(400, Refusals.Xml(code, message), ContentType: "text/xml");

    private static Fault.Answer Shows(params (string State, TrafficMember Member)[] targets) => new(
        200,
        "<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions>"
        + string.Concat(targets.Select(target =>
            $"<member><Target><Id>{target.Member.Instance.Id}</Id><Port>80</Port></Target>"
            + $"<TargetHealth><State>{target.State}</State></TargetHealth></member>"))
        + "</TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>",
        ContentType: "text/xml");
}
