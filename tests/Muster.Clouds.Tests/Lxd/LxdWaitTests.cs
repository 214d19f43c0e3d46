using System.Collections.Concurrent;
using System.Text;

using Muster.Clouds.Tests.Daemons;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Lxd;

/// <summary>How long operations are waited for, told by something that answers as LXD does.</summary>
public sealed class LxdWaitTests
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

    private static byte[] Answer(string body, string status = "200 OK") =>
        Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
