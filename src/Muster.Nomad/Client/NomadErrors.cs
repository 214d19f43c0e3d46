using System.Globalization;

using Muster.Outbound;

namespace Muster.Nomad.Client;

/// <summary>The one place where Nomad's refusals become kinds of <see cref="NomadException"/>.</summary>
/// <remarks>
/// Nomad answers nearly every refusal with 500 and a sentence in plain text, so the sentence decides. The sentences are
/// the same from 1.0 to 2.0.
/// </remarks>
internal static class NomadErrors
{
    /// <summary>A server's texts are for people; more than this of one is not.</summary>
    private const int TextLengthMax = 400;

    private static readonly (string Part, NomadErrorKind Kind)[] Sentences =
    [
        ("Permission denied", NomadErrorKind.Unauthorized),
        ("ACL token not found", NomadErrorKind.Unauthorized),
        ("ACL token expired", NomadErrorKind.Unauthorized),
        ("acl token lookup failed", NomadErrorKind.Unauthorized),
        ("No cluster leader", NomadErrorKind.Unavailable),
        ("No path to region", NomadErrorKind.Invalid),
        ("nonexistent namespace", NomadErrorKind.Invalid),
        ("Enforcing job modify index", NomadErrorKind.Conflict),
        ("can't force launch non-periodic job", NomadErrorKind.NotTracked),
        ("can't force run non-tracked job", NomadErrorKind.NotTracked),
        ("cannot update periodic job", NomadErrorKind.Invalid),
        ("cannot update job from type", NomadErrorKind.Invalid),
        ("job not found", NomadErrorKind.NotFound),
        ("eval not found", NomadErrorKind.NotFound),
        ("alloc not found", NomadErrorKind.NotFound),
        ("error occurred:", NomadErrorKind.Invalid),
        ("errors occurred:", NomadErrorKind.Invalid),
    ];

    /// <summary>What a refusal means.</summary>
    /// <param name="call">What was asked, in words.</param>
    /// <param name="address">Whom.</param>
    /// <param name="status">The status.</param>
    /// <param name="body">The body.</param>
    public static NomadException Translate(string call, Uri address, int status, string body)
    {
        if (ForeignAnswer.DescribeIfSure(status, body, address) is { } foreign)
        {
            return new(NomadErrorKind.Unavailable, $"{call}: {foreign}");
        }

        var text = OneLine(body);
        return new(
            KindOf(status, text),
            $"{call}: {(text.Length > 0 ? text : $"answered {status.ToString(CultureInfo.InvariantCulture)} without a word why")}");
    }

    private static NomadErrorKind KindOf(int status, string text)
    {
        // Something in front of Nomad may say anything.
        if (status is 429 or 502 or 503 or 504)
        {
            return NomadErrorKind.Unavailable;
        }

        foreach (var (part, kind) in Sentences)
        {
            if (text.Contains(part, StringComparison.Ordinal))
            {
                return kind;
            }
        }

        return status switch
        {
            401 or 403 => NomadErrorKind.Unauthorized,
            404 => NomadErrorKind.NotFound,
            >= 500 => NomadErrorKind.Unavailable,
            _ => NomadErrorKind.Invalid,
        };
    }

    /// <summary>Nomad nests its lists of errors with line ends and stars; a sentence needs one line.</summary>
    private static string OneLine(string body)
    {
        var words = body.Split((char[])[' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var text = string.Join(' ', words);
        return text.Length <= TextLengthMax ? text : $"{text.AsSpan(0, TextLengthMax)}...";
    }
}
