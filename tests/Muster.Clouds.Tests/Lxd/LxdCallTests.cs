using System.Collections.Concurrent;
using System.Text;

using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Local;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Clouds.Tests.Lxd;

/// <summary>What is asked of LXD, told by something that answers as LXD does.</summary>
public sealed class LxdCallTests
{
    private const string Running = """{"metadata":{"name":"web","status":"Running"}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stop_is_waited_for_as_long_as_its_grace_and_then_some()
    {
        var asked = new ConcurrentQueue<string>();
        await using var daemon = new OddDaemon(request =>
        {
            var line = request.Split("\r\n")[0];
            asked.Enqueue(line);
            return line switch
            {
                _ when line.Contains("/wait?", StringComparison.Ordinal) => Answer("""{"metadata":{"status_code":200}}"""),
                _ when line.StartsWith("PUT", StringComparison.Ordinal) => Answer("""{"operation":"/1.0/operations/x"}"""),
                _ => asked.Count > 1 ? Answer("{}", "404 Not Found") : Answer(Running),
            };
        });
        await using var cloud = LxdHarness.Open(daemon.Socket, ("stop_grace", "20m"));

        await cloud.TerminateAsync(new InstanceId("web"), Cancellation);

        Assert.Contains(asked, line => line.Contains("/1.0/operations/x/wait?timeout=1800&", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_request_of_an_end_takes_a_right_to_call()
    {
        var asked = new ConcurrentQueue<string>();
        await using var daemon = new OddDaemon(request =>
        {
            asked.Enqueue(request.Split(' ')[0]);
            return request.Contains("/wait?", StringComparison.Ordinal) ? Answer("""{"metadata":{"status_code":200}}""")
                : request.StartsWith("PUT", StringComparison.Ordinal) ? Answer("""{"operation":"/1.0/operations/x"}""")
                : asked.Count > 1 ? Answer("{}", "404 Not Found") : Answer(Running);
        });
        await using var cloud = GovernedCloud.Over("lxd", LxdHarness.Open(daemon.Socket), TimeProvider.System);

        await cloud.TerminateAsync(new InstanceId("web"), Cancellation);

        Assert.Equal(
            (asked.Count(method => method == "GET"), asked.Count(method => method != "GET")),
            ((int)cloud.Governor.Figures.Reads, (int)cloud.Governor.Figures.Writes));
        Assert.Equal(["GET", "PUT", "GET", "GET"], asked);
    }

    [Fact]
    public async Task An_operation_that_does_not_end_in_its_time_is_a_doubt()
    {
        await using var daemon = new OddDaemon(request => Answer(
            request.Contains("/wait?", StringComparison.Ordinal) ? """{"metadata":{"status_code":103}}"""
            : request.StartsWith("PUT", StringComparison.Ordinal) ? """{"operation":"/1.0/operations/x"}"""
            : Running));
        await using var cloud = LxdHarness.Open(daemon.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.TerminateAsync(new InstanceId("web"), Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Contains("did not end within 600 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_first_listing_asks_for_addresses_that_do_not_change()
    {
        const string Whole = """
            {"metadata":[{"name":"web","status":"Running","last_used_at":"2026-01-01T00:00:00Z","expanded_devices":{"eth0":{"type":"nic"}},
            "state":{"network":{"eth0":{"addresses":[{"address":"10.0.0.7","scope":"global"}]}}}}]}
            """;
        const string Short = """{"metadata":[{"name":"web","status":"Running","last_used_at":"2026-01-01T00:00:00Z"}]}""";
        var asked = new ConcurrentQueue<string>();
        await using var daemon = new OddDaemon(request =>
        {
            asked.Enqueue(request.Split('&')[0]);
            return Answer(request.Contains("recursion=2", StringComparison.Ordinal) ? Whole : Short);
        });
        await using var cloud = LxdHarness.Open(daemon.Socket);

        for (var round = 0; round < 2; round++)
        {
            await foreach (var page in cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
            {
                Assert.Equal(["10.0.0.7"], Assert.Single(page.Instances).Addresses);
            }
        }

        Assert.Equal(["GET /1.0/instances?recursion=2", "GET /1.0/instances?recursion=1"], asked);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"web","status":"Running","config":{"security.protection.delete":"true"}}}""")]
    [InlineData("""{"metadata":{"name":"web","status":"Running","config":{},"expanded_config":{"security.protection.delete":"1"}}}""")]
    [InlineData("""{"metadata":{"name":"web","status":"Stopped","expanded_config":{"security.protection.delete":"Yes"}}}""")]
    public async Task Nothing_is_done_to_an_instance_that_cannot_be_deleted(string instance)
    {
        var asked = new ConcurrentQueue<string>();
        await using var daemon = new OddDaemon(request =>
        {
            asked.Enqueue(request.Split(' ')[0]);
            return Answer(instance);
        });
        await using var cloud = LxdHarness.Open(daemon.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.TerminateAsync(new InstanceId("web"), Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.StartsWith(
            "'web' is protected from deletion (security.protection.delete): nothing was done to it",
            error.Message,
            StringComparison.Ordinal);
        Assert.Equal(["GET"], asked);
    }

    [Fact]
    public async Task What_we_stopped_and_cannot_delete_is_half_ended_and_not_as_it_was()
    {
        var isStopped = false;
        await using var daemon = new OddDaemon(request =>
        {
            isStopped |= request.StartsWith("PUT", StringComparison.Ordinal);
            return request.Split(' ') switch
            {
                [_, var path, ..] when path.Contains("/wait?", StringComparison.Ordinal) => Answer("""{"metadata":{"status_code":200}}"""),
                [_, var path, ..] when path.StartsWith("/1.0/operations?", StringComparison.Ordinal) => Answer("""{"metadata":{}}"""),
                ["PUT", ..] => Answer("""{"operation":"/1.0/operations/x"}"""),
                ["DELETE", ..] => Answer("""{"error":"dataset is in use"}""", "500 Internal Server Error"),
                _ => Answer($$$"""{"metadata":{"name":"web","status":"{{{(isStopped ? "Stopped" : "Running")}}}"}}"""),
            };
        });
        await using var cloud = LxdHarness.Open(daemon.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.TerminateAsync(new InstanceId("web"), Cancellation));

        Assert.Equal(CloudErrorKind.Ambiguous, error.Kind);
        Assert.Contains("'web' was stopped and not deleted", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Answer(string body, string status = "200 OK") =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
