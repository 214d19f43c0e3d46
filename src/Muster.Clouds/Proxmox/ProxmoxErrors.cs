using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Kit.Json;
using Muster.Clouds.Proxmox.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Proxmox;

/// <summary>
/// The one place where refusals become kinds of <see cref="CloudException"/>. Proxmox has no codes: almost everything is a 500 with a
/// sentence, and so are the ends of tasks, so that its sentences decide.
/// </summary>
/// <remarks>
/// The sentences stand in qemu-server (API2/Qemu.pm, QemuServer.pm), pve-guest-common (AbstractConfig.pm), pve-storage and pve-common
/// (Tools.pm) of version 9.1; they have hardly changed since version 6.
/// </remarks>
internal sealed class ProxmoxErrors(ProxmoxToken token)
{
    /// <summary>A server's texts are for people; more than this of one is not.</summary>
    private const int TextMax = 400;

    /// <summary>Statuses of the proxy between nodes (AnyEvent::HTTP): no connection; 596 to 599 broke off later.</summary>
    private const int NoConnection = 595, BrokeOffMax = 599;

    private static readonly ErrorTable Kinds = new(
        new(CloudErrorKind.Unauthorized, Status: 401),
        new(CloudErrorKind.Unauthorized, Status: 403),
        new(CloudErrorKind.Unauthorized, Words: "permission check failed"),
        new(CloudErrorKind.Unauthorized, Words: "only root can set"),
        new(CloudErrorKind.Throttled, Status: 429),
        // Nothing was done: something else is being done to the same thing.
        new(CloudErrorKind.Unavailable, Words: "can't lock file"),
        new(CloudErrorKind.Unavailable, Words: "got timeout"),
        new(CloudErrorKind.Unavailable, Words: "got lock timeout"),
        new(CloudErrorKind.Unavailable, Words: "is locked ("),
        new(CloudErrorKind.Unavailable, Words: "no quorum"),
        new(CloudErrorKind.Unavailable, Words: "cluster not ready"),
        new(CloudErrorKind.Unavailable, Words: "unexpected state change"),
        new(CloudErrorKind.Unavailable, Words: "detected modified configuration"),
        new(CloudErrorKind.Unavailable, Words: "interrupted by signal"),
        new(CloudErrorKind.Unavailable, Words: "is not online"),
        // Here and now there is no room for it.
        new(CloudErrorKind.OutOfStock, Words: "no space left"),
        new(CloudErrorKind.OutOfStock, Words: "not enough free space"),
        new(CloudErrorKind.OutOfStock, Words: "insufficient free space"),
        new(CloudErrorKind.OutOfStock, Words: "insufficient free extents"),
        new(CloudErrorKind.OutOfStock, Words: "out of space"),
        new(CloudErrorKind.OutOfStock, Words: "cannot allocate memory"),
        new(CloudErrorKind.OutOfStock, Words: "not enough memory"),
        new(CloudErrorKind.QuotaExceeded, Words: "quota exceeded"),
        new(CloudErrorKind.InvalidRequest, Status: 400),
        new(CloudErrorKind.InvalidRequest, Words: "protection mode enabled"),
        // By the high availability, or for a device of the host's that is passed through.
        new(CloudErrorKind.InvalidRequest, Words: "cannot suspend"),
        new(CloudErrorKind.InvalidRequest, Words: "vm is paused"),
        new(CloudErrorKind.InvalidRequest, Words: "can't clone vm to node"),
        new(CloudErrorKind.InvalidRequest, Words: "can't clone to non-shared storage"),
        new(CloudErrorKind.InvalidRequest, Words: "feature is not supported"),
        new(CloudErrorKind.InvalidRequest, Words: "clone feature"),
        new(CloudErrorKind.InvalidRequest, Words: "not allowed for linked clones"),
        new(CloudErrorKind.InvalidRequest, Words: "vcpus allowed per vm on this node"),
        new(CloudErrorKind.InvalidRequest, Words: "does not support vm images"),
        new(CloudErrorKind.InvalidRequest, Words: "is not available on node"),
        new(CloudErrorKind.InvalidRequest, Words: "is disabled"),
        new(CloudErrorKind.InvalidRequest, Words: "hostname lookup"),
        new(CloudErrorKind.InvalidRequest, Words: "no such node"),
        new(CloudErrorKind.InvalidRequest, Words: "no such cluster node"),
        new(CloudErrorKind.InvalidRequest, Words: "if it's a template"),
        new(CloudErrorKind.InvalidRequest, Words: "is running - destroy failed"),
        new(CloudErrorKind.InvalidRequest, Words: "already exists"),
        new(CloudErrorKind.NotFound, Words: "configuration file"),
        new(CloudErrorKind.NotFound, Words: "unable to find configuration file"),
        new(CloudErrorKind.InvalidRequest, Words: "does not exist"),
        new(CloudErrorKind.InvalidRequest, Status: 501));

    private static readonly ImmutableArray<(string Words, string Advice)> Advice =
    [
        ("permission check failed", "give the token's role that privilege there: docs/clouds/proxmox.md has the whole list"),
        (
            "authentication fail",
            "the token is unknown, expired or deleted, or its secret is another one: pveum user token list USER@REALM"),
        ("no quorum", "most nodes of the cluster must see each other"),
        ("can't clone vm to node", "its disks are on storage that only its node has: put a template of the same name on each node"),
        ("can't lock file", "too many clones at once for this storage: lower the cloud's option clones"),
        ("feature is not supported", "set options.clone to full"),
        ("protection mode enabled", "lift it first: qm set VMID --protection 0"),
    ];

    /// <summary>What a refusal means.</summary>
    /// <param name="answer">Any answer but a success.</param>
    public CloudException Translate(HttpAnswer answer)
    {
        var (text, status) = (TextOf(answer), (int)answer.Status);
        return status is >= NoConnection and <= BrokeOffMax
            ? answer.Failure(
                status == NoConnection ? CloudErrorKind.Unavailable : answer.Doubt,
                $"the node does not answer the others ({Shown(text, status)})")
            : answer.LooksLikeHtml
            ? answer.Failure(message: null)
            : answer.Failure(KindOf(text, status) ?? (status >= 500 ? answer.Doubt : CloudErrorKind.InvalidRequest), Shown(text, status));
    }

    /// <summary>What the bad end of a task means; what it was about did not happen.</summary>
    /// <param name="what">What was done: <c>clone</c>.</param>
    /// <param name="task">How it ended.</param>
    public CloudException Translate(string what, TaskState task) =>
        new(KindOf(task.Exit, 0) ?? CloudErrorKind.Unavailable, $"{what}: {Shown(task.Exit, null)}: pvenode task log {task.Upid}");

    /// <summary>Whether a refusal says that the number is taken.</summary>
    public static bool IsTaken(HttpAnswer answer) => Says(TextOf(answer), "already exists");

    /// <summary>Whether a refusal says that the machine is not on the node: it may be on another one.</summary>
    public static bool IsElsewhere(HttpAnswer answer) =>
        (int)answer.Status == 500 && TextOf(answer) is var text && Says(text, "does not exist") && Says(text, "configuration file");

    /// <summary>Whether a node did not answer another one: what it has is not known then.</summary>
    public static bool IsOutOfReach(HttpAnswer answer) => (int)answer.Status is >= NoConnection and <= BrokeOffMax;

    /// <summary>What Proxmox says is wrong; empty when it says nothing.</summary>
    public static string TextOf(HttpAnswer answer)
    {
        string? message = null;
        var wrong = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            message = PveJson.Text(document.RootElement, "message");
            if (JsonTexts.Field(document.RootElement, "errors") is { ValueKind: JsonValueKind.Object } errors)
            {
                wrong.AddRange(PveJson.Texts(errors).OrderBy(error => error.Key, StringComparer.Ordinal)
                    .Select(error => $"{error.Key}: {error.Value.Trim()}"));
            }
        }
        catch (JsonException)
        {
            // Something else than the API answers, or a version that says it behind the status alone.
        }

        return string.Join("; ", new[] { (message ?? answer.Reason ?? "").Trim() }.Concat(wrong).Where(part => part.Length > 0));
    }

    private static CloudErrorKind? KindOf(string text, int status) => Kinds.KindOf(text, status: status);

    private string Shown(string text, int? status)
    {
        var said = text.Length == 0 ? "no word why" : ForeignText.Shown(token.Mask(text.ReplaceLineEndings(" ")), TextMax);
        var full = status is { } number ? string.Create(CultureInfo.InvariantCulture, $"{said} ({number})") : said;
        return Advice.FirstOrDefault(one => Says(text, one.Words)).Advice is { } advice ? $"{full}: {advice}" : full;
    }

    private static bool Says(string text, string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);
}
