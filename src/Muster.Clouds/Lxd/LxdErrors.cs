using Muster.Clouds.Kit.Http;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Lxd;

/// <summary>What the words of LXD and Incus mean: an operation that failed has no code, only a sentence.</summary>
internal static class LxdErrors
{
    private const string Evacuated = "member is evacuated";
    private const string NotAllowed = "isn't allowed";

    // Each is a part of a message of LXD 5 or Incus 6 and 7.
    private static readonly ErrorTable Meanings = new(
        // Go's words for a network that fails, such as the one to an image server: before those that are parts of them.
        new(CloudErrorKind.Unavailable, Words: "deadline exceeded"),
        new(CloudErrorKind.Unavailable, Words: "client.timeout exceeded"),
        new(CloudErrorKind.Unavailable, Words: "no such host"),
        new(CloudErrorKind.Unavailable, Words: "no route to host"),
        new(CloudErrorKind.Unavailable, Words: "connection refused"),
        new(CloudErrorKind.Unavailable, Words: "i/o timeout"),
        new(CloudErrorKind.QuotaExceeded, Words: "reached maximum"),
        new(CloudErrorKind.QuotaExceeded, Words: "aggregate limit"),
        new(CloudErrorKind.QuotaExceeded, Words: "exceed"),
        new(CloudErrorKind.OutOfStock, Words: "no space left"),
        new(CloudErrorKind.OutOfStock, Words: "not enough free space"),
        // All that could take it are offline or evacuated.
        new(CloudErrorKind.OutOfStock, Words: "find a cluster member"),
        new(CloudErrorKind.OutOfStock, Words: Evacuated),
        new(CloudErrorKind.InvalidRequest, Words: "not found"),
        new(CloudErrorKind.InvalidRequest, Words: "no such"),
        new(CloudErrorKind.InvalidRequest, Words: "doesn't exist"),
        new(CloudErrorKind.InvalidRequest, Words: "does not exist"),
        new(CloudErrorKind.InvalidRequest, Words: "invalid"),
        new(CloudErrorKind.InvalidRequest, Words: "unknown configuration"),
        new(CloudErrorKind.InvalidRequest, Words: "unmarshal errors"),
        new(CloudErrorKind.InvalidRequest, Words: "not supported"),
        new(CloudErrorKind.InvalidRequest, Words: "no root device"),
        new(CloudErrorKind.InvalidRequest, Words: "not operational"),
        // Of images.
        new(CloudErrorKind.InvalidRequest, Words: "couldn't be found"),
        new(CloudErrorKind.InvalidRequest, Words: "not provided for instance creation"),
        new(CloudErrorKind.InvalidRequest, Words: "doesn't match instance type"),
        // Of a restricted project.
        new(CloudErrorKind.InvalidRequest, Words: NotAllowed),
        new(CloudErrorKind.InvalidRequest, Words: "not accessible from this project"),
        new(CloudErrorKind.InvalidRequest, Words: "is forbidden"),
        new(CloudErrorKind.InvalidRequest, Words: "are forbidden"));

    // What has the status of a credential that may not, and is about the place.
    private static readonly ErrorTable Forbidden = new(
        new(CloudErrorKind.OutOfStock, Words: Evacuated),
        new(CloudErrorKind.InvalidRequest, Words: "cluster member targeting"),
        new(CloudErrorKind.InvalidRequest, Words: NotAllowed));

    /// <summary>The kind of a refusal of status 403; null where the credential is refused.</summary>
    public static CloudErrorKind? OfForbidden(string message) => Forbidden.KindOf(message);

    /// <summary>The failure; <paramref name="other"/> when its words tell nothing.</summary>
    public static CloudException Of(string message, CloudErrorKind other = CloudErrorKind.Unavailable) =>
        new(Meanings.KindOf(message) ?? other, message);

    /// <summary>The same with the template's field before it where LXD's words are about one that they do not name.</summary>
    public static CloudException Of(CloudException error, Template template)
    {
        var (field, value) =
            error.Kind is not CloudErrorKind.InvalidRequest ? ("", null)
            : error.Message.Contains("image", StringComparison.OrdinalIgnoreCase) ? ("image", template.Image)
            : error.Message.Contains("cluster ", StringComparison.OrdinalIgnoreCase)
                ? ($"options.{LxdDescription.Target.Name}", template.Options.GetValueOrDefault(LxdDescription.Target.Name))
            : error.Message.Contains("instance type", StringComparison.OrdinalIgnoreCase)
                ? ($"options.{LxdDescription.Type.Name}", template.Options.GetValueOrDefault(LxdDescription.Type.Name))
            : error.Message.Contains("storage pool", StringComparison.OrdinalIgnoreCase)
                ? ("options.pool", template.Options.GetValueOrDefault(LxdDescription.Pool.Name))
            : ("", null);
        return value is null ? error : new CloudException(error.Kind, $"{field} is '{value}': {error.Message}", error.RetryAfter, error);
    }
}
