using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Ec2;

/// <summary>What is heard of EC2's events, and what becomes of the messages.</summary>
public sealed class Ec2WatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_deleted_once_whoever_listens_asks_for_more()
    {
        await using var harness = await Ec2Harness.StartAsync();
        await using var changes = Watch(harness.Cloud);
        var launched = await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);

        // Two events, of pending and of running, in one message each.
        Assert.True(await changes.MoveNextAsync());
        var atFirst = harness.Simulator.Instances.Events.Count;
        Assert.True(await changes.MoveNextAsync());
        harness.Simulator.Instances.Recommend(launched.Id.Value);
        Assert.True(await changes.MoveNextAsync());

        Assert.Equal(2, atFirst);
        Assert.Equal(launched.Id, changes.Current.Instance);
        Assert.Equal(1, harness.Simulator.Instances.Events.Count);
    }

    [Fact]
    public async Task Whoever_launched_an_instance_does_not_ask_whose_it_is()
    {
        await using var harness = await Ec2Harness.StartAsync();
        await harness.Cloud.LaunchAsync(harness.Request(), Cancellation);
        await using var changes = Watch(harness.Cloud);

        Assert.True(await changes.MoveNextAsync());

        Assert.DoesNotContain(harness.Simulator.Calls.Keys, call => call.Call == "DescribeInstances");
        Assert.NotNull(changes.Current.Group);
    }

    [Fact]
    public async Task Whose_the_instances_of_a_batch_are_is_asked_once_and_what_is_foreign_is_deleted_unheard()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var foreign = harness.Request();
        foreign = foreign with { Tags = foreign.Tags.SetItem(MusterTags.Installation, "11111111-2222-4333-8444-555555555555") };
        await using var other = harness.Open();
        await other.LaunchAsync(foreign, Cancellation);
        var ours = await other.LaunchAsync(harness.Request(), Cancellation);
        await using var changes = Watch(harness.Cloud);

        Assert.True(await changes.MoveNextAsync());
        Assert.True(await changes.MoveNextAsync());
        var next = changes.MoveNextAsync();
        await WaitUntilAsync(() => harness.Simulator.Instances.Events.Count == 0);
        harness.Simulator.Instances.Recommend(ours.Id.Value);

        Assert.True(await next);
        Assert.Equal(ours.Id, changes.Current.Instance);
        Assert.Equal(1, harness.Simulator.Calls[("DescribeInstances", 200)]);
    }

    [Fact]
    public async Task What_EC2_does_not_show_yet_is_heard_of_when_it_does()
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.Lag = TimeSpan.FromSeconds(2));
        await using var other = harness.Open();
        var launched = await other.LaunchAsync(harness.Request(), Cancellation);
        await using var changes = Watch(harness.Cloud);

        // The message comes again when ten seconds have passed.
        Assert.True(await changes.MoveNextAsync());

        Assert.Equal(launched.Id, changes.Current.Instance);
    }

    [Fact]
    public async Task What_is_no_event_of_an_instance_is_told_once_and_deleted()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var said = new List<string>();
        await using var cloud = harness.Open(said.Add);
        foreach (var body in new[]
        {
            "no JSON", "[]", """{"source":"aws.s3","detail-type":"Object Created"}""",
            """{"source":"aws.ec2","detail-type":"EBS Volume Notification"}""",
            """
            {"source":"aws.ec2","detail-type":"EC2 Instance State-change Notification","time":"2026-01-02T03:04:05Z",
             "detail":{"instance-id":"../x"}}
            """,
        })
        {
            harness.Simulator.Instances.Events.Send(body);
        }

        await using var changes = Watch(cloud);
        var next = changes.MoveNextAsync();
        await WaitUntilAsync(() => harness.Simulator.Instances.Events.Count == 0);
        var launched = await cloud.LaunchAsync(harness.Request(), Cancellation);

        Assert.True(await next);
        Assert.Equal(launched.Id, changes.Current.Instance);
        // Two of them are no event of EC2 at all, which is said once.
        Assert.Equal(4, said.Count);
        Assert.All(said, line => Assert.StartsWith(
            "the queue has a message that is no event of an instance: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_warning_has_the_next_look_ask_for_notices()
    {
        await using var harness = await Ec2Harness.StartAsync();
        await using var other = harness.Open();
        var launched = await other.LaunchAsync(harness.Request() with { IsInterruptible = true }, Cancellation);
        await using var changes = Watch(harness.Cloud);
        Assert.True(await changes.MoveNextAsync());
        Assert.True(await changes.MoveNextAsync());
        var at = TimeProvider.System.GetUtcNow();

        harness.Simulator.Instances.Mark(launched.Id.Value, at);
        Assert.True(await changes.MoveNextAsync());

        var listed = Assert.Single(await harness.ListAsync());
        Assert.Equal(at + TimeSpan.FromMinutes(2), listed.LeavingAt!.Value, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_told_by_its_option()
    {
        await using var harness = await Ec2Harness.StartAsync();
        await using var cloud = harness.Open(("queue_url", harness.QueueUrl.Replace("muster-events", "other", StringComparison.Ordinal)));

        var error = await Assert.ThrowsAsync<CloudException>(async () => await Watch(cloud).MoveNextAsync());

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.StartsWith(
            "sqs ReceiveMessage: QueueDoesNotExist: The specified queue does not exist.: queue_url is 'http://127.0.0.1", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_right_that_is_missing_is_named()
    {
        await using var harness = await Ec2Harness.StartAsync();
        harness.Options.Denied["AmazonSQS.ReceiveMessage"] = true;

        var error = await Assert.ThrowsAsync<CloudException>(async () => await Watch(harness.Cloud).MoveNextAsync());

        Assert.Equal(CloudErrorKind.Unauthorized, error.Kind);
        Assert.Contains(
            "the credential needs sqs:ReceiveMessage and sqs:DeleteMessage of the queue", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "com.amazonaws.sqs#RequestThrottled")]
    [InlineData(400, "ThrottlingException")]
    [InlineData(503, "ServiceUnavailable")]
    [InlineData(429, "SlowDown")]
    public async Task A_queue_that_wants_silence_never_silences_EC2(int status, string type)
    {
        await using var harness = await Ec2Harness.StartAsync();
        harness.Options.Faults = _ => new Simulators.Kit.Fault.Answer(
            status, $$"""{"__type":"{{type}}","message":"no"}""", ContentType: "application/x-amz-json-1.0");

        var error = await Assert.ThrowsAsync<CloudException>(async () => await Watch(harness.Cloud).MoveNextAsync());

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    [Fact]
    public async Task Without_a_queue_there_is_nothing_to_listen_to()
    {
        await using var harness = await Ec2Harness.StartAsync(cloudOptions: ("queue_url", ""));

        Assert.False(harness.Cloud.Traits.Watches);
        Assert.Throws<NotSupportedException>(() => harness.Cloud.WatchAsync(Local.Requests.Installation, Cancellation));
    }

    private static IAsyncEnumerator<CloudChange> Watch(ICloud cloud) =>
        cloud.WatchAsync(Local.Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancellation);
        }
    }
}
