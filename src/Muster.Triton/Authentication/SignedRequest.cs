using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Core.Accounts;
using Muster.Triton.Errors;

namespace Muster.Triton.Authentication;

/// <summary>Reads who signed a request. CloudAPI judges the signature, and is shown the very parameters that were read here.</summary>
/// <remarks>
/// The author of a change is the one whose signature was judged, so there must be no second way to read a header: a parameter that is there
/// twice, in whatever case, is refused, and so is every character that another reader could take for the end of a value.
/// </remarks>
internal static partial class SignedRequest
{
    private const string Scheme = "Signature ";

    /// <summary>How far CloudAPI lets a request's date be off; what is older dies here too.</summary>
    public static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(300);

    /// <summary>Whether somebody signed it at all.</summary>
    public static bool IsSigned(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="TsgException">
    /// 401: date or signature are missing, there more than once, or cannot be read in one way only.
    /// </exception>
    public static CallerProof Read(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ } header] || request.Headers.Date is not [{ Length: > 0 } date]
            || Parse(header) is not var (keyId, authorization))
        {
            throw Unreadable();
        }

        return keyId.Split('/') switch
        {
            ["", var account, "keys", { Length: > 0 }] when Account.IsLogin(account) => new(account, User: null, date, authorization),
            ["", var account, "users", var user, "keys", { Length: > 0 }] when Account.IsLogin(account) && Account.IsLogin(user) =>
                new(account, user, date, authorization),
            _ => throw Unreadable(),
        };
    }

    /// <returns>The key's id, and the header written anew from what was read; null when it cannot be read.</returns>
    private static (string KeyId, string Authorization)? Parse(string header)
    {
        var match = Header().Match(header);
        var parameters = match.Groups["name"].Captures.Select(capture => capture.Value)
            .Zip(match.Groups["value"].Captures.Select(capture => capture.Value)).ToArray();
        if (!match.Success
            || parameters.DistinctBy(parameter => parameter.First, StringComparer.OrdinalIgnoreCase).Count() < parameters.Length
            || parameters.SingleOrDefault(parameter => parameter.First == "keyId").Second is not { } keyId)
        {
            return null;
        }

        // The older dialect has the signature bare at the end.
        var written = string.Join(',', parameters.Select(parameter => $"{parameter.First}=\"{parameter.Second}\""));
        return (keyId, match.Groups["bare"] is { Success: true, Value: var bare } ? $"{Scheme}{written} {bare}" : $"{Scheme}{written}");
    }

    /// <summary>Whether the date of a proof is still near enough for what was said of it to be used again.</summary>
    public static bool IsFresh(CallerProof proof, DateTimeOffset now) =>
        // triton-go writes UTC where HTTP says GMT.
        DateTimeOffset.TryParseExact(
            proof.Date.Replace("UTC", "GMT", StringComparison.Ordinal),
            "r",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var date)
        && (now - date).Duration() <= SkewMax;

    private static TsgException Unreadable() => new(StatusCodes.Status401Unauthorized, TsgCallers.SessionText);

    // Between quotes, printable ASCII without quotes and backslashes: there are readers that take a backslash for an escape.
    [GeneratedRegex(
        """\A(?i:Signature) +(?<name>[A-Za-z]+)="(?<value>[ !#-Z\x5b\x5d-~]*)"( *, *(?<name>[A-Za-z]+)="(?<value>[ !#-Z\x5b\x5d-~]*)")*( +(?<bare>[A-Za-z0-9+/]+=*))?\z""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Header();
}
