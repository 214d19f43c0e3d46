using Muster.Core.Clouds;

namespace Muster.Clouds.Lxd;

/// <summary>What LXD's words mean: an operation that failed has no code, only a sentence.</summary>
internal static class LxdErrors
{
    // Lower case. Each is a part of a message of LXD 5 or Incus.
    private static readonly (string Words, CloudErrorKind Kind)[] Meanings =
    [
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
}
