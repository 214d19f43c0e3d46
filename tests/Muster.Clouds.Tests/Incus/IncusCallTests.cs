using System.Collections.Concurrent;
using System.Text;

using Muster.Clouds.Tests.Daemons;
using Muster.Clouds.Tests.Local;
using Muster.Clouds.Tests.Lxd;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Tests.Incus;

/// <summary>What is asked of Incus and made of its answers, which are written as its own sources write them.</summary>
public sealed class IncusCallTests
{
    private const string Operation =
        """{"type":"async","status":"Operation created","status_code":100,"operation":"/1.0/operations/x","metadata":{"id":"x"}}""";

    private const string Done = """{"type":"sync","status":"Success","status_code":200,"metadata":{"id":"x","status_code":200}}""";
    private const string Nothing = """{"type":"error","status":"","status_code":0,"error_code":404,"error":"Instance not found"}""";
    private const string NoOperations = """{"type":"sync","status_code":200,"metadata":{}}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_launch_is_one_change_and_two_looks_and_a_wait()
    {
        var request = Requests.Make(Requests.Template("alpine"));
        var asked = new ConcurrentQueue<string>();
        await using var daemon = Daemon(asked, (method, path, count) => method == "POST" ? ("202 Accepted", Operation)
            : IsWait(path) ? ("200 OK", Done)
            : count > 1 ? ("200 OK", Instance(request, "Running"))
            : ("404 Not Found", Nothing));
        await using var cloud = LxdHarness.OpenAs("incus", daemon.Socket);

        var launched = await cloud.LaunchAsync(request, Cancellation);

        Assert.Equal((request.Name, InstanceState.Running), (launched.Id.Value, launched.State));
        Assert.Equal(
            [
                $"GET /1.0/instances/{request.Name}?project=default", "POST /1.0/instances?project=default",
                "GET /1.0/operations/x/wait?timeout=600&project=default", $"GET /1.0/instances/{request.Name}?project=default",
            ],
            asked);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("2026-01-01T00:00:00Z")]
    public async Task What_was_made_and_did_not_start_is_taken_away_and_told(string lastUsedAt)
    {
        var request = Requests.Make(Requests.Template("alpine"));
        var asked = new ConcurrentQueue<string>();
        var isThere = false;
        await using var daemon = Daemon(asked, (method, path, _) =>
        {
            isThere = method == "POST" || (isThere && method != "DELETE");
            return method is "POST" or "PUT" or "DELETE" ? ("202 Accepted", Operation)
                : IsWait(path) ? ("200 OK", isThere
                    ? """{"metadata":{"status_code":400,"err":"Failed to start device \"gpu\": Failed to detect gpu: no such device"}}"""
                    : Done)
                : path.StartsWith("/1.0/operations", StringComparison.Ordinal) ? ("200 OK", NoOperations)
                : isThere ? ("200 OK", Instance(request, "Stopped", lastUsedAt))
                : ("404 Not Found", Nothing);
        });
        await using var cloud = LxdHarness.OpenAs("incus", daemon.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(request, Cancellation));

        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.Contains("no such device", error.Message, StringComparison.Ordinal);
        Assert.Equal(["POST", "PUT", "DELETE"], asked.Select(line => line.Split(' ')[0]).Where(method => method != "GET"));
        Assert.False(isThere);
    }

    [Fact]
    public async Task A_launch_that_another_server_was_quicker_with_finds_its_instance()
    {
        var request = Requests.Make(Requests.Template("alpine"));
        var asked = new ConcurrentQueue<string>();
        await using var daemon = Daemon(asked, (method, path, count) => method == "POST"
                ? ("409 Conflict", Error(409, "This \\\"instances\\\" entry already exists"))
            : path.StartsWith("/1.0/operations", StringComparison.Ordinal) ? ("200 OK", NoOperations)
            : count > 1 ? ("200 OK", Instance(request, "Running"))
            : ("404 Not Found", Nothing));
        await using var cloud = LxdHarness.OpenAs("incus", daemon.Socket);

        Assert.Equal(request.Name, (await cloud.LaunchAsync(request, Cancellation)).Id.Value);
    }

    [Theory]
    [InlineData("403 Forbidden", 403, "Cluster member is evacuated", CloudErrorKind.OutOfStock)]
    [InlineData("500 Internal Server Error", 500, "Couldn't find a cluster member for the instance", CloudErrorKind.OutOfStock)]
    [InlineData("403 Forbidden", 403, "This project doesn't allow cluster member targeting", CloudErrorKind.InvalidRequest)]
    [InlineData("403 Forbidden", 403, "Forbidden", CloudErrorKind.Unauthorized)]
    [InlineData("400 Bad Request", 400, "Target only allowed when clustered", CloudErrorKind.InvalidRequest)]
    [InlineData("500 Internal Server Error", 500, "Reached maximum number of instances in project", CloudErrorKind.QuotaExceeded)]
    [InlineData("503 Service Unavailable", 503, "Incus is starting up", CloudErrorKind.Ambiguous)]
    public async Task A_refused_launch_says_what_it_is_about(string status, int code, string message, CloudErrorKind kind)
    {
        var asked = new ConcurrentQueue<string>();
        await using var daemon = Daemon(asked, (method, path, _) => method == "POST" ? (status, Error(code, message))
            : path.StartsWith("/1.0/operations", StringComparison.Ordinal) ? ("200 OK", NoOperations)
            : ("404 Not Found", Nothing));
        await using var cloud = LxdHarness.OpenAs("incus", daemon.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => cloud.LaunchAsync(Requests.Make(Requests.Template("alpine")), Cancellation));

        Assert.Equal((kind, true), (error.Kind, error.Message.Contains("incus POST /1.0/instances", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_protected_instance_is_left_alone_with_Incus_s_own_command()
    {
        await using var daemon = Daemon(
            new(),
            (_, _, _) => ("200 OK", """{"metadata":{"name":"web","status":"Running","config":{"security.protection.delete":"true"}}}"""));
        await using var cloud = LxdHarness.OpenAs("incus", daemon.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.TerminateAsync(new InstanceId("web"), Cancellation));

        Assert.Contains("'incus config unset web security.protection.delete' lifts that", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_template_is_read_from_an_instance_of_a_remote_image()
    {
        const string Fingerprint = "06b86454720d36b20f94e31c6812e05ec51c1b568cf3a8abd273769d213394bb";
        await using var daemon = Daemon(new(), (_, path, _) => path.StartsWith("/1.0/images/", StringComparison.Ordinal)
            ? ("200 OK", """
                {"metadata":{"aliases":[],"cached":true,"type":"virtual-machine","update_source":{"alias":"debian/12",
                "protocol":"simplestreams","server":"https://images.linuxcontainers.org","image_type":"virtual-machine"}}}
                """)
            : ("200 OK", $$$"""
                {"metadata":{"name":"db","type":"virtual-machine","profiles":["default","agent"],"location":"two","status":"Running",
                "config":{"limits.cpu":"4","limits.memory":"8GiB","security.secureboot":"false","image.os":"Debian",
                "cloud-init.user-data":"x",
                "volatile.base_image":"{{{Fingerprint}}}","volatile.cluster.group":"fast","user.tag.owner":"web","user.meta.a":"b",
                "security.protection.delete":"true"},
                "devices":{"eth0":{"type":"nic","network":"front"},"eth1":{"type":"nic","nictype":"macvlan","parent":"eno1"},
                "root":{"type":"disk","path":"/","pool":"fast","size":"40GiB"},"gpu":{"type":"gpu"} } } }
                """));
        await using var cloud = LxdHarness.OpenAs("incus", daemon.Socket);

        var draft = await ((ITemplateReadingCloud)cloud).ReadTemplateAsync(new InstanceId("db"), Cancellation);

        Assert.Equal(("images:debian/12", "memory=8388608k,cpu=4"), (draft.Image, draft.Size));
        Assert.Equal(["front"], draft.Networks);
        Assert.Equal([("owner", "web")], draft.Tags.Select(tag => (tag.Key, tag.Value)));
        Assert.Equal(
            [
                ("config.security.secureboot", "false"), ("disk_size", "40GiB"), ("pool", "fast"), ("profiles", "default agent"),
                ("target", "@fast"), ("type", "virtual-machine"),
            ],
            draft.Options.Select(option => (option.Key, option.Value)));
        Assert.Equal(
            [
                "its device eth1 of type nic: put it into a profile", "its device gpu of type gpu: put it into a profile",
                "its protection: Muster could not end such an instance",
                "user data, metadata and environment variables, which are not read",
            ],
            draft.LeftOut);
    }

    [Fact]
    public async Task An_instance_that_is_not_there_is_no_template()
    {
        await using var daemon = Daemon(new(), (_, _, _) => ("404 Not Found", Nothing));
        await using var cloud = LxdHarness.OpenAs("incus", daemon.Socket);

        var error = await Assert.ThrowsAsync<CloudException>(
            () => ((ITemplateReadingCloud)cloud).ReadTemplateAsync(new InstanceId("db"), Cancellation));

        Assert.Equal(
            (CloudErrorKind.NotFound, "project 'default' has no instance db, or the credential does not see it"),
            (error.Kind, error.Message));
    }

    private static OddDaemon Daemon(
        ConcurrentQueue<string> asked, Func<string, string, int, (string Status, string Body)> answer) => new(request =>
    {
        var line = request.Split("\r\n")[0].Split(' ');
        asked.Enqueue($"{line[0]} {line[1]}");
        var (status, body) = answer(line[0], line[1], asked.Count);
        return Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
    });

    private static bool IsWait(string path) => path.Contains("/wait?", StringComparison.Ordinal);

    private static string Error(int code, string message) =>
        $$"""{"type":"error","status":"","status_code":0,"operation":"","error_code":{{code}},"error":"{{message}}","metadata":null}""";

    private static string Instance(LaunchRequest request, string status, string lastUsedAt = "2026-01-01T00:00:00Z") => $$$"""
        {"type":"sync","status":"Success","status_code":200,"metadata":{"name":"{{{request.Name}}}","status":"{{{status}}}",
        "type":"container","location":"none","project":"default","created_at":"2026-01-01T00:00:00Z","last_used_at":"{{{lastUsedAt}}}",
        "config":{"user.muster.launch":"{{{request.Launch}}}"},"expanded_config":{},"expanded_devices":{} } }
        """;
}
