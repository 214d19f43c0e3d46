using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;

using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Docker;

/// <summary>What is asked of Docker and made of its answers, told by something that answers as an engine does.</summary>
public sealed class DockerCallTests
{
    private static readonly string Id = new('a', 64);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("restarting", "Restarting (1) Less than a second ago", 5, InstanceState.Provisioning, "restarting: exited with code 1")]
    [InlineData(
        "restarting", "Restarting (1) 3 seconds ago", 11, InstanceState.Failed, "in a crash loop: exited with code 1, and is restarted")]
    [InlineData(
        "restarting",
        "Restarting (137) 3 seconds ago",
        86_400,
        InstanceState.Failed,
        "in a crash loop: killed by signal 9, and is restarted")]
    [InlineData("restarting", null, 86_400, InstanceState.Failed, "in a crash loop: exited, and is restarted")]
    [InlineData("exited", "Exited (99999999999999999999) now", 1, InstanceState.Failed, "exited")]
    [InlineData("created", null, 11, InstanceState.Provisioning, "created")]
    [InlineData("created", null, 721, InstanceState.Failed, "created and never started")]
    [InlineData("running", "Up 1 second", 86_400, InstanceState.Running, "running")]
    [InlineData("paused", null, 1, InstanceState.Stopped, "paused")]
    [InlineData("removing", null, 1, InstanceState.Terminating, "removing")]
    [InlineData("dead", null, 1, InstanceState.Failed, "dead: could not be removed")]
    [InlineData("stopping", null, 1, InstanceState.Unknown, "stopping")]
    public async Task Every_state_is_told(string state, string? status, int ageSeconds, InstanceState expected, string detail)
    {
        var created = (TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(ageSeconds)).ToUnixTimeSeconds();
        var told = status is null ? "null" : $"\"{status}\"";
        await using var daemon = new OddDaemon(
            _ => Answer($$$"""[{"Id":"{{{Id}}}","Created":{{{created}}},"State":"{{{state}}}","Status":{{{told}}},"Labels":{}}]"""));

        var instance = Assert.Single(await ListAsync(daemon));

        Assert.Equal((expected, detail), (instance.State, instance.StateDetail));
        Assert.Equal(detail is "created", instance.IsHalfMade);
    }

    [Fact]
    public async Task A_container_with_the_label_is_protected_and_nothing_is_done_to_it()
    {
        var asked = new ConcurrentQueue<string>();
        await using var daemon = new OddDaemon(request =>
        {
            asked.Enqueue(request.Split(' ')[0]);
            return Answer($$$"""[{"Id":"{{{Id}}}","Created":1,"State":"running","Labels":{"muster.protected":"true"}}]""");
        });
        Assert.True(Assert.Single(await ListAsync(daemon)).IsProtected);
        await using var cloud = DockerHarness.Open(daemon.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.TerminateAsync(new InstanceId(Id), Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("is protected by its label muster.protected: nothing was done to it", error.Message, StringComparison.Ordinal);
        Assert.Equal(["GET", "GET"], asked);
    }

    [Fact]
    public async Task One_with_another_value_of_it_is_not()
    {
        await using var daemon = new OddDaemon(
            _ => Answer($$$"""[{"Id":"{{{Id}}}","Created":1,"State":"running","Labels":{"muster.protected":"false"}}]"""));

        Assert.False(Assert.Single(await ListAsync(daemon)).IsProtected);
    }

    [Fact]
    public async Task A_socket_that_is_not_there_is_named_with_what_to_do()
    {
        await using var cloud = DockerHarness.Open("/nowhere/docker.sock");

        var error = await Assert.ThrowsAsync<CloudException>(
            async () => await cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation).FirstAsync(Cancellation));

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.StartsWith(
            "docker GET /v1.41/containers/json: docker at unix:///nowhere/docker.sock cannot be reached: "
            + "there is no socket /nowhere/docker.sock: ",
            error.Message, StringComparison.Ordinal);
        Assert.EndsWith("set clouds.docker.endpoint", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silence_of_years_is_cut_to_an_hour()
    {
        await using var daemon = new OddDaemon(
            _ => Answer("""{"message":"busy"}""", "429 Too Many Requests", "Retry-After: 2147483647\r\n"));

        var error = await Assert.ThrowsAsync<CloudException>(() => ListAsync(daemon));

        Assert.Equal((CloudErrorKind.Throttled, TimeSpan.FromHours(1)), (error.Kind, error.RetryAfter));
        Assert.Contains("it asked for 365d without a call; Muster waits 1h", error.Message, StringComparison.Ordinal);
    }

    private static async Task<ImmutableArray<Instance>> ListAsync(OddDaemon daemon)
    {
        await using var cloud = DockerHarness.Open(daemon.Socket);
        var instances = ImmutableArray.CreateBuilder<Instance>();
        await foreach (var page in cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
        {
            instances.AddRange(page.Instances);
        }

        return instances.ToImmutable();
    }

    private static byte[] Answer(string body, string status = "200 OK", string more = "") =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n{more}Content-Length: {body.Length}\r\n\r\n{body}");
}
