using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Lxd;

/// <summary>What LXD's words mean: an operation that failed has no code, only a sentence.</summary>
internal static class LxdErrors
{
    // Lower case. Each is a part of a message of LXD 5 or Incus; the first that fits counts.
    private static readonly (string Words, CloudErrorKind Kind)[] Meanings =
    [
        // Go's words for a network that fails, such as the one to an image server: before those that are parts of them.
        ("deadline exceeded", CloudErrorKind.Unavailable),
        ("client.timeout exceeded", CloudErrorKind.Unavailable),
        ("no such host", CloudErrorKind.Unavailable),
        ("no route to host", CloudErrorKind.Unavailable),
        ("connection refused", CloudErrorKind.Unavailable),
        ("i/o timeout", CloudErrorKind.Unavailable),

        ("reached maximum number", CloudErrorKind.QuotaExceeded),
        ("aggregate limit", CloudErrorKind.QuotaExceeded),
        ("exceed", CloudErrorKind.QuotaExceeded),
        ("no space left", CloudErrorKind.OutOfStock),
        ("not enough free space", CloudErrorKind.OutOfStock),
        ("not found", CloudErrorKind.InvalidRequest),
        ("no such", CloudErrorKind.InvalidRequest),
        ("doesn't exist", CloudErrorKind.InvalidRequest),
        ("does not exist", CloudErrorKind.InvalidRequest),
        ("invalid", CloudErrorKind.InvalidRequest),
        ("unknown configuration", CloudErrorKind.InvalidRequest),
        ("unmarshal errors", CloudErrorKind.InvalidRequest),
        ("not supported", CloudErrorKind.InvalidRequest),
        ("no root device", CloudErrorKind.InvalidRequest),
        ("not operational", CloudErrorKind.InvalidRequest),
    ];

    /// <summary>The failure; <paramref name="other"/> when its words tell nothing.</summary>
    public static CloudException Of(string message, CloudErrorKind other = CloudErrorKind.Unavailable)
    {
        var known = Meanings.FirstOrDefault(meaning => message.Contains(meaning.Words, StringComparison.OrdinalIgnoreCase));
        return new CloudException(known.Words is null ? other : known.Kind, message);
    }

    /// <summary>The same with the template's field before it where LXD's words are about one that they do not name.</summary>
    public static CloudException Of(CloudException error, Template template)
    {
        var (field, value) =
            error.Kind is not CloudErrorKind.InvalidRequest ? ("", null)
            : error.Message.Contains("image", StringComparison.OrdinalIgnoreCase) ? ("image", template.Image)
            : error.Message.Contains("storage pool", StringComparison.OrdinalIgnoreCase) ? ("options.pool", template.Options.GetValueOrDefault("pool"))
            : ("", null);
        return value is null ? error : new CloudException(error.Kind, $"{field} is '{value}': {error.Message}", error.RetryAfter, error);
    }
}
