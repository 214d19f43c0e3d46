using System.Text.Json.Nodes;

using Muster.Core.Clouds;
using Muster.Simulators.Kit;
using Muster.Simulators.OpenStack;

namespace Muster.Clouds.Tests.OpenStack;

/// <summary>Each row of the table in the page.</summary>
public sealed class OpenStackErrorsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, "badRequest", "Can not find requested image", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "badRequest", "something that nobody here has read yet", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "badRequest", "No fixed IP addresses available for network: 3cb9bc59", CloudErrorKind.OutOfStock)]
    [InlineData(403, "forbidden", "Quota exceeded for cores: Requested 1, but already used 20 of 20 cores", CloudErrorKind.QuotaExceeded)]
    [InlineData(403, "forbidden", "Quota exceeded, too many servers in group", CloudErrorKind.QuotaExceeded)]
    [InlineData(403, "forbidden", "Maximum number of ports exceeded", CloudErrorKind.QuotaExceeded)]
    [InlineData(
        403, "forbidden", "Only volume-backed servers are allowed for flavors with zero disk.", CloudErrorKind.InvalidRequest)]
    [InlineData(
        403, "forbidden", "It is not allowed to create an interface on external network 7", CloudErrorKind.InvalidRequest)]
    [InlineData(
        403, "forbidden", "Policy doesn't allow os_compute_api:servers:create to be performed.", CloudErrorKind.Unauthorized)]
    [InlineData(404, "itemNotFound", "The resource could not be found.", CloudErrorKind.InvalidRequest)]
    [InlineData(406, "computeFault", "Version 2.69 is not supported by the API.", CloudErrorKind.Unavailable)]
    [InlineData(
        409, "conflictingRequest", "Multiple possible networks found, use a Network ID to be more specific.",
        CloudErrorKind.InvalidRequest)]
    [InlineData(409, "conflictingRequest", "Instance 7 could not be created now", CloudErrorKind.Unavailable)]
    [InlineData(413, "overLimit", "This request was rate-limited.", CloudErrorKind.Throttled)]
    [InlineData(429, "overLimit", "This request was rate-limited.", CloudErrorKind.Throttled)]
    [InlineData(500, "computeFault", "Unexpected API Error.", CloudErrorKind.Ambiguous)]
    [InlineData(503, "computeFault", "Service Unavailable", CloudErrorKind.Ambiguous)]
    public async Task A_refused_launch_is_told_by_its_kind_and_in_the_service_s_words(
        int status, string word, string message, CloudErrorKind kind)
    {
        await using var harness = await OpenStackHarness.StartAsync(
            options => options.Faults = Launches(Refusal(status, word, message)));

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(kind, error.Kind);
        Assert.Contains($": {status}: {message}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(OpenStackHarness.Password, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("gAAAA", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Invalid key_name provided.", "(options.key_name is 'me')")]
    [InlineData("Security group dmz not found for project 7.", "(options.security_groups is 'dmz')")]
    [InlineData("Can not find requested image", "(image is 'debian-12')")]
    [InlineData("Flavor's memory is too small for requested image.", "(size is 'm1.small')")]
    [InlineData("Network 7 could not be found.", "(network is 'private')")]
    [InlineData("Instance group 7 could not be found.", "(options.server_group is '616fb98f-46ca-475e-917e-2563e5a8cd19')")]
    [InlineData("The requested availability zone is not available", "(options.availability_zone is 'us-west')")]
    [InlineData("Volume type ssd could not be found.", "(options.volume_type is 'ssd')")]
    public async Task A_refused_field_is_named_with_its_value(string message, string told)
    {
        await using var harness = await OpenStackHarness.StartAsync(
            options => options.Faults = Launches(Refusal(400, "badRequest", message)));
        var template = harness.GoodTemplate();
        var request = OpenStackHarness.Request(template with
        {
            Options = template.Options.SetItem("key_name", "me").SetItem("security_groups", "dmz")
                .SetItem("server_group", Catalogue.ServerGroupId).SetItem("availability_zone", "us-west")
                .SetItem("boot_volume_size", "10").SetItem("volume_type", "ssd"),
        });

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.EndsWith(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTML_is_told_as_such_and_a_launch_that_it_answers_is_ambiguous()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        Assert.Empty(await harness.ListAsync());
        await harness.Cloud.CheckAsync(harness.GoodTemplate(), Cancellation);
        harness.Options.Faults = request => request.Path.StartsWith("compute/servers", StringComparison.Ordinal)
            ? new Fault.Answer(502, "<html>Bad Gateway</html>", Html: true)
            : null;

        var launch = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        var list = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable), (launch.Kind, list.Kind));
        Assert.Contains("502, in HTML: something in front of the service answers", list.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_throttled_call_is_told_with_its_time()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.Faults = request =>
            request.Path.StartsWith("compute/", StringComparison.Ordinal)
                ? new Fault.Answer(429, """{"overLimit":{"code":429,"message":"slow down"}}""", RetryAfter: "7")
                : null);

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Throttled, TimeSpan.FromSeconds(7)), (error.Kind, error.RetryAfter));
    }

    [Fact]
    public async Task A_locked_server_is_not_ended_and_the_refusal_says_how_to_unlock_it()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        harness.Simulator.Servers.SetLocked(OpenStackHarness.IdOf(launched), isLocked: true);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.TerminateAsync(launched.Id, Cancellation));

        Assert.Equal(
            $"terminate {launched.Id}: 409: Instance {launched.Id} is locked; unlock it first: openstack server unlock", error.Message);
        Assert.True((await harness.ListAsync())[0].IsProtected);
    }

    [Fact]
    public async Task A_user_who_may_only_look_is_told_which_role_is_needed()
    {
        await using var harness = await OpenStackHarness.StartAsync();
        harness.Simulator.AddUser(new(OpenStackHarness.User, OpenStackHarness.Password, ["reader"]));

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains("usually member", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cloud_that_is_too_old_is_told_so()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.ComputeVersionMax = "2.60");

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(
            "list servers: 406: Version 2.69 is not supported by the API. Minimum is 2.1 and maximum is 2.60.; Muster needs version 2.69 "
            + "of the compute service's calls, which OpenStack has since Stein (2019)",
            error.Message);
    }

    [Fact]
    public async Task A_server_that_finds_no_host_is_failed_and_says_why()
    {
        await using var harness = await OpenStackHarness.StartAsync(options => options.FullZones = ["us-west"]);

        var launched = await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "us-west" }, Cancellation);
        var listed = Assert.Single(await harness.ListAsync());
        await harness.Cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.Equal(
            (Core.Instances.InstanceState.Failed, "ERROR: No valid host was found. There are not enough hosts available."),
            (listed.State, listed.StateDetail));
        Assert.Empty(harness.Simulator.Servers.Alive);
    }

    private static Func<SimulatedRequest, Fault?> Launches(Fault fault) =>
        request => request is { Method: "POST", Path: "compute/servers" } ? fault : null;

    private static Fault.Answer Refusal(int status, string word, string message) => new(
        status, new JsonObject { [word] = new JsonObject { ["code"] = status, ["message"] = message } }.ToJsonString());
}
