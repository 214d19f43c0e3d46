using Muster.Core.Clouds;
using Muster.Core.Traffic;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Gce.Balancing;

public sealed class GceBalancerFailureTests
{
    private const string Throttled =
        """{"error":{"code":403,"message":"Quota exceeded.","errors":[{"reason":"rateLimitExceeded"}]}}""";

    [Fact]
    public async Task A_zone_without_the_group_is_named_with_what_to_type_and_holds_up_no_other()
    {
        await using var rig = await BalancerRig.StartAsync();
        var (member, other) = (await rig.LaunchAsync(), await rig.LaunchAsync(BalancerRig.OtherZone));
        rig.Groups.Remove(BalancerRig.Zone, BalancerRig.Backend);

        var error = await Assert.ThrowsAsync<CloudException>(() => rig.JoinAsync(member));
        await rig.JoinAsync(other);

        Assert.Equal(
            (CloudErrorKind.InvalidRequest,
                $"backend is 'web': zone us-central1-a, where {member.Instance.Name} is, has no network endpoint group of that name: make "
                + "it with `gcloud compute network-endpoint-groups create web --zone us-central1-a --network-endpoint-type gce-vm-ip-port "
                + "--network NETWORK --project muster-demo`, and add it to the backend service"),
            (error.Kind, error.Message));
        Assert.Equal(other, Assert.Single(await rig.ListAsync(member, other)).Member);
        rig.Time.Advance(BalancerRig.Settle);
        Assert.True((await rig.DrainAsync(member)).IsEmpty);
        await rig.LeaveAsync(new($"web/us-central1-a/{member.Instance.Name}/{member.Address}", null, TrafficState.Joined));
    }

    [Fact]
    public async Task A_group_that_was_taken_away_is_told_as_one_that_never_was()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        rig.Groups.Remove(BalancerRig.Zone, BalancerRig.Backend);

        var error = await Assert.ThrowsAsync<CloudException>(() => rig.JoinAsync(member));

        Assert.Contains("has no network endpoint group of that name", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_of_another_type_is_refused()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        rig.Groups.Add(BalancerRig.Zone, BalancerRig.Backend, "GCE_VM_IP");

        var error = await Assert.ThrowsAsync<CloudException>(() => rig.JoinAsync(member));

        Assert.Equal(
            (CloudErrorKind.InvalidRequest,
                "backend is 'web': the network endpoint group of that name in us-central1-a is of type GCE_VM_IP: only those of type "
                + "GCE_VM_IP_PORT take instances with ports"),
            (error.Kind, error.Message));
    }

    [Theory]
    [InlineData(null, "group web names no backend for lb: a network endpoint group")]
    [InlineData(
        "Web_1", "backend is 'Web_1': the name of a network endpoint group: 1 to 63 characters of a-z 0-9 -, beginning with a letter")]
    public async Task A_backend_that_is_no_name_is_refused_without_a_call(string? backend, string why)
    {
        await using var rig = await BalancerRig.StartAsync();

        var error = await Assert.ThrowsAsync<CloudException>(
            () => rig.Source.ListAsync(BalancerRig.Scope(backend), [], BalancerRig.Cancellation));

        Assert.Equal((CloudErrorKind.InvalidRequest, why), (error.Kind, error.Message));
        Assert.Empty(rig.Harness.Simulator.Calls);
    }

    [Fact]
    public async Task Too_many_calls_are_told_as_such_until_the_next_minute()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        rig.Harness.Options.Faults = request =>
            request.Path.Contains("/networkEndpointGroups/", StringComparison.Ordinal) ? new Fault.Answer(403, Throttled) : null;

        foreach (var call in (Func<Task>[])[() => rig.ListAsync(member), () => rig.JoinAsync(member), () => rig.DrainAsync(member)])
        {
            var error = await Assert.ThrowsAsync<CloudException>(call);

            Assert.Equal(CloudErrorKind.Throttled, error.Kind);
            Assert.InRange(error.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        }
    }

    [Theory]
    [InlineData("list")]
    [InlineData("get")]
    [InlineData("attachNetworkEndpoints")]
    [InlineData("detachNetworkEndpoints")]
    public async Task A_permission_that_is_missing_is_named(string verb)
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        rig.Groups.Put(BalancerRig.Zone, BalancerRig.Backend, BalancerRig.ByHand(member, 8080));
        rig.Harness.Options.MissingPermissions = [$"compute.networkEndpointGroups.{verb}"];

        var error = await Assert.ThrowsAsync<CloudException>(() => verb switch
        {
            "list" => rig.ListAsync(member),
            "detachNetworkEndpoints" => rig.DrainAsync(member),
            _ => rig.JoinAsync(member),
        });

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains($"'compute.networkEndpointGroups.{verb}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_look_that_breaks_off_is_no_doubt()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        rig.Harness.Options.Faults = request => IsOf(request, "listNetworkEndpoints") ? new Fault.LostAnswer() : null;

        Assert.Equal(CloudErrorKind.Unavailable, (await Assert.ThrowsAsync<CloudException>(() => rig.ListAsync(member))).Kind);
    }

    [Fact]
    public async Task A_list_of_which_a_part_is_missing_is_none()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        rig.Harness.Options.Faults = request => IsOf(request, "listNetworkEndpoints")
            ? new Fault.Answer(200, """{"items":[],"warning":{"code":"PARTIAL_SUCCESS"}}""")
            : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => rig.ListAsync(member));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("Google says PARTIAL_SUCCESS, so that the list may not be whole", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_without_a_port_is_none_though_it_carries_the_group_s_mark()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        var (name, address) = (member.Instance.Name, member.Instance.Addresses[0]);
        var odd = $"{{\"items\":[{{\"networkEndpoint\":{{\"instance\":\"{name}\",\"ipAddress\":\"{address}\","
            + $"\"annotations\":{{\"muster-group\":\"{Local.Requests.Group}\"}}}}}}]}}";
        rig.Harness.Options.Faults = request => IsOf(request, "listNetworkEndpoints")
            ? new Fault.Answer(200, odd)
            : null;

        Assert.Empty(await rig.ListAsync(member));
        rig.Time.Advance(BalancerRig.Settle);
        Assert.True((await rig.DrainAsync(member)).IsEmpty);
        Assert.Equal(0, rig.Calls("POST detachNetworkEndpoints"));
    }

    [Fact]
    public async Task An_attachment_whose_answer_is_lost_is_a_doubt_and_found_by_the_next_look()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        rig.Harness.Options.Faults = request => IsOf(request, "attachNetworkEndpoints") ? new Fault.LostAnswer() : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => rig.JoinAsync(member));
        rig.Harness.Options.Faults = _ => null;

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Equal(TrafficState.Joined, Assert.Single(await rig.ListAsync(member)).State);
    }

    [Fact]
    public async Task A_detachment_whose_answer_is_lost_settles_from_when_it_is_found()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        await rig.ListAsync(member);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        rig.Harness.Options.Faults = request => IsOf(request, "detachNetworkEndpoints") ? new Fault.LostAnswer() : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => rig.DrainAsync(member));
        rig.Harness.Options.Faults = _ => null;
        await rig.ListAsync(member);
        var found = await rig.DrainAsync(member);
        rig.Time.Advance(BalancerRig.Settle);

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Equal((false, BalancerRig.Settle), (found.IsEmpty, found.LookIn));
        Assert.True((await rig.DrainAsync(member)).IsEmpty);
        Assert.Equal(0, rig.Calls("POST detachNetworkEndpoints"));
    }

    [Fact]
    public async Task An_operation_that_fails_is_a_failure_though_Google_has_said_200()
    {
        await using var rig = await BalancerRig.StartAsync();
        var (member, other) = (await rig.LaunchAsync(), await rig.LaunchAsync());
        await rig.JoinAsync(other);
        rig.Harness.Options.EndpointObstacle = ("INVALID_USAGE", "The endpoint is not in the subnetwork.");

        var attach = await Assert.ThrowsAsync<CloudException>(() => rig.JoinAsync(member));
        var detach = await Assert.ThrowsAsync<CloudException>(() => rig.DrainAsync(other));

        Assert.Equal(
            (CloudErrorKind.InvalidRequest,
                $"attach {member.Instance.Name} to network endpoint group web in us-central1-a: INVALID_USAGE: The endpoint is not in the "
                + "subnetwork."),
            (attach.Kind, attach.Message));
        Assert.Equal(CloudErrorKind.InvalidRequest, detach.Kind);
        rig.Harness.Options.EndpointObstacle = null;
        Assert.Equal(BalancerRig.Settle, (await rig.DrainAsync(other)).LookIn);
        Assert.Empty(rig.PortsOf(other));
    }

    [Fact]
    public async Task A_detachment_that_takes_long_is_waited_for_by_the_next_calls_and_not_made_again()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        rig.Harness.Options.EndpointChange = new(TimeSpan.FromMinutes(1));
        var waits = new SemaphoreSlim(0);
        rig.Harness.Options.Faults = request =>
        {
            if (IsOf(request, "wait"))
            {
                waits.Release();
            }

            return null;
        };

        var first = rig.DrainAsync(member);
        await waits.WaitAsync(BalancerRig.Cancellation);
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        var during = await first;
        var second = rig.DrainAsync(member);
        await waits.WaitAsync(BalancerRig.Cancellation);
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        // Whichever of the operation's end and the wait's own comes first.
        var after = await second;
        var settling = after.LookIn is null ? await rig.DrainAsync(member) : after;

        Assert.Equal((false, "Google is about to take it out"), (during.IsEmpty, during.Detail));
        Assert.Equal((false, BalancerRig.Settle), (settling.IsEmpty, settling.LookIn));
        Assert.Empty(rig.PortsOf(member));
        Assert.Equal(1, rig.Calls("POST detachNetworkEndpoints"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_detachment_that_Google_knows_no_more_is_made_again(bool leaves)
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = await rig.LaunchAsync();
        await rig.JoinAsync(member);
        var entry = Assert.Single(await rig.ListAsync(member));
        rig.Harness.Options.EndpointChange = new(TimeSpan.FromMinutes(1));
        var waits = new SemaphoreSlim(0);
        rig.Harness.Options.Faults = request =>
        {
            if (IsOf(request, "wait"))
            {
                waits.Release();
            }

            return null;
        };
        var first = TakeOutAsync();
        await waits.WaitAsync(BalancerRig.Cancellation);
        rig.Time.Advance(TimeSpan.FromSeconds(30));
        await first;
        rig.Harness.Options.Faults = request => IsOf(request, "wait")
            ? new Fault.Answer(404, """{"error":{"code":404,"message":"Not found.","errors":[{"reason":"notFound"}]}}""")
            : null;
        await Assert.ThrowsAsync<CloudException>(TakeOutAsync);
        rig.Harness.Options.EndpointChange = new(TimeSpan.Zero);

        await TakeOutAsync();

        Assert.Empty(rig.PortsOf(member));
        Assert.Equal(2, rig.Calls("POST detachNetworkEndpoints"));

        Task TakeOutAsync() => leaves ? rig.LeaveAsync(entry) : rig.DrainAsync(member);
    }

    [Fact]
    public async Task An_address_that_is_not_the_instance_s_is_told_in_Google_s_words()
    {
        await using var rig = await BalancerRig.StartAsync();
        var member = (await rig.LaunchAsync()) with { Address = new(System.Net.IPAddress.Parse("10.9.9.9"), 8080) };

        var error = await Assert.ThrowsAsync<CloudException>(() => rig.JoinAsync(member));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("'10.9.9.9'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_of_the_cloud_names_the_permissions_that_are_missing()
    {
        await using var rig = await BalancerRig.StartAsync();
        var cloud = (IBalancingCloud)rig.Harness.Cloud;

        var good = await cloud.CheckBalancersAsync(TestContext.Current.CancellationToken);
        rig.Harness.Options.MissingPermissions =
            ["compute.instances.use", "compute.networkEndpointGroups.attachNetworkEndpoints", "compute.disks.create"];
        var bad = await cloud.CheckBalancersAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            new CloudStep(
                "load balancers", IsGood: true, "all that taking instances into network endpoint groups and out of them needs"), good);
        Assert.Equal(
            new CloudStep(
                "load balancers", IsGood: false,
                "missing are compute.instances.use, compute.networkEndpointGroups.attachNetworkEndpoints: give the credential the role on "
                + "the page of this cloud"),
            bad);
    }

    private static bool IsOf(SimulatedRequest request, string verb) => request.Path.EndsWith($"/{verb}", StringComparison.Ordinal);
}
