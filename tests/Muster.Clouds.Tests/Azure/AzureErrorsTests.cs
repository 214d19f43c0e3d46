using System.Text.Json.Nodes;

using Muster.Core.Clouds;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Azure;

public sealed class AzureErrorsTests
{
    [Theory]
    [InlineData(409, "SkuNotAvailable", "no room", CloudErrorKind.OutOfStock)]
    [InlineData(409, "AllocationFailed", "no room", CloudErrorKind.OutOfStock)]
    [InlineData(409, "ZonalAllocationFailed", "no room", CloudErrorKind.OutOfStock)]
    [InlineData(409, "OverconstrainedAllocationRequest", "no room", CloudErrorKind.OutOfStock)]
    [InlineData(409, "OverconstrainedZonalAllocationRequest", "no room", CloudErrorKind.OutOfStock)]
    [InlineData(400, "SubnetIsFull", "no address", CloudErrorKind.OutOfStock)]
    [InlineData(409, "QuotaExceeded", "cores", CloudErrorKind.QuotaExceeded)]
    [InlineData(409, "OperationNotAllowed", "exceeding approved Total Regional Cores quota", CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "PublicIPCountLimitReached", "addresses", CloudErrorKind.QuotaExceeded)]
    [InlineData(409, "OperationNotAllowed", "the size cannot be had with this disk", CloudErrorKind.InvalidRequest)]
    [InlineData(429, "SubscriptionRequestsThrottled", "too many", CloudErrorKind.Throttled)]
    [InlineData(429, "OperationNotAllowed", "too many, by a quota of calls", CloudErrorKind.Throttled)]
    [InlineData(401, "InvalidAuthenticationToken", "no", CloudErrorKind.Unauthorized)]
    [InlineData(401, "ExpiredAuthenticationToken", "old", CloudErrorKind.Unauthorized)]
    [InlineData(401, "InvalidAuthenticationTokenTenant", "no", CloudErrorKind.Unauthorized)]
    [InlineData(403, "AuthorizationFailed", "no", CloudErrorKind.Unauthorized)]
    [InlineData(403, "LinkedAuthorizationFailed", "no", CloudErrorKind.Unauthorized)]
    [InlineData(404, "SubscriptionNotFound", "no", CloudErrorKind.Unauthorized)]
    [InlineData(404, "ResourceGroupNotFound", "no", CloudErrorKind.Unauthorized)]
    [InlineData(409, "ResourceGroupBeingDeleted", "no", CloudErrorKind.Unauthorized)]
    [InlineData(409, "ReadOnlyDisabledSubscription", "no", CloudErrorKind.Unauthorized)]
    [InlineData(409, "MissingSubscriptionRegistration", "no", CloudErrorKind.Unauthorized)]
    [InlineData(403, "RequestDisallowedByPolicy", "no", CloudErrorKind.InvalidRequest)]
    [InlineData(404, "PlatformImageNotFound", "no", CloudErrorKind.InvalidRequest)]
    [InlineData(404, "NotFound", "a part of it", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "InvalidParameter", "no", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "NobodyKnows", "no", CloudErrorKind.InvalidRequest)]
    [InlineData(409, "RetryableError", "later", CloudErrorKind.Unavailable)]
    [InlineData(500, "InternalServerError", "oh", CloudErrorKind.Ambiguous)]
    [InlineData(503, "ServiceUnavailable", "oh", CloudErrorKind.Ambiguous)]
    public async Task A_refused_launch_is_told_by_its_kind(int status, string code, string message, CloudErrorKind kind)
    {
        await using var harness = await AzureHarness.StartAsync();
        harness.Options.Faults = request => request.Method == "PUT" ? new Fault.Answer(status, Body(code, message)) : null;

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request(), TestContext.Current.CancellationToken));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(code, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MissingSubscriptionRegistration", "az provider register --namespace Microsoft.Compute")]
    [InlineData("ReadOnlyDisabledSubscription", "the subscription is suspended")]
    [InlineData("ResourceGroupNotFound", "look at resource_group")]
    [InlineData("SubscriptionNotFound", "look at subscription_id")]
    [InlineData("AuthorizationFailed", "the role of docs/clouds/azure.md")]
    [InlineData("LinkedAuthorizationFailed", "such as the subnet")]
    public async Task A_refusal_that_a_person_can_mend_says_how(string code, string hint)
    {
        await using var harness = await AzureHarness.StartAsync();
        harness.Options.Faults = request => request.Path.Contains("virtualMachines", StringComparison.Ordinal)
            ? new Fault.Answer(409, Body(code, "no"))
            : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vmSize", "size is 'Standard_B2s': ")]
    [InlineData("properties.storageProfile.imageReference", "image is 'canonical:ubuntu-24_04-lts:server:latest': ")]
    [InlineData("subnet", "network is 'net/default': ")]
    [InlineData("linuxConfiguration.ssh.publicKeys.keyData", "options.ssh_public_key is 'ssh-ed25519 ")]
    [InlineData("customData", "user_data is 'set': ")]
    [InlineData(null, "azure: launch ")]
    public async Task A_wrong_parameter_is_told_by_the_field_of_the_template(string? target, string expected)
    {
        await using var harness = await AzureHarness.StartAsync();
        harness.Options.Faults = request => request.Method == "PUT"
            ? new Fault.Answer(400, Body("InvalidParameter", "no good", target))
            : null;

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request(), TestContext.Current.CancellationToken));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_throttled_call_says_how_long_to_wait()
    {
        await using var harness = await AzureHarness.StartAsync();
        harness.Options.Faults = _ => new Fault.Answer(429, Body("SubscriptionRequestsThrottled", "too many"), RetryAfter: "17");
        await harness.Cloud.DisposeAsync();
        await using var cloud = harness.Open();

        var error = await Assert.ThrowsAsync<CloudException>(() => AzureHarness.ListAllAsync(cloud));

        Assert.Equal(CloudErrorKind.Throttled, error.Kind);
        Assert.Equal(TimeSpan.FromSeconds(17), error.RetryAfter);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_told_with_a_refused_token()
    {
        await using var harness = await AzureHarness.StartAsync(options => options.ClockSkew = TimeSpan.FromHours(1));
        await harness.ListAsync();
        harness.Simulator.ExpireTokens();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync());

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Matches("this machine's clock is 3(600|599|601) s behind Azure's: set it", error.Message);
    }

    [Fact]
    public async Task A_missing_resource_group_does_not_read_as_an_instance_that_is_gone()
    {
        await using var harness = await AzureHarness.StartAsync(null, ("resource_group", "other"));

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.TerminateAsync(new("web-1"), TestContext.Current.CancellationToken));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
    }

    [Fact]
    public async Task What_is_no_answer_of_Azure_is_no_instance_that_is_gone()
    {
        await using var harness = await AzureHarness.StartAsync();
        await harness.ListAsync();
        harness.Options.Faults = _ => new Fault.Answer(404, "<html>not here</html>", Html: true);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.TerminateAsync(new("web-1"), TestContext.Current.CancellationToken));

        Assert.Contains("in HTML", error.Message, StringComparison.Ordinal);
    }

    private static string Body(string code, string message, string? target = null) => new JsonObject
    {
        ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["target"] = target },
    }.ToJsonString();
}
