using Muster.Core.Clouds;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Ec2;

/// <summary>What each of EC2's refusals means, and what a person reads.</summary>
public sealed class Ec2ErrorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(503, "RequestLimitExceeded", CloudErrorKind.Throttled)]
    [InlineData(400, "Throttling", CloudErrorKind.Throttled)]
    [InlineData(400, "ThrottlingException", CloudErrorKind.Throttled)]
    [InlineData(503, "EC2ThrottledException", CloudErrorKind.Throttled)]
    [InlineData(503, "RequestThrottled", CloudErrorKind.Throttled)]
    [InlineData(503, "SlowDown", CloudErrorKind.Throttled)]
    [InlineData(400, "TooManyRequestsException", CloudErrorKind.Throttled)]
    [InlineData(500, "InsufficientInstanceCapacity", CloudErrorKind.OutOfStock)]
    [InlineData(500, "InsufficientHostCapacity", CloudErrorKind.OutOfStock)]
    [InlineData(500, "InsufficientReservedInstanceCapacity", CloudErrorKind.OutOfStock)]
    [InlineData(500, "InsufficientCapacity", CloudErrorKind.OutOfStock)]
    [InlineData(500, "InsufficientCapacityOnHost", CloudErrorKind.OutOfStock)]
    [InlineData(500, "UnfulfillableCapacity", CloudErrorKind.OutOfStock)]
    [InlineData(400, "InsufficientFreeAddressesInSubnet", CloudErrorKind.OutOfStock)]
    [InlineData(500, "InsufficientAddressCapacity", CloudErrorKind.OutOfStock)]
    [InlineData(500, "InsufficientVolumeCapacity", CloudErrorKind.OutOfStock)]
    [InlineData(400, "ReservationCapacityExceeded", CloudErrorKind.OutOfStock)]
    [InlineData(400, "SpotMaxPriceTooLow", CloudErrorKind.OutOfStock)]
    [InlineData(400, "Unsupported", CloudErrorKind.OutOfStock, "is not supported in your requested Availability Zone (eu-central-1c)")]
    [InlineData(400, "Unsupported", CloudErrorKind.InvalidRequest, "The requested configuration is currently not supported")]
    [InlineData(400, "InstanceLimitExceeded", CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "VcpuLimitExceeded", CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "MaxSpotInstanceCountExceeded", CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "VolumeLimitExceeded", CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "MaxIOPSLimitExceeded", CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "NetworkInterfaceLimitExceeded", CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "AddressLimitExceeded", CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "ResourceLimitExceeded", CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "ResourceCountExceeded", CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "TooManyTargets", CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "TooManyRegistrationsForTargetId", CloudErrorKind.QuotaExceeded)]
    [InlineData(401, "AuthFailure", CloudErrorKind.Unauthorized)]
    [InlineData(403, "UnauthorizedOperation", CloudErrorKind.Unauthorized)]
    [InlineData(403, "InvalidClientTokenId", CloudErrorKind.Unauthorized)]
    [InlineData(403, "SignatureDoesNotMatch", CloudErrorKind.Unauthorized)]
    [InlineData(400, "IncompleteSignature", CloudErrorKind.Unauthorized)]
    [InlineData(403, "MissingAuthenticationToken", CloudErrorKind.Unauthorized)]
    [InlineData(400, "RequestExpired", CloudErrorKind.Unauthorized)]
    [InlineData(403, "ExpiredToken", CloudErrorKind.Unauthorized)]
    [InlineData(400, "ExpiredTokenException", CloudErrorKind.Unauthorized)]
    [InlineData(403, "AccessDenied", CloudErrorKind.Unauthorized)]
    [InlineData(400, "AccessDeniedException", CloudErrorKind.Unauthorized)]
    [InlineData(400, "UnrecognizedClientException", CloudErrorKind.Unauthorized)]
    [InlineData(401, "OptInRequired", CloudErrorKind.Unauthorized)]
    [InlineData(400, "PendingVerification", CloudErrorKind.Unauthorized)]
    [InlineData(403, "Blocked", CloudErrorKind.Unauthorized)]
    [InlineData(400, "InvalidIdentityToken", CloudErrorKind.Unauthorized)]
    [InlineData(403, "IDPRejectedClaim", CloudErrorKind.Unauthorized)]
    [InlineData(400, "OperationNotPermitted", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "InstanceCreditSpecification.NotSupported", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "UnsupportedOperation", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "UnsupportedHibernationConfiguration", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "IncorrectSpotRequestState", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "IncorrectInstanceState", CloudErrorKind.Unavailable)]
    [InlineData(400, "InvalidTarget", CloudErrorKind.InvalidRequest, "The following instances do not exist: 'i-0'")]
    [InlineData(400, "InvalidTarget", CloudErrorKind.Unavailable, "The following targets are not in a running state")]
    [InlineData(500, "HealthUnavailable", CloudErrorKind.Unavailable)]
    [InlineData(400, "TargetGroupNotFound", CloudErrorKind.NotFound)]
    [InlineData(400, "InvalidParameterValue", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "InvalidAMIID.NotFound", CloudErrorKind.InvalidRequest)]
    [InlineData(400, "InvalidLaunchTemplateName.NotFoundException", CloudErrorKind.InvalidRequest)]
    [InlineData(500, "InternalError", CloudErrorKind.Ambiguous)]
    [InlineData(503, "Unavailable", CloudErrorKind.Ambiguous)]
    public async Task A_refused_launch_is_of_its_kind(int status, string code, CloudErrorKind kind, string message = "no")
    {
        await using var harness = await Ec2Harness.StartAsync();
        harness.Options.Faults = _ => new Fault.Answer(status, Refusals.Xml(code, message), ContentType: "text/xml");

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(kind, error.Kind);
        Assert.Contains($"ec2 RunInstances: ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{code}: {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_of_the_table_is_tried()
    {
        var tried = typeof(Ec2ErrorTests).GetMethod(nameof(A_refused_launch_is_of_its_kind))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Cast<InlineDataAttribute>()
                .Select(row => (string)row.Data[1]!)
            .Concat(["IdempotentParameterMismatch", "IdempotentInstanceTerminated", "InvalidInstanceID.NotFound"]);

        Assert.Empty(Muster.Clouds.Ec2.Ec2Errors.Rows.Select(row => row.Code!).Except(tried));
    }

    [Theory]
    [InlineData("InvalidAMIID.NotFound", "The image id '[x]' does not exist", "image is 'ami-0abcdef1234567890': ")]
    [InlineData("InvalidParameterValue", "Invalid value 't3.micro' for InstanceType.", "size is 't3.micro': ")]
    [InlineData("InvalidSubnetID.NotFound", "no", "network is 'subnet-0aaaaaaaaaaaaaaaa': ")]
    [InlineData("InvalidGroup.NotFound", "no", "options.security_groups is 'sg-0123456789abcdef0': ")]
    [InlineData("InvalidKeyPair.NotFound", "no", "options.key_name is 'demo': ")]
    [InlineData("InvalidLaunchTemplateName.NotFoundException", "no", "options.launch_template is 'machine': ")]
    [InlineData("InvalidSnapshot.NotFound", "no", "options.block_devices is '/dev/xvda:size=20': ")]
    [InlineData("InvalidParameterValue", "Value (web) for parameter iamInstanceProfile.name is invalid",
        "options.iam_instance_profile is 'web': ")]
    [InlineData("InvalidParameterValue", "something else", "")]
    public async Task A_refused_launch_names_the_field_of_the_template(string code, string message, string expected)
    {
        await using var harness = await Ec2Harness.StartAsync();
        harness.Options.Faults = _ => new Fault.Answer(400, Refusals.Xml(code, message), ContentType: "text/xml");
        var template = harness.GoodTemplate();
        template = template with
        {
            Networks = ["subnet-0aaaaaaaaaaaaaaaa"],
            Options = template.Options.Add("security_groups", "sg-0123456789abcdef0").Add("key_name", "demo")
                .Add("launch_template", "machine")
                .Add("block_devices", "/dev/xvda:size=20").Add("iam_instance_profile", "web"),
        };

        var error = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Template = template }, Cancellation));

        Assert.Equal($"ec2 RunInstances: {expected}{code}: {message}", error.Message);
    }

    [Theory]
    [InlineData(true, "AuthFailure: AWS was not able to validate the provided access credentials; the access key is wrong, inactive or of "
        + "another partition of AWS, or the region is not enabled in the account")]
    [InlineData(false,
        "OptInRequired: You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.; the account has "
        + "not signed up for EC2, or is suspended: look at it in the AWS console")]
    public async Task A_wrong_key_and_a_suspended_account_are_told_with_what_to_do(bool isKey, string expected)
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.IsSuspended = !isKey);
        if (isKey)
        {
            harness.Simulator.RemoveKey(Ec2Harness.KeyId);
        }

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Unauthorized, $"ec2 DescribeInstances: {expected}"), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData(20, "behind")]
    [InlineData(-20, "ahead of")]
    public async Task A_clock_that_is_off_is_told_by_how_much(int minutes, string word)
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.ClockSkew = TimeSpan.FromMinutes(minutes));

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Matches(
            $"^ec2 DescribeInstances: RequestExpired: Request has expired\\.; this machine's clock is (1199|1200|1201) s {word} Amazon's, "
            + "and 300 s are allowed: set the clock$",
            error.Message);
    }

    [Fact]
    public async Task A_key_for_another_region_is_told_with_the_region()
    {
        await using var harness = await Ec2Harness.StartAsync();
        await using var cloud = harness.Open(("region", "us-east-1"));

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains("Credential should be scoped to a valid region, not 'us-east-1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_right_is_named_without_the_page_of_code_that_comes_with_it()
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.Denied["RunInstances"] = true);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal(
            "ec2 RunInstances: UnauthorizedOperation: You are not authorized to perform this operation. User: "
            + "arn:aws:iam::123456789012:user/muster is not authorized to perform: ec2:RunInstances because no identity-based policy "
            + "allows the ec2:RunInstances action.; the credential lacks this right: the page of this cloud has a policy "
            + "with all that Muster needs",
            error.Message);
    }

    [Fact]
    public async Task A_full_zone_is_out_of_stock_and_the_account_s_limit_is_a_quota()
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.FullZones["eu-central-1a"] = true);

        var full = await Assert.ThrowsAsync<CloudException>(
            () => harness.Cloud.LaunchAsync(harness.Request() with { Zone = "eu-central-1a" }, Cancellation));
        await harness.Cloud.LaunchAsync(harness.Request() with { Zone = "eu-central-1b" }, Cancellation);
        harness.Options.MachinesMax = 1;
        var quota = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.Equal((CloudErrorKind.OutOfStock, CloudErrorKind.QuotaExceeded), (full.Kind, quota.Kind));
        Assert.EndsWith("; raise the limit in Service Quotas, or take another region", quota.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sixth_launch_at_once_is_throttled_and_costs_no_look()
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.PerSecond = null);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
                return (CloudErrorKind?)null;
            }
            catch (CloudException error)
            {
                return error.Kind;
            }
        }));

        Assert.InRange(answers.Count(answer => answer is null), 5, 6);
        Assert.All(answers.Where(answer => answer is not null), answer => Assert.Equal(CloudErrorKind.Throttled, answer));
        Assert.DoesNotContain(harness.Simulator.Calls.Keys, call => call.Call != "RunInstances");
    }

    [Theory]
    [InlineData("<html>proxy</html>")]
    [InlineData("not XML")]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"c\">]><RunInstancesResponse>&b;</RunInstancesResponse>")]
    public async Task An_answer_to_a_launch_that_is_none_leaves_it_in_doubt(string body)
    {
        await using var harness = await Ec2Harness.StartAsync();
        harness.Options.Faults = _ => new Fault.Answer(200, body, ContentType: "text/xml");

        var launch = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        var list = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable), (launch.Kind, list.Kind));
        Assert.StartsWith("ec2 RunInstances was answered with something that is not understood: ", launch.Message,
            StringComparison.Ordinal);
    }
}
