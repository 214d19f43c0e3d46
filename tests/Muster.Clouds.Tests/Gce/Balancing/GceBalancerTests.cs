using Muster.Core.Health;
using Muster.Core.Traffic;

namespace Muster.Clouds.Tests.Gce.Balancing;

public sealed class GceBalancerTests
{
    [Fact]
    public async Task Opening_it_calls_nothing()
    {
        await using var rig = await BalancerRig.StartAsync();

        Assert.Empty(rig.Harness.Simulator.Calls);
    }

    [Fact]
    public async Task A_member_joins_the_group_of_its_own_zone()
    {
        await using var rig = await BalancerRig.StartAsync();
        var (one, other) = (await rig.LaunchAsync(), await rig.LaunchAsync(BalancerRig.OtherZone));
        Assert.Empty(await rig.ListAsync(one, other));

        await rig.JoinAsync(one);
        await rig.JoinAsync(other);

        var here = Assert.Single(rig.Groups.EndpointsOf(BalancerRig.Zone, BalancerRig.Backend));
        Assert.Equal(
            (one.Instance.Name, one.Instance.Addresses[0], 8080, Local.Requests.Group.ToString()),
            (here.Instance, here.Address, here.Port, here.Annotations["muster-group"]));
        Assert.Equal(
            other.Instance.Name, Assert.Single(rig.Groups.EndpointsOf(BalancerRig.OtherZone, BalancerRig.Backend)).Instance);
        var entries = await rig.ListAsync(one, other);
        Assert.Equal([one, other], entries.Select(entry => entry.Member));
        Assert.All(
            entries,
            entry => Assert.Equal(
                (TrafficState.Joined, Verdict.Healthy, "Google says HEALTHY"), (entry.State, entry.Verdict, entry.Detail)));
        Assert.Equal($"web/us-central1-a/{one.Instance.Name}/{one.Address}", entries[0].Key);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_that_is_said_twice_is_as_if_it_were_said_once(bool isStrict)
    {
        await using var rig = await BalancerRig.StartAsync(options => options.EndpointsAreStrict = isStrict);
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);

        await rig.JoinAsync(member);
        Assert.Equal([8080], rig.PortsOf(member));
        var entry = Assert.Single(await rig.ListAsync(member));
        await rig.LeaveAsync(entry);
        await rig.LeaveAsync(entry);

        Assert.Empty(rig.PortsOf(member));
        Assert.Empty(await rig.ListAsync(member));
    }

    [Fact]
    public async Task A_drain_detaches_and_then_waits_for_the_settle_time()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        await rig.ListAsync(member);

        var first = await rig.DrainAsync(member);
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        var second = await rig.DrainAsync(member);
        rig.Time.Advance(TimeSpan.FromSeconds(20));
        var last = await rig.DrainAsync(member);

        Assert.Empty(rig.PortsOf(member));
        Assert.Equal((false, BalancerRig.Settle), (first.IsEmpty, first.LookIn));
        Assert.Equal((false, TimeSpan.FromSeconds(20)), (second.IsEmpty, second.LookIn));
        Assert.True(last.IsEmpty);
        Assert.Equal(1, rig.Calls("POST detachNetworkEndpoints"));
    }

    [Fact]
    public async Task What_Google_shows_as_draining_is_not_empty()
    {
        await using var rig = await BalancerRig.StartAsync(options => options.EndpointDraining = TimeSpan.FromMinutes(2));
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        await rig.DrainAsync(member);

        rig.Time.Advance(TimeSpan.FromMinutes(1));
        var shown = Assert.Single(await rig.ListAsync(member));
        var during = await rig.DrainAsync(member);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        var after = await rig.DrainAsync(member);

        Assert.Equal((member, TrafficState.Draining, Verdict.Unknown), (shown.Member, shown.State, shown.Verdict));
        Assert.Equal((false, TimeSpan.FromSeconds(5), "Google drains it"), (during.IsEmpty, during.LookIn, during.Detail));
        Assert.True(after.IsEmpty);
        Assert.Equal(1, rig.Calls("POST detachNetworkEndpoints"));
    }

    [Fact]
    public async Task A_drain_that_is_cancelled_attaches_again_also_while_it_is_shown_as_draining()
    {
        await using var rig = await BalancerRig.StartAsync(options => options.EndpointDraining = TimeSpan.FromMinutes(2));
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        await rig.DrainAsync(member);

        await rig.JoinAsync(member);

        Assert.Equal(TrafficState.Joined, Assert.Single(await rig.ListAsync(member)).State);
        Assert.Equal([8080], rig.PortsOf(member));
        Assert.Equal(BalancerRig.Settle, (await rig.DrainAsync(member)).LookIn);
        Assert.Empty(rig.PortsOf(member));
    }

    [Fact]
    public async Task One_that_never_joined_is_empty_as_soon_as_nobody_can_have_detached_it_a_moment_ago()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        await rig.ListAsync(member);

        var justStarted = await rig.DrainAsync(member);
        rig.Time.Advance(BalancerRig.Settle);

        Assert.Equal((false, BalancerRig.Settle), (justStarted.IsEmpty, justStarted.LookIn));
        Assert.True((await rig.DrainAsync(member)).IsEmpty);
        var late = await rig.LaunchAsync();
        Assert.True((await rig.DrainAsync(late)).IsEmpty);
        Assert.Equal(0, rig.Calls("POST detachNetworkEndpoints"));
    }

    [Fact]
    public async Task After_a_restart_in_the_middle_of_a_drain_the_settle_time_is_waited_for_once_more()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        await rig.DrainAsync(member);
        rig.Time.Advance(BalancerRig.Settle - TimeSpan.FromSeconds(1));

        rig.Restart();
        await rig.ListAsync(member);
        var again = await rig.DrainAsync(member);
        rig.Time.Advance(BalancerRig.Settle);

        Assert.Equal((false, BalancerRig.Settle), (again.IsEmpty, again.LookIn));
        Assert.True((await rig.DrainAsync(member)).IsEmpty);
    }

    [Fact]
    public async Task A_group_that_was_another_server_s_meanwhile_is_looked_at_anew()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        await rig.ListAsync(member);

        // Another server has taken the member out a moment ago.
        rig.Time.Advance(TimeSpan.FromMinutes(10));
        rig.Groups.Take(BalancerRig.Zone, BalancerRig.Backend, member.Instance.Name);
        await rig.ListAsync(member);

        Assert.Equal(BalancerRig.Settle, (await rig.DrainAsync(member)).LookIn);
    }

    [Fact]
    public async Task What_others_put_there_is_never_listed_and_never_touched()
    {
        await using var rig = await BalancerRig.StartAsync();
        var (member, stranger) = (await rig.LaunchAsync(), await rig.LaunchAsync());
        rig.Groups.Put(BalancerRig.Zone, BalancerRig.Backend, BalancerRig.ByHand(stranger, 8080));
        rig.Groups.Put(BalancerRig.Zone, BalancerRig.Backend, BalancerRig.ByHand(member, 9090));
        await rig.JoinAsync(member);

        Assert.Equal(member, Assert.Single(await rig.ListAsync(member)).Member);
        await rig.DrainAsync(member);

        Assert.Equal([9090], rig.PortsOf(member));
        Assert.Equal([8080], rig.PortsOf(stranger));
        Assert.Empty(await rig.ListAsync(member));
    }

    [Fact]
    public async Task What_a_person_attached_where_a_member_takes_its_traffic_is_the_member_s()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        rig.Groups.Put(BalancerRig.Zone, BalancerRig.Backend, BalancerRig.ByHand(member, 8080));

        var entry = Assert.Single(await rig.ListAsync(member));
        Assert.Equal((member, TrafficState.Joined), (entry.Member, entry.State));
        await rig.DrainAsync(member);

        Assert.Empty(rig.PortsOf(member));
    }

    [Fact]
    public async Task Another_port_is_attached_before_the_earlier_one_is_detached()
    {
        await using var rig = await BalancerRig.StartAsync();
        var before = await rig.LaunchAsync();
        await rig.JoinAsync(before);
        var member = BalancerRig.Member(before.Instance, 9090);

        var leftover = Assert.Single(await rig.ListAsync(member));
        await rig.JoinAsync(member);
        var both = rig.PortsOf(member).Order().ToArray();
        await rig.LeaveAsync(leftover);

        Assert.Null(leftover.Member);
        Assert.Equal([8080, 9090], both);
        Assert.Equal([9090], rig.PortsOf(member));
    }

    [Fact]
    public async Task A_drain_takes_out_the_earlier_port_as_well()
    {
        await using var rig = await BalancerRig.StartAsync();
        var before = await rig.LaunchAsync();
        await rig.JoinAsync(before);
        var member = BalancerRig.Member(before.Instance, 9090);
        await rig.JoinAsync(member);

        await rig.DrainAsync(member);

        Assert.Empty(rig.PortsOf(member));
        Assert.Equal(1, rig.Calls("POST detachNetworkEndpoints"));
    }

    [Theory]
    [InlineData("", TrafficState.Joined, Verdict.Unknown, null)]
    [InlineData("HEALTHY", TrafficState.Joined, Verdict.Healthy, "Google says HEALTHY")]
    [InlineData("UNHEALTHY", TrafficState.Joined, Verdict.Unhealthy, "Google says UNHEALTHY")]
    [InlineData("UNKNOWN", TrafficState.Joined, Verdict.Unknown, "Google says UNKNOWN")]
    [InlineData("DRAINING", TrafficState.Draining, Verdict.Unknown, "Google says DRAINING")]
    [InlineData("UNHEALTHY HEALTHY", TrafficState.Joined, Verdict.Healthy, "Google says UNHEALTHY, HEALTHY")]
    [InlineData("UNHEALTHY UNKNOWN", TrafficState.Joined, Verdict.Unhealthy, "Google says UNHEALTHY, UNKNOWN")]
    [InlineData("UNHEALTHY UNHEALTHY", TrafficState.Joined, Verdict.Unhealthy, "Google says UNHEALTHY, UNHEALTHY")]
    [InlineData("DRAINING HEALTHY", TrafficState.Joined, Verdict.Healthy, "Google says DRAINING, HEALTHY")]
    [InlineData("DRAINING UNHEALTHY", TrafficState.Draining, Verdict.Unhealthy, "Google says DRAINING, UNHEALTHY")]
    [InlineData("<b>NEW</b>", TrafficState.Joined, Verdict.Unknown, null)]
    public async Task What_each_backend_service_says_becomes_one_word(string healths, TrafficState state, Verdict verdict, string? detail)
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        rig.Groups.Put(
            BalancerRig.Zone, BalancerRig.Backend,
            BalancerRig.ByHand(member, 8080) with { Healths = [.. healths.Split(' ', StringSplitOptions.RemoveEmptyEntries)] });

        var entry = Assert.Single(await rig.ListAsync(member));

        Assert.Equal((state, verdict, detail), (entry.State, entry.Verdict, entry.Detail));
    }

    [Fact]
    public async Task A_service_without_capacity_does_not_have_its_members_attached_for_ever()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        var endpoint = Assert.Single(rig.Groups.EndpointsOf(BalancerRig.Zone, BalancerRig.Backend));
        rig.Groups.Put(BalancerRig.Zone, BalancerRig.Backend, endpoint with { Healths = ["DRAINING"] });

        Assert.Equal(TrafficState.Joined, Assert.Single(await rig.ListAsync(member)).State);
        await rig.DrainAsync(member);

        Assert.Empty(rig.PortsOf(member));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_service_that_loses_its_capacity_has_its_members_attached_once_more_and_no_more(bool isStrict)
    {
        await using var rig = await BalancerRig.StartAsync(options => options.EndpointsAreStrict = isStrict);
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        await rig.ListAsync(member);
        var endpoint = Assert.Single(rig.Groups.EndpointsOf(BalancerRig.Zone, BalancerRig.Backend));
        rig.Groups.Put(BalancerRig.Zone, BalancerRig.Backend, endpoint with { Healths = ["DRAINING"] });

        var before = Assert.Single(await rig.ListAsync(member));
        await rig.JoinAsync(member);
        rig.Groups.Put(BalancerRig.Zone, BalancerRig.Backend, endpoint with { Healths = ["DRAINING"] });
        var after = Assert.Single(await rig.ListAsync(member));
        var again = Assert.Single(await rig.ListAsync(member));

        Assert.Equal(
            (TrafficState.Draining, TrafficState.Joined, TrafficState.Joined), (before.State, after.State, again.State));
    }

    [Fact]
    public async Task A_member_that_somebody_else_detached_is_shown_as_draining_and_attached_again()
    {
        await using var rig = await BalancerRig.StartAsync(options => options.EndpointDraining = TimeSpan.FromMinutes(30));
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        await rig.ListAsync(member);
        var endpoint = Assert.Single(rig.Groups.EndpointsOf(BalancerRig.Zone, BalancerRig.Backend));
        rig.Groups.Put(BalancerRig.Zone, BalancerRig.Backend, endpoint with { IsDraining = true });

        var shown = Assert.Single(await rig.ListAsync(member));
        await rig.JoinAsync(member);

        Assert.Equal(TrafficState.Draining, shown.State);
        Assert.Equal(TrafficState.Joined, Assert.Single(await rig.ListAsync(member)).State);
        Assert.Equal([8080], rig.PortsOf(member));
    }

    [Fact]
    public async Task What_somebody_else_detached_a_moment_ago_has_the_settle_time_before_it_is_empty()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        rig.Restart();
        await rig.ListAsync(member);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.ListAsync(member);
        rig.Groups.Take(BalancerRig.Zone, BalancerRig.Backend, member.Instance.Name);

        var first = await rig.DrainAsync(member);
        rig.Time.Advance(BalancerRig.Settle);

        Assert.Equal((false, BalancerRig.Settle), (first.IsEmpty, first.LookIn));
        Assert.True((await rig.DrainAsync(member)).IsEmpty);
    }

    [Fact]
    public async Task An_endpoint_goes_with_its_instance()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);

        await rig.Harness.Cloud.TerminateAsync(member.Instance.Id, BalancerRig.Cancellation);

        Assert.Empty(await rig.ListAsync());
        Assert.Empty(rig.Groups.EndpointsOf(BalancerRig.Zone, BalancerRig.Backend));
    }

    [Fact]
    public async Task A_group_that_uses_it_no_more_finds_all_that_it_attached_after_a_restart_too()
    {
        await using var rig = await BalancerRig.StartAsync();
        var (one, other) = (await rig.LaunchAsync(), await rig.LaunchAsync(BalancerRig.OtherZone));
        await rig.JoinAsync(one);
        await rig.JoinAsync(other);
        rig.Groups.Put(
            BalancerRig.Zone, BalancerRig.Backend,
            BalancerRig.ByHand(one, 1) with { Annotations = BalancerRig.MarkOf("55555555-5555-4555-8555-555555555555") });

        rig.Restart();
        var entries = await rig.ListAsync();
        foreach (var entry in entries)
        {
            await rig.LeaveAsync(entry);
        }

        Assert.All(entries, entry => Assert.Null(entry.Member));
        Assert.Equal(2, entries.Length);
        Assert.Equal([1], rig.PortsOf(one));
        Assert.Empty(rig.PortsOf(other));
    }

    [Fact]
    public async Task A_look_is_one_call_a_zone_where_members_are()
    {
        await using var rig = await BalancerRig.StartAsync();
        var (one, other) = (await rig.LaunchAsync(), await rig.LaunchAsync(BalancerRig.OtherZone));
        await rig.JoinAsync(one);
        await rig.ListAsync(one, other);
        var (looks, all) = (rig.Calls("POST listNetworkEndpoints"), rig.Harness.Simulator.Calls.Values.Sum());

        await rig.ListAsync(one, other);
        await rig.ListAsync(one);

        Assert.Equal(looks + 3, rig.Calls("POST listNetworkEndpoints"));
        Assert.Equal(all + 3, rig.Harness.Simulator.Calls.Values.Sum());
    }

    [Fact]
    public async Task A_listing_is_read_to_its_last_page()
    {
        await using var rig = await BalancerRig.StartAsync(options => options.PageMax = 2);
        var members = new List<TrafficMember>();
        for (var i = 0; i < 5; i++)
        {
            members.Add(await rig.LaunchAsync());
            await rig.JoinAsync(members[i]);
        }

        Assert.Equal(5, (await rig.ListAsync([.. members])).Length);
    }
}
