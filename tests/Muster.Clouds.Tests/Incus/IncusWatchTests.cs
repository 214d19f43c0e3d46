using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Local;
using Muster.Clouds.Tests.Lxd;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Incus;

/// <summary>Incus closes on a listener that is a thousand events behind, and resends nothing.</summary>
public sealed partial class IncusWatchTests
{
    private const string Started = """
        {"type":"lifecycle","timestamp":"2026-01-01T00:00:00.5Z","location":"one","project":"default","metadata":{"action":
        "instance-started","source":"/1.0/instances/web-1?project=default","requestor":{"username":"root","protocol":"unix"},
        "name":"web-1","project":"default"}}
        """;

    private const string Snapshot = """
        {"type":"lifecycle","metadata":{"action":"instance-snapshot-created","source":"/1.0/instances/web-1/snapshots/a?project=default"}}
        """;

    private const string Image = """{"type":"lifecycle","metadata":{"action":"image-created","source":"/1.0/images/06b8"}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_is_about_the_instance_in_its_source()
    {
        await using var daemon = Daemon(Image, Started, Snapshot);
        await using var cloud = LxdHarness.OpenAs("incus", daemon.Socket);

        Assert.Equal([Web(1), Web(1)], await ToldAsync(cloud));
    }

    [Fact]
    public async Task After_a_cut_off_every_group_is_looked_at_once_somebody_listens_again()
    {
        await using var daemon = Daemon();
        await using var cloud = LxdHarness.OpenAs("incus", daemon.Socket);
        await ListAsync(cloud);

        Assert.Empty(await ToldAsync(cloud));
        // One of each group is enough: a hint is about its group.
        Assert.Equal([Requests.Group, Other], (await ToldAsync(cloud)).Select(change => change.Group!.Value).Order(ById));
    }

    [Fact]
    public async Task A_watch_that_was_given_up_missed_nothing()
    {
        await using var daemon = Daemon(Started);
        await using var cloud = LxdHarness.OpenAs("incus", daemon.Socket);
        await ListAsync(cloud);
        await using (var changes = cloud.WatchAsync(Requests.Installation, Cancellation).GetAsyncEnumerator(Cancellation))
        {
            Assert.True(await changes.MoveNextAsync());
        }

        Assert.Equal([Web(1)], await ToldAsync(cloud));
    }

    private static Comparer<GroupId> ById { get; } = Comparer<GroupId>.Create((a, b) => a.Value.CompareTo(b.Value));

    private static GroupId Other { get; } = new(new Guid("66666666-6666-4666-8666-666666666666"));

    private static CloudChange Web(int number) => new(Requests.Group, new InstanceId($"web-{number}"));

    /// <summary>What is told until the daemon hangs up, which is a failure of the cloud.</summary>
    private static async Task<List<CloudChange>> ToldAsync(ICloud cloud)
    {
        var told = new List<CloudChange>();
        var error = await Assert.ThrowsAsync<CloudException>(async () =>
        {
            await foreach (var change in cloud.WatchAsync(Requests.Installation, Cancellation))
            {
                told.Add(change);
            }
        });
        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        return told;
    }

    private static async Task ListAsync(ICloud cloud)
    {
        await foreach (var page in cloud.ListAsync(new InstanceFilter(Requests.Installation), Cancellation))
        {
            Assert.Equal(3, page.Instances.Length);
        }
    }

    private static OddDaemon Daemon(params string[] events) => new(request => request.Split(' ')[1].Split('?')[0] switch
    {
        "/1.0/events" => [.. Handshake(request), .. events.SelectMany(Frame)],
        "/1.0/instances" => Answer($"[{Instance(1, Requests.Group)},{Instance(2, Requests.Group)},{Instance(3, Other)}]"),
        _ => Answer(Instance(1, Requests.Group)),
    });

    private static string Instance(int number, GroupId group) => $$$"""
        {"name":"web-{{{number}}}","status":"Running","last_used_at":"2026-01-01T00:00:00Z",
        "config":{"user.muster.installation":"{{{Requests.Installation}}}","user.muster.group":"{{{group}}}"}}
        """;

    private static byte[] Answer(string metadata)
    {
        var body = $$"""{"type":"sync","metadata":{{metadata}}}""";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>RFC 6455 §4.2.2.</summary>
    private static byte[] Handshake(string request)
    {
        const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
#pragma warning disable CA5350 // What the RFC asks for.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(Key().Match(request).Groups[1].Value + Magic)));
#pragma warning restore CA5350
        return Encoding.ASCII.GetBytes(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {accept}\r\n\r\n");
    }

    /// <summary>One text frame of more than 125 bytes (§5.2).</summary>
    private static byte[] Frame(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text.PadRight(126));
        return [0x81, 126, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }

    [GeneratedRegex("Sec-WebSocket-Key: (.*)\r\n", RegexOptions.IgnoreCase)]
    private static partial Regex Key();
}
