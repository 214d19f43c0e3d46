using System.Globalization;
using System.Text.RegularExpressions;

using Muster.Core.Accounts;

namespace Muster.Server.Tsg.Authentication;

/// <summary>Reads who signed a request. Only the key's id is looked at: CloudAPI judges the rest.</summary>
internal static partial class SignedRequest
{
    /// <summary>How far CloudAPI lets a request's date be off; what is older dies here too.</summary>
    public static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(300);

    /// <summary>Whether somebody signed it at all.</summary>
    public static bool IsSigned(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && KeyId().IsMatch(value);

    /// <exception cref="TsgException">401: date or signature are missing or cannot be read.</exception>
    public static CallerProof Read(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ } authorization] || request.Headers.Date is not [{ Length: > 0 } date])
        {
            throw Unreadable();
        }

        return KeyId().Match(authorization).Groups[1].Value.Split('/') switch
        {
            ["", var account, _, { Length: > 0 }] when Account.IsLogin(account) => new(account, User: null, date, authorization),
            ["", var account, "users", var user, _, { Length: > 0 }] when Account.IsLogin(account) && Account.IsLogin(user) =>
                new(account, user, date, authorization),
            _ => throw Unreadable(),
        };
    }

    /// <summary>Whether the date of a proof is still near enough for what was said of it to be used again.</summary>
    public static bool IsFresh(CallerProof proof, DateTimeOffset now) =>
        // triton-go writes UTC where HTTP says GMT.
        DateTimeOffset.TryParseExact(
            proof.Date.Replace("UTC", "GMT", StringComparison.Ordinal), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
        && (now - date).Duration() <= SkewMax;

    private static TsgException Unreadable() => new(StatusCodes.Status401Unauthorized, TsgCallers.SessionText);

    [GeneratedRegex("keyId=\"([^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex KeyId();
}
