using System.Collections.Concurrent;
using System.Text;

using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Docker;
using Muster.Clouds.Tests.Local;
using Muster.Clouds.Tests.Lxd;
using Muster.Clouds.Tests.Triton;
using Muster.Clouds.Triton;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Settings;

namespace Muster.Clouds.Tests.Kit.Listings;

/// <summary>A look for one instance finds it whatever else is listed; one that is there and cannot be read is not "not there".</summary>
public sealed class OddLookUpTests
{
    private static readonly string Id = new('a', 64);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""[{"Id":"ID","State":7,"Labels":{"muster.protected":"true"}}]""", CloudErrorKind.Unavailable)]
    [InlineData(
        """[null,{"Id":"other","State":7},{"Id":"ID","State":"running","Labels":{"muster.protected":"true"}}]""",
        CloudErrorKind.InvalidRequest)]
    public async Task A_container_whose_protection_cannot_be_read_is_not_touched(string listed, CloudErrorKind kind)
    {
        var asked = new ConcurrentQueue<string>();
        await using var daemon = new OddDaemon(request =>
        {
            asked.Enqueue(request.Split(' ')[0]);
            return Answer(listed.Replace("ID", Id, StringComparison.Ordinal));
        });
        await using var cloud = DockerHarness.Open(daemon.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.TerminateAsync(new InstanceId(Id), Cancellation));

        Assert.Equal(kind, error.Kind);
        Assert.Equal(["GET"], asked);
    }

    [Theory]
    [InlineData("""{"metadata":null}""")]
    [InlineData("""{"metadata":{"name":"web","status":7}}""")]
    [InlineData("""{"metadata":{"name":"web","status":null,"config":{}}}""")]
    public async Task An_instance_of_LXD_s_that_cannot_be_read_is_neither_gone_nor_touched(string answer)
    {
        var asked = new ConcurrentQueue<string>();
        await using var daemon = new OddDaemon(request =>
        {
            asked.Enqueue(request.Split(' ')[0]);
            return Answer(answer);
        });
        await using var cloud = LxdHarness.Open(daemon.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.TerminateAsync(new InstanceId("web"), Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Equal(["GET"], asked);
    }

    [Fact]
    public async Task A_machine_with_the_tag_that_cannot_be_read_otherwise_is_unknown()
    {
        await using var harness = await TritonHarness.StartAsync(
            options => options.Faults = _ => new Fault.Answer(200, """[{"id":"odd","state":{},"tags":{"muster.launch":"L"}}]"""));
        await using var cloud = (TritonCloud)harness.Open(_ => { }, ("key_file", harness.KeyFile));

        var found = Assert.Single(await cloud.FindTaggedAsync(MusterTags.Launch, "L", Cancellation));

        Assert.Equal(("odd", InstanceState.Unknown), (found.Id.Value, found.State));
    }

    [Theory]
    [InlineData("""{"id":"odd","state":{},"tags":7}""", true)]
    [InlineData("""{"id":"odd","state":{},"tags":{"muster.launch":"other"}}""", false)]
    [InlineData("null", false)]
    public async Task A_machine_that_is_looked_for_by_its_tag_and_cannot_be_read_is_not_missing(string odd, bool isUnclear)
    {
        await using var harness = await TritonHarness.StartAsync(
            options => options.Faults = _ =>
                new Fault.Answer(200, $$$"""[{{{odd}}},{"id":"good","name":"a","state":"running","tags":{"muster.launch":"L"}}]"""));
        await using var cloud = (TritonCloud)harness.Open(_ => { }, ("key_file", harness.KeyFile));

        if (isUnclear)
        {
            var error = await Assert.ThrowsAsync<CloudException>(() => cloud.FindTaggedAsync(MusterTags.Launch, "L", Cancellation));
            Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        }
        else
        {
            Assert.Equal("good", Assert.Single(await cloud.FindTaggedAsync(MusterTags.Launch, "L", Cancellation)).Id.Value);
        }
    }

    private static byte[] Answer(string text) => Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{text}");
}
