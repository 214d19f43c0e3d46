using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

using Muster.Clouds.Tests.Docker;
using Muster.Clouds.Tests.Local;
using Muster.Clouds.Tests.Lxd;
using Muster.Core.Clouds;

namespace Muster.Clouds.Tests.Daemons;

/// <summary>A stream of events that nobody understands is a failure of the cloud, after which it is watched again.</summary>
public sealed partial class OddEventsTests
{
    private const string Odd = "no event at all";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_of_Docker_s_that_is_no_event_is_unavailable()
    {
        await using var daemon = new OddDaemon(_ => Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{Odd}\n"));
        await using var cloud = DockerHarness.Open(daemon.Socket);

        await AssertUnavailableAsync(cloud, "docker GET /v1.41/events was answered with something that is not understood");
    }

    [Fact]
    public async Task A_message_of_LXD_s_that_is_no_event_is_unavailable()
    {
        await using var daemon = new OddDaemon(UpgradeAndTell);
        await using var cloud = LxdHarness.Open(daemon.Socket);

        await AssertUnavailableAsync(cloud, "lxd GET /1.0/events was answered with something that is not understood");
    }

    [Fact]
    public async Task A_line_of_Docker_s_that_never_ends_is_no_event()
    {
        var endless = new string('x', 2_000_000);
        await using var daemon = new OddDaemon(_ => Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{endless}\n"));
        await using var cloud = DockerHarness.Open(daemon.Socket);

        await AssertUnavailableAsync(cloud, "docker GET /v1.41/events was answered with a line of more than 1048576 bytes");
    }

    [Fact]
    public async Task A_line_of_an_executable_s_that_never_ends_is_no_event()
    {
        await using var cloud = new Exec.ScriptedCloud(
            "# It watches.\ncase $1 in describe) echo '{\"contract\":1,\"launch_tokens\":true,\"watches\":true}'; exit;; esac\n"
            + "head -c 2000000 /dev/zero | tr '\\0' x; cat >/dev/null");

        var error = await Assert.ThrowsAsync<CloudException>(async () =>
        {
            await foreach (var change in cloud.Cloud.WatchAsync(Requests.Installation, Cancellation))
            {
                Assert.Fail($"{change} came of no event");
            }
        });

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("wrote a line of more than 1048576 bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("lxd")]
    public async Task An_answer_without_end_is_none(string kind)
    {
        await using var daemon = new OddDaemon(
            _ => Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 70000000\r\n\r\n["));
        await using var cloud = kind == "lxd" ? LxdHarness.Open(daemon.Socket) : DockerHarness.Open(daemon.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(async () =>
        {
            await foreach (var page in cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
            {
                Assert.Fail($"{page} came of no answer");
            }
        });

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("answers with more than 64 MiB", error.Message, StringComparison.Ordinal);
    }

    private static async Task AssertUnavailableAsync(ICloud cloud, string message)
    {
        await using var changes = cloud.WatchAsync(Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation);

        var error = await Assert.ThrowsAsync<CloudException>(async () => await changes.MoveNextAsync());

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    /// <summary>The handshake of RFC 6455 §4.2.2, and one text frame (§5.2).</summary>
    private static byte[] UpgradeAndTell(string request)
    {
        const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        var key = Key().Match(request).Groups[1].Value;
#pragma warning disable CA5350 // What the RFC asks for.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));
#pragma warning restore CA5350
        var head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {accept}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), 0x81, (byte)Odd.Length, .. Encoding.ASCII.GetBytes(Odd)];
    }

    [GeneratedRegex("Sec-WebSocket-Key: (.*)\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex Key();
}
