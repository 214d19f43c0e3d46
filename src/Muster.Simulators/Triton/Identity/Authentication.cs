using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

using Microsoft.AspNetCore.Http;

using Muster.Simulators.Triton.Requests;

namespace Muster.Simulators.Triton.Identity;

/// <summary>Checks signatures as CloudAPI does: both dialects of HTTP Signature, and its words for each refusal.</summary>
internal static partial class Authentication
{
    private static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(300);

    /// <summary>Whose request it is.</summary>
    /// <exception cref="CloudApiRefusal">Nobody's.</exception>
    public static SimulatedAccount Check(HttpRequest request, Func<string, SimulatedAccount?> find, DateTimeOffset now)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            throw Credentials("You must make authenticated requests to use CloudAPI");
        }

        // Of a parameter that is there twice CloudAPI takes the last.
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var match in Parameter().Matches(header).Cast<Match>())
        {
            parameters[match.Groups[1].Value] = match.Groups[2].Value;
        }

        if (!header.StartsWith("Signature ", StringComparison.OrdinalIgnoreCase) || !parameters.TryGetValue("keyId", out var keyId))
        {
            throw Header("bad format");
        }

        var algorithm = parameters.GetValueOrDefault("algorithm", "").ToLowerInvariant();
        if (!Algorithm().IsMatch(algorithm))
        {
            throw Header($"{algorithm} is not supported");
        }

        var signed = parameters.GetValueOrDefault("headers", "date").ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        CheckDate(request, signed, now);
        var (account, key) = Key(keyId, find);
        var isOld = !parameters.TryGetValue("signature", out var signature);
        signature ??= header[(header.LastIndexOf(' ') + 1)..];
        var text = string.Join('\n', signed.Select(name => isOld ? Value(request, name) : $"{name}: {Value(request, name)}"));
        if (!Verifies(key, algorithm, text, signature))
        {
            throw Credentials("Invalid authorization credentials supplied");
        }

        return account.IsDisabled
            ? throw new CloudApiRefusal(403, "NotAuthorized", "Account is not allowed to use this data center")
            : account;
    }

    private static bool Verifies(SimulatedKey key, string algorithm, string text, string signature)
    {
        try
        {
            return key.Verifies(algorithm, Encoding.UTF8.GetBytes(text), Convert.FromBase64String(signature));
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            // What cannot be a signature is a wrong one.
            return false;
        }
    }

    private static void CheckDate(HttpRequest request, string[] signed, DateTimeOffset now)
    {
        var name = request.Headers.ContainsKey("x-date") ? "x-date" : "date";
        if (!signed.Contains(name))
        {
            throw Header($"{name} must be a signed header");
        }

        var text = Value(request, name).Replace("UTC", "GMT", StringComparison.Ordinal);
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            throw Header("the date cannot be read");
        }

        if ((now - date).Duration() > SkewMax)
        {
            throw Header(string.Create(
                CultureInfo.InvariantCulture, $"clock skew of {(now - date).Duration().TotalSeconds:0.###}s was greater than 300s"));
        }
    }

    private static (SimulatedAccount Account, SimulatedKey Key) Key(string keyId, Func<string, SimulatedAccount?> find)
    {
        var parts = keyId.Split('/');
        var wrong = Credentials("Invalid authorization credentials supplied");
        if (parts is not (["", _, "keys", _] or ["", _, "users", _, "keys", _]))
        {
            throw Credentials($"Invalid KeyId {keyId} in authorization header");
        }

        var account = find(parts[1]) ?? throw wrong;
        var keys = parts.Length == 4 ? account.Keys : account.Users.GetValueOrDefault(parts[3]) ?? throw wrong;
        var name = Uri.UnescapeDataString(parts[^1]);
        var key = keys.GetValueOrDefault(name) ?? keys.Values.FirstOrDefault(one => one.Name == name) ?? throw wrong;
        return (account, key);
    }

    private static string Value(HttpRequest request, string name) => name switch
    {
        "(request-target)" => $"{request.Method.ToLowerInvariant()} {request.Path}{request.QueryString}",
        _ when request.Headers.TryGetValue(name, out var value) => value.ToString(),
        _ => throw Header($"{name} was not in the request"),
    };

    private static CloudApiRefusal Header(string why) => new(400, "InvalidHeader", $"Authorization header invalid: {why}");

    private static CloudApiRefusal Credentials(string text) => new(401, "InvalidCredentials", text);

    [GeneratedRegex("([A-Za-z]+)=\"([^\"]*)\"")]
    private static partial Regex Parameter();

    [GeneratedRegex("^(rsa-sha(1|256|384|512)|ecdsa-sha(256|384|512)|ed25519-sha512)$")]
    private static partial Regex Algorithm();
}
