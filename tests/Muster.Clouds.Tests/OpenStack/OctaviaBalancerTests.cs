using System.Collections.Immutable;
using System.Net;

using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Health;
using Muster.Core.Instances;
using Muster.Core.Traffic;
using Muster.Simulators.Kit;
using Muster.Simulators.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>Instances as members of Octavia's pools.</summary>
public sealed class OctaviaBalancerTests
{
    private static readonly Guid Pool = Guid.Parse(Catalogue.PoolId);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_member_joins_once_and_is_found_by_its_name()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        var member = Member(1);

        Assert.Empty(await source.ListAsync(Scope(), [member], Cancellation));
        await source.JoinAsync(Scope(), member, Cancellation);
        await source.JoinAsync(Scope(), member, Cancellation);

        var made = Assert.Single(harness.Simulator.Balancers.Members);
        Assert.Equal(("10.0.0.1", 8080, 1, true), (made.Address, made.Port, made.Weight, made.IsEnabled));
        Assert.Equal($"muster-{Scope().Group.Value:N}-{member.Instance.Id}", made.Name);
        var entry = Assert.Single(await source.ListAsync(Scope(), [member], Cancellation));
        Assert.Equal((made.Id.ToString(), member, TrafficState.Joined), (entry.Key, entry.Member, entry.State));
        Assert.Equal(1, harness.Simulator.Calls[("POST members", 201)]);
    }

    [Fact]
    public async Task A_member_is_told_the_subnet_of_the_configuration_and_a_subnet_that_is_not_there_is_refused()
    {
        await using var harness = await OpenStackHarness.StartAsync(null, ("member_subnet", Catalogue.SubnetId));
        await using var source = Open(harness);
        await using var elsewhere = await OpenStackHarness.StartAsync(null, ("member_subnet", Catalogue.NetworkId));
        await using var lost = Open(elsewhere);

        await source.JoinAsync(Scope(), Member(1), Cancellation);
        var refused = await Assert.ThrowsAsync<CloudException>(() => lost.JoinAsync(Scope(), Member(1), Cancellation));

        Assert.Equal(Catalogue.SubnetId, Assert.Single(harness.Simulator.Balancers.Members).Subnet);
        Assert.Equal(
            (CloudErrorKind.InvalidRequest, $"add 10.0.0.1:8080 to pool web: 400: Subnet {Catalogue.NetworkId} not found."),
            (refused.Kind, refused.Message));
    }

    [Theory]
    [InlineData(Catalogue.PoolId)]
    [InlineData("4029D267-3983-4224-A3D0-AFB3FE16A2CD")]
    public async Task A_pool_may_be_named_by_its_id(string backend)
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);

        await source.JoinAsync(Scope(backend: backend), Member(1), Cancellation);

        Assert.Single(harness.Simulator.Balancers.Members);
    }

    [Fact]
    public async Task A_drain_is_over_when_what_was_open_has_had_its_time()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var harness = await OpenStackHarness.StartAsync(
            clock, options => options.Balancing = new(TimeSpan.FromSeconds(5)));
        await using var source = Open(harness);
        var member = Member(1);
        await source.JoinAsync(Scope(), member, Cancellation);
        clock.Advance(TimeSpan.FromSeconds(6));

        var told = await source.DrainAsync(Scope(), member, Cancellation);
        var telling = await source.DrainAsync(Scope(), member, Cancellation);
        Assert.Equal((false, false), (told.IsEmpty, telling.IsEmpty));
        Assert.Equal(0, Assert.Single(harness.Simulator.Balancers.Members).Weight);
        Assert.Equal(TrafficState.Draining, Assert.Single(await source.ListAsync(Scope(), [member], Cancellation)).State);

        // The time runs from when the load balancer knows of it.
        clock.Advance(TimeSpan.FromSeconds(6));
        var settling = await source.DrainAsync(Scope(), member, Cancellation);
        Assert.Equal((false, TimeSpan.FromSeconds(30)), (settling.IsEmpty, settling.LookIn));
        Assert.Equal("what is open has 30 s left", settling.Detail);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False((await source.DrainAsync(Scope(), member, Cancellation)).IsEmpty);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await source.DrainAsync(Scope(), member, Cancellation)).IsEmpty);
        Assert.Equal(1, harness.Simulator.Calls[("PUT members", 200)]);
    }

    [Fact]
    public async Task Of_one_that_is_not_there_nothing_is_drained()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);

        Assert.True((await source.DrainAsync(Scope(), Member(1), Cancellation)).IsEmpty);
    }

    [Fact]
    public async Task A_drain_that_is_cancelled_gives_the_member_its_weight_back_and_the_next_one_begins_anew()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var harness = await OpenStackHarness.StartAsync(clock);
        await using var source = Open(harness);
        var member = Member(1);
        await source.JoinAsync(Scope(), member, Cancellation);
        await source.DrainAsync(Scope(), member, Cancellation);
        await source.DrainAsync(Scope(), member, Cancellation);
        clock.Advance(TimeSpan.FromMinutes(1));

        await source.JoinAsync(Scope(), member, Cancellation);

        Assert.Equal(1, Assert.Single(harness.Simulator.Balancers.Members).Weight);
        Assert.Equal(TrafficState.Joined, Assert.Single(await source.ListAsync(Scope(), [member], Cancellation)).State);
        await source.DrainAsync(Scope(), member, Cancellation);
        Assert.False((await source.DrainAsync(Scope(), member, Cancellation)).IsEmpty);
    }

    [Fact]
    public async Task Whoever_is_gone_is_listed_as_nobody_s_and_leaves_and_a_second_time_is_no_failure()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        await source.JoinAsync(Scope(), Member(1), Cancellation);

        var entry = Assert.Single(await source.ListAsync(Scope(), [], Cancellation));
        Assert.Null(entry.Member);
        await source.LeaveAsync(Scope(), entry, Cancellation);
        await source.LeaveAsync(Scope(), entry, Cancellation);

        Assert.Empty(harness.Simulator.Balancers.Members);
        Assert.Equal(1, harness.Simulator.Calls[("DELETE members", 404)]);
    }

    [Fact]
    public async Task Members_of_others_and_of_other_groups_are_left_alone()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        var byHand = harness.Simulator.Balancers.AddMember(Pool, "muster-by-hand", "10.0.0.9", 8080);
        await source.JoinAsync(Scope(group: 2), Member(2), Cancellation);
        await source.JoinAsync(Scope(), Member(1), Cancellation);

        var entry = Assert.Single(await source.ListAsync(Scope(), [Member(1), Member(2)], Cancellation));
        Assert.Equal(Member(1).Instance.Id, entry.Member!.Instance.Id);
        Assert.True((await source.DrainAsync(Scope(), Member(2), Cancellation)).IsEmpty);
        await source.LeaveAsync(Scope(), entry, Cancellation);

        Assert.Equal(["10.0.0.9", "10.0.0.2"], harness.Simulator.Balancers.Members.Select(one => one.Address));
        Assert.Contains(byHand, harness.Simulator.Balancers.Members);
    }

    [Fact]
    public async Task An_address_that_somebody_else_put_there_is_refused_and_not_taken_over()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        var byHand = harness.Simulator.Balancers.AddMember(Pool, "blue", "10.0.0.1", 8080);

        var error = await Assert.ThrowsAsync<CloudException>(() => source.JoinAsync(Scope(), Member(1), Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Equal(
            $"pool web has 10.0.0.1:8080 already, as member {byHand.Id} ('blue'), which Muster did not make and leaves alone: "
            + $"openstack loadbalancer member delete {Catalogue.PoolId} {byHand.Id} makes room",
            error.Message);
        Assert.Equal([byHand], harness.Simulator.Balancers.Members);
    }

    [Fact]
    public async Task An_address_that_a_dead_instance_of_Muster_s_still_has_is_waited_for()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        await source.JoinAsync(Scope(), Member(1), Cancellation);
        var heir = Member(2) with { Address = Member(1).Address };

        var error = await Assert.ThrowsAsync<CloudException>(() => source.JoinAsync(Scope(), heir, Cancellation));
        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        await source.LeaveAsync(Scope(), Assert.Single(await source.ListAsync(Scope(), [heir], Cancellation)), Cancellation);
        await source.JoinAsync(Scope(), heir, Cancellation);

        Assert.EndsWith(heir.Instance.Id.Value, Assert.Single(harness.Simulator.Balancers.Members).Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_moved_is_made_anew()
    {
        await using var harness = await OpenStackHarness.StartAsync(
            options => options.Balancing = new(TimeSpan.FromMilliseconds(100)));
        await using var source = Open(harness);
        await source.JoinAsync(Scope(), Member(1), Cancellation);
        var moved = Member(1) with { Address = new(IPAddress.Parse("10.0.0.1"), 9090) };
        Assert.Equal(TrafficState.Out, Assert.Single(await source.ListAsync(Scope(), [moved], Cancellation)).State);

        await source.JoinAsync(Scope(), moved, Cancellation);

        Assert.Equal(9090, Assert.Single(harness.Simulator.Balancers.Members, one => one.Provisioning is not "PENDING_DELETE").Port);
    }

    [Fact]
    public async Task Of_two_members_of_one_instance_the_one_that_does_not_fit_is_nobody_s()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        var member = Member(1);
        var name = $"muster-{Scope().Group.Value:N}-{member.Instance.Id}";
        var old = harness.Simulator.Balancers.AddMember(Pool, name, "10.0.9.9", 8080);
        var own = harness.Simulator.Balancers.AddMember(Pool, name, "10.0.0.1", 8080);

        var entries = await source.ListAsync(Scope(), [member], Cancellation);

        Assert.Equal(
            [(own.Id.ToString(), true), (old.Id.ToString(), false)], entries.Select(entry => (entry.Key, entry.Member is not null)));
    }

    [Fact]
    public async Task Many_that_join_at_once_come_one_after_another_and_none_fails()
    {
        await using var harness = await OpenStackHarness.StartAsync(
            options => options.Balancing = new(TimeSpan.FromMilliseconds(100)));
        await using var source = Open(harness);

        await Task.WhenAll(Enumerable.Range(1, 8).Select(number => source.JoinAsync(Scope(), Member(number), Cancellation)));

        Assert.Equal(8, harness.Simulator.Balancers.Members.Length);
        Assert.Equal(8, harness.Simulator.Calls[("POST members", 201)]);

        // Each found the change before it under way, and asked once more: nobody else asked meanwhile.
        Assert.InRange(harness.Simulator.Calls.GetValueOrDefault(("POST members", 409)), 1, 7);
    }

    [Fact]
    public async Task A_load_balancer_that_takes_no_change_at_all_is_told_with_where_to_look()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var harness = await OpenStackHarness.StartAsync(clock);
        await using var source = Open(harness);
        harness.Simulator.Balancers.SetBroken(Guid.Parse(Catalogue.BalancerId), isBroken: true);

        CloudException[] errors =
        [
            .. await Task.WhenAll(Enumerable.Range(1, 2).Select(number => AdvancingAsync(
                clock, Assert.ThrowsAsync<CloudException>(() => source.JoinAsync(Scope(), Member(number), Cancellation))))),
        ];

        Assert.All(errors, error => Assert.Equal(
            (CloudErrorKind.Unavailable, TimeSpan.FromSeconds(2)), (error.Kind, error.RetryAfter!.Value)));
        Assert.All(errors, error => Assert.EndsWith(
            $"the load balancer has taken no change for 45 s: openstack loadbalancer show {Catalogue.BalancerId}", error.Message,
            StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Message.Contains("is immutable and cannot be updated.", StringComparison.Ordinal));

        // From then on one refusal is enough: the clock stands still.
        await Assert.ThrowsAsync<CloudException>(() => source.JoinAsync(Scope(), Member(1), Cancellation));

        harness.Simulator.Balancers.SetBroken(Guid.Parse(Catalogue.BalancerId), isBroken: false);
        await source.JoinAsync(Scope(), Member(1), Cancellation);
        Assert.Single(harness.Simulator.Balancers.Members);
    }

    [Fact]
    public async Task A_member_whose_answer_was_lost_is_not_made_twice()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        harness.Options.Faults = request => request is { Method: "POST", Path: not "identity/auth/tokens" } ? new Fault.LostAnswer() : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => source.JoinAsync(Scope(), Member(1), Cancellation));
        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        harness.Options.Faults = _ => null;
        Assert.Equal(TrafficState.Joined, Assert.Single(await source.ListAsync(Scope(), [Member(1)], Cancellation)).State);
        await source.JoinAsync(Scope(), Member(1), Cancellation);

        Assert.Single(harness.Simulator.Balancers.Members);
    }

    [Theory]
    [InlineData("ONLINE", Verdict.Healthy, null)]
    [InlineData("ERROR", Verdict.Unhealthy, "the pool's health monitor finds it down (operating_status ERROR)")]
    [InlineData("OFFLINE", Verdict.Unknown, null)]
    [InlineData("NO_MONITOR", Verdict.Unknown, "the pool has no health monitor")]
    public async Task What_the_health_monitor_finds_is_told(string found, Verdict verdict, string? detail)
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        await source.JoinAsync(Scope(), Member(1), Cancellation);
        harness.Simulator.Balancers.Change(harness.Simulator.Balancers.Members[0].Id, one => one with { Found = found });

        var entry = Assert.Single(await source.ListAsync(Scope(), [Member(1)], Cancellation));

        Assert.Equal((verdict, detail), (entry.Verdict, entry.Detail));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_that_could_not_be_set_up_or_was_switched_off_is_told_again(bool isFailed)
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        await source.JoinAsync(Scope(), Member(1), Cancellation);
        harness.Simulator.Balancers.Change(
            harness.Simulator.Balancers.Members[0].Id,
            one => isFailed ? one with { Provisioning = "ERROR" } : one with { IsEnabled = false });

        var entry = Assert.Single(await source.ListAsync(Scope(), [Member(1)], Cancellation));
        await source.JoinAsync(Scope(), Member(1), Cancellation);

        Assert.Equal(TrafficState.Out, entry.State);
        Assert.Equal(isFailed ? "Octavia could not set it up (provisioning_status ERROR)" : null, entry.Detail);
        var member = Assert.Single(harness.Simulator.Balancers.Members);
        Assert.Equal((true, "ACTIVE", 1), (member.IsEnabled, member.Provisioning, member.Weight));
    }

    [Fact]
    public async Task One_that_is_going_is_not_there()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        await source.JoinAsync(Scope(), Member(1), Cancellation);
        harness.Simulator.Balancers.Change(
            harness.Simulator.Balancers.Members[0].Id, one => one with { Provisioning = "PENDING_DELETE" });

        Assert.Empty(await source.ListAsync(Scope(), [Member(1)], Cancellation));
    }

    [Fact]
    public async Task A_pool_of_several_pages_is_read_whole()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.PageMax = 2);
        await using var source = Open(harness);
        TrafficMember[] members = [.. Enumerable.Range(1, 4).Select(number => Member(number))];
        foreach (var member in members)
        {
            await source.JoinAsync(Scope(), member, Cancellation);
        }

        Assert.Equal(4, (await source.ListAsync(Scope(), [.. members], Cancellation)).Length);
    }

    [Fact]
    public async Task A_pool_that_there_is_not_is_refused_without_a_word_on_those_that_there_are()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        harness.Simulator.Balancers.AddPool("api");

        // They may be others' than the account's that is told.
        foreach (var backend in new[] { "www", "11111111-1111-4111-8111-111111111111" })
        {
            Assert.Equal(
                $"backend is '{backend}': the project has no such pool: who may see the project lists its pools with "
                + "`openstack loadbalancer pool list`",
                await RefusalAsync(source, Scope(backend: backend)));
        }
    }

    [Fact]
    public async Task A_pool_by_its_name_and_by_its_id_is_one_place()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        var other = harness.Simulator.Balancers.AddPool("api");

        Assert.True(await source.IsSamePlaceAsync(Scope(), Scope(backend: Catalogue.PoolId).Use, Cancellation));
        Assert.False(await source.IsSamePlaceAsync(Scope(), Scope(backend: other.Id.ToString()).Use, Cancellation));
        await Assert.ThrowsAsync<CloudException>(() => source.IsSamePlaceAsync(Scope(), Scope(backend: "www").Use, Cancellation));
    }

    [Fact]
    public async Task Two_pools_of_one_name_are_refused_with_their_ids()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        var other = harness.Simulator.Balancers.AddPool(Catalogue.Pool);

        var told = await RefusalAsync(source, Scope());

        string[] ids = [Catalogue.PoolId, other.Id.ToString()];
        Assert.Equal(
            $"backend is 'web': several pools have that name; give the id of one: {string.Join(", ", ids.Order(StringComparer.Ordinal))}",
            told);
    }

    [Fact]
    public async Task A_pool_that_is_made_anew_is_found_anew()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        await using var source = Open(harness);
        await source.JoinAsync(Scope(), Member(1), Cancellation);
        harness.Simulator.Balancers.RemovePool(Pool);

        var error = await Assert.ThrowsAsync<CloudException>(() => source.ListAsync(Scope(), [], Cancellation));
        Assert.Equal(CloudErrorKind.NotFound, error.Kind);
        harness.Simulator.Balancers.AddPool(Catalogue.Pool);
        await source.JoinAsync(Scope(), Member(1), Cancellation);

        Assert.Single(await source.ListAsync(Scope(), [Member(1)], Cancellation));
    }

    [Fact]
    public async Task An_OpenStack_without_load_balancers_says_so()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.HasBalancers = false);
        await using var source = Open(harness);

        var error = await Assert.ThrowsAsync<CloudException>(() => source.ListAsync(Scope(), [], Cancellation));

        Assert.Equal(
            (CloudErrorKind.Unauthorized,
                "the catalogue has no load balancer service: has the token a project, and this cloud such a service?"),
            (error.Kind, error.Message));
    }

    [Fact]
    public async Task A_user_who_may_only_look_and_a_quota_that_is_met_are_told_so()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.MembersMax = 0);
        await using var source = Open(harness);

        var full = await Assert.ThrowsAsync<CloudException>(() => source.JoinAsync(Scope(), Member(1), Cancellation));
        harness.Simulator.AddUser(new(OpenStackHarness.User, OpenStackHarness.Password, ["reader"]));
        harness.Simulator.RevokeTokens();
        var refused = await Assert.ThrowsAsync<CloudException>(() => source.JoinAsync(Scope(), Member(1), Cancellation));

        Assert.Equal((CloudErrorKind.QuotaExceeded, CloudErrorKind.Unauthorized), (full.Kind, refused.Kind));
        Assert.Equal("add 10.0.0.1:8080 to pool web: 403: Quota has been met for resources: member", full.Message);
        Assert.StartsWith(
            "add 10.0.0.1:8080 to pool web: 403: Policy does not allow this request to be performed.", refused.Message,
            StringComparison.Ordinal);
    }

    private static ITrafficSource Open(OpenStackHarness harness) =>
        ((IBalancingCloud)harness.Cloud).OpenBalancer(new(TimeSpan.FromSeconds(30)));

    private static TrafficScope Scope(int group = 1, string backend = Catalogue.Pool) => new(
        new(new Guid(group, 0, 0, [0x80, 0, 0, 0, 0, 0, 0, 0])), default, $"web{group}",
        new() { Source = "edge", Backend = backend, Port = 8080 });

    [Fact]
    public async Task A_check_of_the_cloud_tells_whether_pools_may_be_looked_at()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var cloud = (IBalancingCloud)harness.Cloud;

        var good = await cloud.CheckBalancersAsync(Cancellation);
        harness.Simulator.Balancers.RemovePool(Pool);
        var empty = await cloud.CheckBalancersAsync(Cancellation);
        harness.Options.Faults = request => request.Path.EndsWith("/pools", StringComparison.Ordinal)
            ? new Fault.Answer(403, """{"faultcode":"Client","faultstring":"Policy does not allow this request to be performed."}""")
            : null;
        var refused = await cloud.CheckBalancersAsync(Cancellation);

        Assert.Equal(new CloudStep("load balancers", IsGood: true, "the user may look at pools"), good);
        Assert.Equal(
            new CloudStep("load balancers", IsGood: true, "the user may look at pools, of which the project has none yet"), empty);
        Assert.False(refused.IsGood);
        Assert.StartsWith(
            "the user may not look at pools: Octavia wants the role load-balancer_member beside member. ", refused.Message,
            StringComparison.Ordinal);
    }

    private static TrafficMember Member(int number) => new(
        "rack",
        new()
        {
            Id = new(new Guid(number, 1, 1, [0x80, 0, 0, 0, 0, 0, 0, 0]).ToString()),
            Name = $"web-{number}",
            State = InstanceState.Running,
            CreatedAt = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero),
            Tags = ImmutableSortedDictionary<string, string>.Empty,
        },
        new(IPAddress.Parse($"10.0.0.{number}"), 8080));

    private static async Task<string> RefusalAsync(ITrafficSource source, TrafficScope scope)
    {
        var error = await Assert.ThrowsAsync<CloudException>(() => source.ListAsync(scope, [], Cancellation));
        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        return error.Message;
    }

    /// <summary>Lets the time go on until something is over.</summary>
    private static async Task<T> AdvancingAsync<T>(FakeTimeProvider clock, Task<T> task)
    {
        while (await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation)) != task)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        return await task;
    }
}
