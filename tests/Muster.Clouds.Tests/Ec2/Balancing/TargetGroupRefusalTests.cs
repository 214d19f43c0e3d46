using Muster.Core.Clouds;
using Muster.Core.Traffic;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Ec2.Balancing;

/// <summary>What is told where a target group cannot be used, and what becomes of calls that break off.</summary>
public sealed class TargetGroupRefusalTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_check_of_the_cloud_tells_whether_target_groups_may_be_looked_at()
    {
        await using var harness = await TargetGroupHarness.StartAsync(options => options.Add(new("addresses") { Type = "ip" }));
        await using var none = await Ec2Harness.StartAsync(TimeProvider.System, _ => { });

        var good = await CheckAsync(harness.Ec2);
        harness.Ec2.Options.Denied["DescribeTargetGroups"] = true;
        var refused = await CheckAsync(harness.Ec2);

        Assert.Equal(new CloudStep("load balancers", IsGood: true, "it may look at target groups; 1 of type instance"), good);
        Assert.Equal(
            new CloudStep(
                "load balancers", IsGood: false,
                "eu-central-1 has no target group of type instance: make one with "
                + "`aws elbv2 create-target-group --target-type instance`"),
            await CheckAsync(none));
        Assert.False(refused.IsGood);
        Assert.StartsWith(
            "it may not look at target groups: give it what the policy on the page of this cloud has for load balancers. ",
            refused.Message, StringComparison.Ordinal);
        Assert.Contains("elasticloadbalancing:DescribeTargetGroups", refused.Message, StringComparison.Ordinal);

        static Task<CloudStep> CheckAsync(Ec2Harness harness) =>
            ((IBalancingCloud)harness.Cloud).CheckBalancersAsync(Cancellation);
    }

    [Theory]
    [InlineData("api", "there is no target group api in eu-central-1")]
    [InlineData(
        "addresses", "the target group addresses is of type ip: only those of type instance are served")]
    [InlineData("functions", "the target group functions is of type lambda: only those of type instance are served")]
    [InlineData(null, "group group1 names no target group for lb")]
    [InlineData("web_1", "'web_1' is neither a target group's name, of up to 32 letters, digits and hyphens, nor its ARN")]
    [InlineData("-web", "'-web' is neither a target group's name, of up to 32 letters, digits and hyphens, nor its ARN")]
    [InlineData(
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/73e2d6bc24d8a067",
        "the target group arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/73e2d6bc24d8a067 is in another region than "
        + "the cloud, which is in eu-central-1")]
    [InlineData(
        "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0000000000000000",
        "there is no target group arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0000000000000000 in eu-central-1")]
    [InlineData(
        "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/73e2d6bc24d8a067",
        "'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/73e2d6bc24d8a067' is neither a target group's name, "
        + "of up to 32 letters, digits and hyphens, nor its ARN")]
    public async Task A_target_group_that_cannot_be_used_is_refused_in_a_sentence(string? backend, string expected)
    {
        await using var harness = await TargetGroupHarness.StartAsync(options =>
        {
            options.Add(new("addresses") { Type = "ip" });
            options.Add(new("functions") { Type = "lambda" });
        });
        var member = await harness.LaunchAsync();
        var scope = TargetGroupHarness.Scope(backend);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Source.ListAsync(scope, [member], Cancellation));
        var other = await Assert.ThrowsAsync<CloudException>(() => harness.Source.JoinAsync(scope, member, Cancellation));

        Assert.Equal((CloudErrorKind.InvalidRequest, expected), (error.Kind, error.Message));
        Assert.Equal(expected, other.Message);
        Assert.Equal(0, harness.Calls("RegisterTargets"));
    }

    [Fact]
    public async Task A_target_group_that_was_made_anew_is_looked_up_again()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);
        harness.Ec2.Options.TargetGroups.Clear();
        var gone = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync(member));
        var known = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync(member));
        harness.Ec2.Options.Add(harness.Web);

        Assert.Equal(CloudErrorKind.NotFound, gone.Kind);
        Assert.Contains("TargetGroupNotFound: One or more target groups not found", gone.Message, StringComparison.Ordinal);
        Assert.Equal("there is no target group web in eu-central-1", known.Message);
        Assert.Single(await harness.ListAsync(member));
        Assert.Equal(2, harness.Calls("DescribeTargetGroups"));
    }

    [Fact]
    public async Task A_full_target_group_is_told_as_a_limit()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var (first, second) = (await harness.LaunchAsync(), await harness.LaunchAsync());
        harness.Web.TargetsMax = 1;
        await harness.JoinAsync(first);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.JoinAsync(second));

        Assert.Equal(CloudErrorKind.QuotaExceeded, error.Kind);
        Assert.Equal(
            "elasticloadbalancing RegisterTargets: TooManyTargets: You've reached the limit on the number of targets.; raise the limit of "
            + "Elastic Load Balancing in Service Quotas, or take fewer instances in",
            error.Message);
    }

    [Theory]
    [InlineData("stopped", CloudErrorKind.Unavailable, "are not in a running state and cannot be registered")]
    [InlineData("", CloudErrorKind.InvalidRequest, "; a target is an instance that is there, in the VPC of the target group")]
    public async Task An_instance_that_cannot_be_a_target_is_told_as_such(string state, CloudErrorKind kind, string words)
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        if (state.Length > 0)
        {
            harness.Ec2.Simulator.Instances.SetState(member.Instance.Id.Value, state, "", "");
        }
        else
        {
            member = member with { Instance = member.Instance with { Id = new("i-0000000000000000f") } };
        }

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.JoinAsync(member));

        Assert.Equal(kind, error.Kind);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DescribeTargetGroups")]
    [InlineData("DescribeTargetHealth")]
    [InlineData("RegisterTargets")]
    [InlineData("DeregisterTargets")]
    public async Task A_credential_that_may_not_is_told_which_right_it_lacks_and_where_the_policy_is(string action)
    {
        await using var harness = await TargetGroupHarness.StartAsync(options => options.Denied[action] = true);
        var member = await harness.LaunchAsync();

        var error = await Assert.ThrowsAsync<CloudException>(async () =>
        {
            await harness.JoinAsync(member);
            await harness.DrainAsync(member);
        });

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains($"is not authorized to perform: elasticloadbalancing:{action}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "; the credential lacks this right: the page of this cloud has a policy with all that Muster needs", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_key_is_told_as_such()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        harness.Ec2.Simulator.RemoveKey(Ec2Harness.KeyId);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.JoinAsync(member));

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains("the access key is wrong, inactive", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_Amazon_takes_is_throttled_apart_from_EC2_s_own_calls()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);
        harness.Ec2.Options.PerSecond = 0.001;
        harness.Ec2.Options.Burst = 1;
        await harness.ListAsync(member);

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync(member));

        Assert.Equal(
            (CloudErrorKind.Throttled, "elasticloadbalancing DescribeTargetHealth: Throttling: Rate exceeded"),
            (error.Kind, error.Message));
        Assert.Single(await harness.Ec2.ListAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_registration_that_breaks_off_leaves_a_doubt_and_is_made_again_without_harm(bool wasDone)
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        harness.Ec2.Options.Faults = request => request.Path is not "RegisterTargets" ? null
            : wasDone ? new Fault.LostAnswer() : new Fault.Reset();

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.JoinAsync(member));
        harness.Ec2.Options.Faults = _ => null;
        var listed = await harness.ListAsync(member);
        await harness.JoinAsync(member);

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Equal(wasDone ? 1 : 0, listed.Length);
        Assert.Equal([$"{member.Instance.Id}:80"], harness.Web.Registered);
        Assert.Equal(TrafficState.Joined, Assert.Single(await harness.ListAsync(member)).State);
    }

    [Fact]
    public async Task A_look_that_breaks_off_leaves_none()
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        harness.Ec2.Options.Faults = _ => new Fault.LostAnswer();

        Assert.Equal(
            CloudErrorKind.Unavailable, (await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync(member))).Kind);
    }

    [Theory]
    [InlineData("<DescribeTargetHealthResponse/>", "answered without a result")]
    [InlineData("<html/>", "answered with something that is not understood")]
    [InlineData(
        "<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions><member><Target><Id>i-1</Id></Target></member>"
        + "</TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>",
        "a target that has no instance, no port or no state")]
    public async Task An_answer_that_is_none_is_not_taken_for_an_empty_target_group(string body, string words)
    {
        await using var harness = await TargetGroupHarness.StartAsync();
        var member = await harness.LaunchAsync();
        await harness.JoinAsync(member);
        harness.Ec2.Options.Faults = request => request.Path is "DescribeTargetHealth"
            ? new Fault.Answer(200, body, ContentType: "text/xml")
            : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.ListAsync(member));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }
}
