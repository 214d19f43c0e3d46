using System.Net;
using System.Text.Json.Nodes;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Proxmox;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core.Clouds;
using Muster.Simulators.Kit;

namespace Muster.Clouds.Tests.Proxmox;

/// <summary>What each refusal of the API, and each bad end of a task, means: the table of the page, row by row.</summary>
public sealed class ProxmoxErrorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, "authentication failure", CloudErrorKind.Unauthorized, CloudErrorKind.Unauthorized)]
    [InlineData(403, "Permission check failed (/vms/9000, VM.Clone)", CloudErrorKind.Unauthorized, CloudErrorKind.Unauthorized)]
    [InlineData(500, "only root can set 'args' config", CloudErrorKind.Unauthorized, CloudErrorKind.Unauthorized)]
    [InlineData(429, "slow down", CloudErrorKind.Throttled, CloudErrorKind.Throttled)]
    [InlineData(500, "can't lock file '/var/lock/x' - got timeout", CloudErrorKind.Unavailable, CloudErrorKind.Unavailable)]
    [InlineData(500, "VM is locked (backup)", CloudErrorKind.Unavailable, CloudErrorKind.Unavailable)]
    [InlineData(500, "cluster not ready - no quorum?", CloudErrorKind.Unavailable, CloudErrorKind.Unavailable)]
    [InlineData(500, "unexpected state change", CloudErrorKind.Unavailable, CloudErrorKind.Unavailable)]
    [InlineData(500, "detected modified configuration - file changed", CloudErrorKind.Unavailable, CloudErrorKind.Unavailable)]
    [InlineData(500, "storage 'x' is not online", CloudErrorKind.Unavailable, CloudErrorKind.Unavailable)]
    [InlineData(500, "copy failed: No space left on device", CloudErrorKind.OutOfStock, CloudErrorKind.OutOfStock)]
    [InlineData(500, "insufficient free space (0 extents)", CloudErrorKind.OutOfStock, CloudErrorKind.OutOfStock)]
    [InlineData(500, "cannot set up guest memory: Cannot allocate memory", CloudErrorKind.OutOfStock, CloudErrorKind.OutOfStock)]
    [InlineData(500, "Disk quota exceeded", CloudErrorKind.QuotaExceeded, CloudErrorKind.QuotaExceeded)]
    [InlineData(400, "Parameter verification failed.", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(500, "can't clone VM to node 'pve2' (VM uses it)", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(500, "can't clone to non-shared storage 'x'", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(500, "Linked clone feature is not supported for 'x'", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(500, "parameter 'storage' not allowed for linked clones", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(500, "MAX 4 vcpus allowed per VM on this node", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(500, "storage 'x' is not available on node 'y'", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(500, "hostname lookup 'pve9' failed", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(500, "no such cluster node 'pve9'", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(500, "storage 'x' does not exist", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(500, "bridge 'vmbr9' does not exist", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(501, "Method 'POST /x' not implemented", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    [InlineData(
        500, "Configuration file 'nodes/pve1/qemu-server/9.conf' does not exist", CloudErrorKind.InvalidRequest, CloudErrorKind.NotFound)]
    // The proxy between nodes: no connection, and broken off later.
    [InlineData(595, "No route to host", CloudErrorKind.Unavailable, CloudErrorKind.Unavailable)]
    [InlineData(596, "Connection timed out", CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable)]
    [InlineData(599, "Too many redirections", CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable)]
    // A sentence that came later than this table.
    [InlineData(500, "the moon is full", CloudErrorKind.Ambiguous, CloudErrorKind.Unavailable)]
    [InlineData(418, "teapot", CloudErrorKind.InvalidRequest, CloudErrorKind.InvalidRequest)]
    public async Task A_refusal_is_told_by_its_kind(int status, string message, CloudErrorKind launch, CloudErrorKind look)
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        harness.Options.Faults = request => request.Path.EndsWith("/clone", StringComparison.Ordinal) ? Refusal(status, message) : null;
        var ofLaunch = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));
        harness.Options.Faults = _ => Refusal(status, message);
        var ofLook = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal((launch, look), (ofLaunch.Kind, ofLook.Kind));
        Assert.Contains($"{message} ({status})", ofLaunch.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("can't lock file '/var/lock/pve-manager/pve-storage-x' - got timeout", CloudErrorKind.Unavailable)]
    [InlineData("VM is locked (clone)", CloudErrorKind.Unavailable)]
    [InlineData("interrupted by signal", CloudErrorKind.Unavailable)]
    [InlineData("clone failed: copy failed: No space left on device", CloudErrorKind.OutOfStock)]
    [InlineData("start failed: Cannot allocate memory", CloudErrorKind.OutOfStock)]
    [InlineData("bridge 'vmbr9' does not exist", CloudErrorKind.InvalidRequest)]
    [InlineData("start failed: QEMU exited with code 1", CloudErrorKind.Unavailable)]
    public void A_tasks_end_is_told_by_its_kind(string exit, CloudErrorKind kind)
    {
        var error = new ProxmoxErrors(new(() => "", "x")).Translate("the clone", new TaskState("UPID:a:", exit));

        Assert.Equal(kind, error.Kind);
        Assert.StartsWith($"the clone: {exit}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(": pvenode task log UPID:a:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OK", true)]
    [InlineData("WARNINGS: 1", true)]
    [InlineData("unexpected status", false)]
    public void A_task_that_ended_with_warnings_worked(string exit, bool isGood) =>
        Assert.Equal(isGood, new TaskState("UPID", exit).IsGood);

    [Theory]
    [InlineData(
        401, "authentication failure",
        "authentication failure (401): the token is unknown, expired or deleted, or its secret is another one: pveum user token list "
        + "USER@REALM")]
    [InlineData(
        403, "Permission check failed (/vms/9000, VM.Clone)",
        "Permission check failed (/vms/9000, VM.Clone) (403): give the token's role that privilege there: docs/clouds/proxmox.md has the "
        + "whole list")]
    [InlineData(
        500, "can't clone VM to node 'pve2' (VM uses local storage)",
        "image is 'debian-12': proxmox POST /nodes/pve1/qemu/9000/clone: can't clone VM to node 'pve2' (VM uses local storage) (500): its "
        + "disks are on storage that only its node has: put a template of the same name on each node")]
    public async Task A_refusal_says_what_to_do(int status, string message, string told)
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        harness.Options.Faults = request => request.Path.EndsWith("/clone", StringComparison.Ordinal) ? Refusal(status, message) : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.EndsWith(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_parameters_are_told_with_their_names_and_no_secret_is()
    {
        await using var harness = await ProxmoxHarness.StartAsync();
        var secret = harness.Token.Split('=')[1];
        harness.Options.Faults = request => request.Path.EndsWith("/clone", StringComparison.Ordinal)
            ? new Fault.Answer(
                400,
                $$$"""{"data":null,"message":"Parameter verification failed.\n","errors":{"pool":"no {{{secret}}}\n","name":"is none"}}""")
            : null;

        var error = await Assert.ThrowsAsync<CloudException>(() => harness.Cloud.LaunchAsync(harness.Request(), Cancellation));

        Assert.EndsWith("Parameter verification failed.; name: is none; pool: no *** (400)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"data\":null}", "VM is locked (backup)", "VM is locked (backup)")]
    [InlineData("", "VM is locked (backup)", "VM is locked (backup)")]
    [InlineData("{\"data\":null,\"message\":\"newer\\n\"}", "older", "newer")]
    [InlineData("{\"data\":null,\"errors\":{\"a\":\"b\\n\"}}", "Parameter verification failed.", "Parameter verification failed.; a: b")]
    public void Old_versions_say_it_behind_the_status(string body, string reason, string told) =>
        Assert.Equal(told, ProxmoxErrors.TextOf(
            new("call", HttpStatusCode.InternalServerError, System.Text.Encoding.UTF8.GetBytes(body), null, CloudErrorKind.Ambiguous)
            {
                ReceivedAt = DateTimeOffset.UnixEpoch,
                Reason = reason,
            }));

    [Fact]
    public async Task Something_in_front_that_answers_in_HTML_is_told()
    {
        await using var harness = await ProxmoxHarness.StartAsync(
            options => options.Faults = _ => new Fault.Answer(502, "<html>bad gateway</html>", Html: true));

        var error = await Assert.ThrowsAsync<CloudException>(harness.ListAsync);

        Assert.Equal(CloudErrorKind.Unavailable, error.Kind);
        Assert.Contains("in HTML", error.Message, StringComparison.Ordinal);
    }

    private static Fault.Answer Refusal(int status, string message) =>
        new(status, new JsonObject { ["data"] = null, ["message"] = $"{message}\n" }.ToJsonString());
}
