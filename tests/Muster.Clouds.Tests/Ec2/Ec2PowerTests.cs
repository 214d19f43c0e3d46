using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Ec2;

/// <summary>What is EC2's own when instances are stopped and started.</summary>
public sealed class Ec2PowerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_order_is_one_look_and_one_change_and_what_is_so_already_is_a_look_alone()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var (cloud, launched) = await LaunchAsync(harness);

        await cloud.StopAsync(Local.Requests.Installation, launched.Id, StopManner.Orderly, Cancellation);
        await cloud.StopAsync(Local.Requests.Installation, launched.Id, StopManner.Orderly, Cancellation);
        await cloud.StartAsync(Local.Requests.Installation, launched.Id, Cancellation);
        await cloud.StartAsync(Local.Requests.Installation, launched.Id, Cancellation);

        Assert.Equal(4, harness.Simulator.Calls[("DescribeInstances", 200)]);
        Assert.Equal(1, harness.Simulator.Calls[("StopInstances", 200)]);
        Assert.Equal(1, harness.Simulator.Calls[("StartInstances", 200)]);
    }

    [Fact]
    public async Task A_stop_on_order_is_told_apart_from_one_from_within()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var (cloud, ordered) = await LaunchAsync(harness);
        var (_, died) = await LaunchAsync(harness);

        await cloud.StopAsync(Local.Requests.Installation, ordered.Id, StopManner.AtOnce, Cancellation);
        await harness.Killing!(died, Cancellation);

        var listed = await harness.ListAsync();
        Assert.Equal((InstanceState.Stopped, true), (Of(ordered).State, Of(ordered).StoppedOnOrder));
        Assert.Equal((InstanceState.Stopped, false), (Of(died).State, Of(died).StoppedOnOrder));
        Instance Of(Instance one) => listed.Single(instance => instance.Id == one.Id);
    }

    [Fact]
    public async Task A_start_that_finds_no_room_says_so_and_leaves_the_instance_at_rest()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var (cloud, launched) = await LaunchAsync(harness);
        await cloud.StopAsync(Local.Requests.Installation, launched.Id, StopManner.Orderly, Cancellation);
        harness.Options.IsFull = true;

        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.StartAsync(Local.Requests.Installation, launched.Id, Cancellation));

        Assert.Equal(CloudErrorKind.OutOfStock, error.Kind);
        Assert.Equal(InstanceState.Stopped, Assert.Single(await harness.ListAsync()).State);
    }

    [Fact]
    public async Task A_spot_instance_and_one_that_was_not_launched_for_hibernation_say_what_they_cannot()
    {
        await using var harness = await Ec2Harness.StartAsync();
        var cloud = (IStoppingCloud)harness.Cloud;
        var spot = await harness.Cloud.LaunchAsync(harness.Request() with { IsInterruptible = true }, Cancellation);
        var (_, plain) = await LaunchAsync(harness);

        var one = await Assert.ThrowsAsync<CloudException>(
            () => cloud.StopAsync(Local.Requests.Installation, spot.Id, StopManner.Orderly, Cancellation));
        var other = await Assert.ThrowsAsync<CloudException>(
            () => cloud.StopAsync(Local.Requests.Installation, plain.Id, StopManner.KeepingMemory, Cancellation));

        Assert.Equal((CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest), (one.Kind, other.Kind));
        Assert.Contains("one-time Spot Instance request", one.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "; it was launched without the option hibernation=true: stop it in an orderly way", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_on_its_way_up_is_asked_again_later()
    {
        await using var harness = await Ec2Harness.StartAsync(options => options.Provisioning = new(TimeSpan.FromMinutes(5)));
        var (cloud, launched) = await LaunchAsync(harness);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.StopAsync(Local.Requests.Installation, launched.Id, StopManner.Orderly, Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
    }

    private static async Task<(IStoppingCloud Cloud, Instance Launched)> LaunchAsync(Ec2Harness harness) =>
        ((IStoppingCloud)harness.Cloud, await harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
}
