using System.Diagnostics;
using System.Text.Json;

using Muster.Clouds.Tests.Ec2.Balancing;
using Muster.Core.Instances;
using Muster.Simulators.Ec2.Machines;
using Muster.Simulators.Ec2.Settings;

namespace Muster.Clouds.Tests.Ec2.Judges;

/// <summary>The simulator under the <c>aws</c> program, which reads and checks answers by Amazon's own description of the API.</summary>
public sealed class AwsProgramTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task It_launches_lists_and_terminates_with_the_aws_program()
    {
        Programs.Need("aws");
        await using var harness = await Ec2Harness.StartAsync();

        var launched = Json(await RunAsync(
            harness, "ec2", "run-instances", "--image-id", Ec2Catalogue.Image, "--instance-type", Ec2Catalogue.Type, "--count", "1",
            "--subnet-id", Ec2Catalogue.Subnets[1], "--security-group-ids", Ec2Catalogue.Group, "--client-token", "by-hand",
            "--metadata-options", "HttpTokens=required", "--user-data", "#!/bin/sh",
            "--tag-specifications", "ResourceType=instance,Tags=[{Key=muster.group,Value=ü & <x>}]",
            "ResourceType=volume,Tags=[{Key=muster.group,Value=x}]"));
        var id = launched.GetProperty("Instances")[0].GetProperty("InstanceId").GetString()!;
        var listed = Json(await RunAsync(
            harness, "ec2", "describe-instances", "--filters", "Name=tag:muster.group,Values=ü & <x>",
                "Name=instance-state-name,Values=running"));
        var ended = Json(await RunAsync(harness, "ec2", "terminate-instances", "--instance-ids", id));

        var instance = listed.GetProperty("Reservations")[0].GetProperty("Instances")[0];
        Assert.Equal(id, instance.GetProperty("InstanceId").GetString());
        Assert.Equal("ü & <x>", instance.GetProperty("Tags")[0].GetProperty("Value").GetString());
        Assert.Equal(Ec2Catalogue.Zones[1], instance.GetProperty("Placement").GetProperty("AvailabilityZone").GetString());
        Assert.Equal("by-hand", instance.GetProperty("ClientToken").GetString());
        Assert.Equal("required", instance.GetProperty("MetadataOptions").GetProperty("HttpTokens").GetString());
        Assert.Equal("running", ended.GetProperty("TerminatingInstances")[0].GetProperty("PreviousState").GetProperty("Name").GetString());
    }

    [Fact]
    public async Task The_aws_program_stops_and_starts_and_understands_quotas()
    {
        Programs.Need("aws");
        await using var harness = await Ec2Harness.StartAsync();
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), TestContext.Current.CancellationToken);

        var stopped = Json(await RunAsync(harness, "ec2", "stop-instances", "--instance-ids", launched.Id.Value, "--force"));
        var started = Json(await RunAsync(harness, "ec2", "start-instances", "--instance-ids", launched.Id.Value));
        var quota = Json(await RunAsync(
            harness, "service-quotas", "get-service-quota", "--service-code", "ec2", "--quota-code", "L-1216C47A"));

        Assert.Equal("stopped", NameOf(stopped.GetProperty("StoppingInstances")));
        Assert.Equal("running", NameOf(started.GetProperty("StartingInstances")));
        Assert.Equal(1920, quota.GetProperty("Quota").GetProperty("Value").GetDouble());
        static string? NameOf(JsonElement changes) => changes[0].GetProperty("CurrentState").GetProperty("Name").GetString();
    }

    [Fact]
    public async Task The_aws_program_fills_and_empties_target_groups_and_sees_what_muster_did()
    {
        Programs.Need("aws");
        await using var harness = await TargetGroupHarness.StartAsync();
        var (mine, theirs) = (await harness.LaunchAsync(8080), await harness.LaunchAsync());
        await harness.JoinAsync(mine);

        var group = Json(await RunAsync(harness.Ec2, "elbv2", "describe-target-groups", "--names", "web")).GetProperty("TargetGroups")[0];
        var arn = group.GetProperty("TargetGroupArn").GetString()!;
        foreach (var command in new[] { "register-targets", "deregister-targets" })
        {
            await RunAsync(
                harness.Ec2, "elbv2", command, "--target-group-arn", arn, "--targets", $"Id={theirs.Instance.Id},Port=80");
        }

        var health = Json(await RunAsync(harness.Ec2, "elbv2", "describe-target-health", "--target-group-arn", arn))
            .GetProperty("TargetHealthDescriptions");
        var refusal = await RefusalAsync(harness.Ec2, "elbv2", "describe-target-groups", "--names", "api");

        Assert.Equal(("instance", harness.Web.Arn), (group.GetProperty("TargetType").GetString(), arn));
        Assert.Equal(
            new[] { $"{mine.Instance.Id}:8080 healthy ", $"{theirs.Instance.Id}:80 draining Target.DeregistrationInProgress" }.Order(),
            health.EnumerateArray().Select(one =>
                $"{one.GetProperty("Target").GetProperty("Id")}:{one.GetProperty("Target").GetProperty("Port")} "
                + $"{one.GetProperty("TargetHealth").GetProperty("State")} "
                + (one.GetProperty("TargetHealth").TryGetProperty("Reason", out var reason) ? reason.GetString() : "")).Order());
        Assert.Contains("(TargetGroupNotFound)", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_muster_launched_is_seen_by_the_aws_program_page_by_page()
    {
        Programs.Need("aws");
        await using var harness = await Ec2Harness.StartAsync(options => options.PageMax = 5);
        for (var i = 0; i < 7; i++)
        {
            await harness.Cloud.LaunchAsync(harness.Request(), TestContext.Current.CancellationToken);
        }

        var listed = Json(await RunAsync(
            harness, "ec2", "describe-instances", "--filters", $"Name=tag:{MusterTags.Installation},Values={Local.Requests.Installation}",
            "--query", "length(Reservations[].Instances[])"));

        Assert.Equal(7, listed.GetInt32());
    }

    [Theory]
    [InlineData("describe-images --owners amazon --filters Name=name,Values=al2023*", "Images[0].ImageId", Ec2Catalogue.Image)]
    [InlineData("describe-subnets", "Subnets[2].AvailabilityZone", "eu-central-1c")]
    [InlineData("describe-availability-zones", "AvailabilityZones[0].ZoneName", "eu-central-1a")]
    [InlineData("describe-security-groups", "SecurityGroups[0].GroupId", Ec2Catalogue.Group)]
    [InlineData("describe-key-pairs", "KeyPairs[0].KeyName", Ec2Catalogue.KeyName)]
    [InlineData("describe-launch-templates", "LaunchTemplates[0].LaunchTemplateName", Ec2Catalogue.LaunchTemplate)]
    [InlineData("describe-instance-type-offerings", "InstanceTypeOfferings[4].InstanceType", Ec2Catalogue.Type)]
    public async Task The_aws_program_understands_what_there_is_to_launch_with(string command, string query, string expected)
    {
        Programs.Need("aws");
        await using var harness = await Ec2Harness.StartAsync();

        var found = await RunAsync(harness, ["ec2", .. command.Split(' '), "--query", query, "--output", "text"]);

        Assert.Equal(expected, found.Trim());
    }

    [Fact]
    public async Task The_aws_program_knows_who_it_is_and_understands_refusals()
    {
        Programs.Need("aws");
        await using var harness = await Ec2Harness.StartAsync();

        Assert.Contains("user/muster", await RunAsync(harness, "sts", "get-caller-identity"), StringComparison.Ordinal);
        var error = await RefusalAsync(harness, "ec2", "run-instances", "--image-id", "ami-00000000000000bad", "--instance-type",
            "t3.micro");
        Assert.Contains("(InvalidAMIID.NotFound)", error, StringComparison.Ordinal);
        error = await RefusalAsync(
            harness, "ec2", "run-instances", "--image-id", Ec2Catalogue.Image, "--instance-type", "t3.micro", "--dry-run");
        Assert.Contains("(DryRunOperation)", error, StringComparison.Ordinal);
        error = await RefusalAsync(harness, "ec2", "terminate-instances", "--instance-ids", "i-00000000000000bad");
        Assert.Contains("(InvalidInstanceID.NotFound)", error, StringComparison.Ordinal);
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static async Task<string> RunAsync(Ec2Harness harness, params string[] arguments)
    {
        var (code, output, error) = await StartAsync(harness, arguments);
        Assert.True(code == 0, $"aws {string.Join(' ', arguments)}: {code}\n{error}");
        return output;
    }

    private static async Task<string> RefusalAsync(Ec2Harness harness, params string[] arguments)
    {
        var (code, output, error) = await StartAsync(harness, arguments);
        Assert.True(code != 0, output);
        return error;
    }

    private static async Task<(int Code, string Output, string Error)> StartAsync(Ec2Harness harness, string[] arguments)
    {
        var start = new ProcessStartInfo(Programs.Need("aws"),
            ["--endpoint-url", harness.Simulator.Url.ToString().TrimEnd('/'), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = harness.Root,
            ["AWS_ACCESS_KEY_ID"] = Ec2Harness.KeyId,
            ["AWS_SECRET_ACCESS_KEY"] = Ec2Harness.Secret,
            ["AWS_DEFAULT_REGION"] = Ec2Catalogue.Region,
            ["AWS_MAX_ATTEMPTS"] = "1",
            ["AWS_PAGER"] = "",
            ["PYTHONUTF8"] = "1",
        })
        {
            start.Environment[name] = value;
        }

        // A version manager's shim looks below the home directory unless it is told where it is.
        start.Environment.TryAdd("PYENV_ROOT", Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".pyenv"));
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output, await error);
    }
}
