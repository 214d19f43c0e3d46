using System.Text.Json.Nodes;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Ec2.Judges;

/// <summary>What the cloud asks, answered by moto: its wire, filters, states and dry runs are others' work.</summary>
/// <remarks>moto knows nothing of client tokens and takes any image: that is the simulator's part.</remarks>
public sealed class MotoTests(MotoServer moto) : IClassFixture<MotoServer>
{
    private static readonly SystemRandomSource Random = new();

    private readonly InstallationId _installation = new(Random.NextId());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instance_comes_up_with_its_tags_and_goes()
    {
        await using var cloud = moto.Open();
        var request = Request();

        var launched = await cloud.LaunchAsync(request, Cancellation);
        var listed = Assert.Single(await ListAsync(cloud));
        await cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.Equal(launched.Id, listed.Id);
        Assert.Equal(request.Name, listed.Name);
        Assert.Equal(InstanceState.Running, listed.State);
        Assert.Equal(request.Tags, listed.Tags);
        Assert.StartsWith("eu-central-1", listed.Zone, StringComparison.Ordinal);
        Assert.NotEmpty(listed.Addresses);
        Assert.Empty(await ListAsync(cloud));
        await cloud.TerminateAsync(launched.Id, Cancellation);
        await cloud.TerminateAsync(new("i-00000000000000001"), Cancellation);
    }

    [Fact]
    public async Task An_instance_is_in_the_zone_asked_for_by_subnet_or_alone()
    {
        await using var cloud = moto.Open();
        var zones = await ((IZonedCloud)cloud).ListZonesAsync(Cancellation);
        Assert.Contains("eu-central-1b", zones);

        var launched = await cloud.LaunchAsync(Request() with { Zone = "eu-central-1b" }, Cancellation);

        Assert.Equal("eu-central-1b", launched.Zone);
        await cloud.TerminateAsync(launched.Id, Cancellation);
    }

    [Fact]
    public async Task Every_field_of_a_template_is_taken()
    {
        await using var cloud = moto.Open();
        var template = Template() with
        {
            UserData = "#!/bin/sh\n",
            Metadata = Template().Metadata.Add("role", "web"),
            Options = Template().Options
                .Add("block_devices", "/dev/xvda:size=20,type=gp3,iops=3000,throughput=125,encrypted=true")
                .Add("http_put_response_hop_limit", "2").Add("monitoring", "true").Add("tenancy", "default")
                    .Add("cpu_credits", "unlimited"),
        };

        var launched = await cloud.LaunchAsync(Request() with { Template = template }, Cancellation);

        Assert.True(launched.IsLive);
        Assert.Equal("t3.micro", launched.Attributes["type"]);
        var draft = await ((ITemplateReadingCloud)cloud).ReadTemplateAsync(launched.Id, Cancellation);
        Assert.Equal((template.Image, template.Size), (draft.Image, draft.Size));
        Assert.Empty(draft.Tags);
        await cloud.TerminateAsync(launched.Id, Cancellation);
    }

    [Fact]
    public async Task A_check_finds_image_size_and_names_and_runs_dry()
    {
        await using var cloud = moto.Open();

        var good = await cloud.CheckAsync(Template(), Cancellation);
        var bad = await cloud.CheckAsync(
            Template() with
            {
                Image = "ami-00000000000000bad",
                Size = "t3.nonsense",
                Networks = ["subnet-00000000000000bad"],
                Options = Template().Options.Add("security_groups", "sg-00000000000000bad").Add("key_name", "none")
                    .Add("launch_template", "none"),
            },
            Cancellation);

        Assert.True(good.IsGood, string.Join("; ", good.Findings));
        Assert.Contains(good.Findings, finding => finding.Field == "launch");
        Assert.Equal(
            ["image", "size", "network", "options.security_groups", "options.key_name", "options.launch_template"],
            bad.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Field));
    }

    [Fact]
    public async Task It_says_who_it_is_and_that_it_may()
    {
        await using var cloud = moto.Open();

        var steps = await ((ISelfDescribingCloud)cloud).DescribeAsync(Cancellation);

        Assert.All(steps, step => Assert.True(step.IsGood, step.Message));
        Assert.Contains("123456789012", steps[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_of_what_was_terminated()
    {
        await using var cloud = moto.Open();
        var launched = await cloud.LaunchAsync(Request(), Cancellation);
        await cloud.TerminateAsync(launched.Id, Cancellation);

        Assert.Empty(await ((ICloudWithLeftovers)cloud).ListLeftoversAsync(_installation, Cancellation));
    }

    [Fact]
    public async Task A_stopped_instance_is_told_as_stopped_on_order_and_comes_up_again()
    {
        await using var cloud = moto.Open();
        var stopping = (IStoppingCloud)cloud;
        var launched = await cloud.LaunchAsync(Request(), Cancellation);

        await stopping.StopAsync(_installation, launched.Id, StopManner.Orderly, Cancellation);
        var stopped = Assert.Single(await ListAsync(cloud));
        await stopping.StartAsync(_installation, launched.Id, Cancellation);
        var started = Assert.Single(await ListAsync(cloud));

        Assert.Equal((InstanceState.Stopped, true), (stopped.State, stopped.StoppedOnOrder));
        Assert.Equal((InstanceState.Running, null), (started.State, started.StoppedOnOrder));
        Assert.Equal(stopped.Tags, started.Tags);
        await cloud.TerminateAsync(launched.Id, Cancellation);
        var gone = await Assert.ThrowsAsync<CloudException>(() => stopping.StartAsync(_installation, launched.Id, Cancellation));
        Assert.Equal(CloudErrorKind.NotFound, gone.Kind);
    }

    [Fact]
    public async Task An_event_is_read_from_a_queue_and_its_message_deleted()
    {
        var made = await moto.CallQueueAsync("CreateQueue", new() { ["QueueName"] = "muster-events" });
        var queue = made.GetProperty("QueueUrl").GetString()!;
        await using var cloud = moto.Open(("queue_url", queue));
        var launched = await cloud.LaunchAsync(Request(), Cancellation);
        await SendAsync("i-00000000000000001");
        await SendAsync(launched.Id.Value);
        await using var changes = cloud.WatchAsync(_installation, Cancellation).GetAsyncEnumerator(Cancellation);

        Assert.True(await changes.MoveNextAsync());
        var first = changes.Current;
        await SendAsync(launched.Id.Value);
        Assert.True(await changes.MoveNextAsync());

        Assert.Equal(launched.Id, first.Instance);
        Assert.Equal(launched.Id, changes.Current.Instance);
        // The first of its messages is deleted: what is there is the second one, and that of an instance that EC2 may show yet.
        var counts = (await moto.CallQueueAsync(
            "GetQueueAttributes", new() { ["QueueUrl"] = queue, ["AttributeNames"] = new JsonArray("All") }))
            .GetProperty("Attributes");
        Assert.Equal("2", counts.GetProperty("ApproximateNumberOfMessagesNotVisible").GetString());
        await cloud.TerminateAsync(launched.Id, Cancellation);

        Task SendAsync(string instance) => moto.CallQueueAsync("SendMessage", new()
        {
            ["QueueUrl"] = queue,
            ["MessageBody"] = $$"""
                {"version":"0","source":"aws.ec2","detail-type":"EC2 Instance State-change Notification",
                 "time":"{{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}",
                 "detail":{"instance-id":"{{instance}}","state":"running"} }
                """,
        });
    }

    private static Template Template() => Local.Requests.Template("ami-12c6146b") with { Cloud = "moto", Size = "t3.micro" };

    private LaunchRequest Request()
    {
        var request = Local.Requests.Make(Template());
        return request with { Tags = request.Tags.SetItem(MusterTags.Installation, _installation.ToString()) };
    }

    private async Task<List<Instance>> ListAsync(ICloud cloud)
    {
        var listed = new List<Instance>();
        await foreach (var page in cloud.ListAsync(new(_installation), Cancellation))
        {
            listed.AddRange(page.Instances);
        }

        return listed;
    }
}
