using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

using Muster.Simulators.Gce.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Gce.Identity;

/// <summary>Gives access tokens, and knows those that it gave: for keys, logins, outside identities, and machines.</summary>
internal sealed class TokenService(GceSimulatorOptions options, TimeProvider timeProvider)
{
    private const string Metadata = "/computeMetadata/v1/";

    private static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(5), ClaimMax = TimeSpan.FromMinutes(60);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SimulatedServiceAccount> _accounts = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Logins of people that are good.</summary>
    public ConcurrentDictionary<string, bool> RefreshTokens { get; } = new(StringComparer.Ordinal);

    /// <summary>Tokens of outside identities that are believed.</summary>
    public ConcurrentDictionary<string, bool> SubjectTokens { get; } = new(StringComparer.Ordinal);

    private DateTimeOffset Now => timeProvider.GetUtcNow() + options.ClockSkew;

    /// <summary>Adds a service account with a key.</summary>
    public SimulatedServiceAccount AddAccount(string email, string keyId) =>
        _accounts[keyId] = new SimulatedServiceAccount(email, keyId);

    /// <summary>A token that counts.</summary>
    public string Issue(TimeSpan life)
    {
        var token = string.Create(CultureInfo.InvariantCulture, $"ya29.simulated-{Interlocked.Increment(ref _count)}");
        _tokens[token] = Now + life;
        return token;
    }

    /// <summary>Has no token count any more.</summary>
    public void RevokeAll() => _tokens.Clear();

    /// <summary>Whether a request brings a token that counts.</summary>
    public bool IsGood(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { } header
        && header.StartsWith("Bearer ", StringComparison.Ordinal)
        && _tokens.TryGetValue(header["Bearer ".Length..].Trim(), out var until) && until > Now;

    /// <summary>What the metadata server answers; null for what is not for it.</summary>
    public Reply? AnswerMachine(HttpRequest request)
    {
        var path = request.Path.Value!;
        if (!path.StartsWith(Metadata, StringComparison.Ordinal))
        {
            return null;
        }

        if (request.Headers["Metadata-Flavor"] != "Google")
        {
            return new(403, Encoding.UTF8.GetBytes("Missing Metadata-Flavor:Google header."), "text/html");
        }

        var reply = path[Metadata.Length..] switch
        {
            "instance/service-accounts/default/token" => new Reply(200, TokenJson()),
            "project/project-id" => new Reply(200, Encoding.UTF8.GetBytes(options.Project), "application/text"),
            _ => new Reply(404),
        };
        reply.Headers["Metadata-Flavor"] = "Google";
        return reply;
    }

    /// <summary>What the services of tokens answer.</summary>
    /// <param name="service">Which: <c>token</c>, <c>sts</c>, <c>impersonation</c>.</param>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    public Reply Answer(string service, HttpRequest request, byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        if (service == "impersonation")
        {
            return IsGood(request) && JsonNode.Parse(text)?["scope"] is JsonArray
                ? new(200, new JsonObject
                {
                    ["accessToken"] = Issue(options.TokenLife),
                    ["expireTime"] = (Now + options.TokenLife).UtcDateTime.ToString(
                        "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                })
                : new(403, new JsonObject { ["error"] = new JsonObject { ["code"] = 403, ["message"] = "Permission denied" } });
        }

        var form = QueryHelpers.ParseQuery(text);
        string? Field(string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;
        return Field("grant_type") switch
        {
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => Claimed(Field("assertion") ?? ""),
            "refresh_token" when Field("client_id") is { Length: > 0 } && Field("client_secret") is { Length: > 0 } =>
                RefreshTokens.ContainsKey(Field("refresh_token") ?? "")
                    ? new(200, TokenJson())
                    : Refuse("invalid_grant", "Token has been expired or revoked."),
            "urn:ietf:params:oauth:grant-type:token-exchange" when service == "sts" => Exchanged(Field),
            _ => Refuse("unsupported_grant_type", "Invalid grant_type"),
        };
    }

    private Reply Exchanged(Func<string, string?> field) =>
        field("audience") is not { Length: > 0 } || field("scope") is not { Length: > 0 }
            || field("subject_token_type") is not { Length: > 0 }
            || field("requested_token_type") != "urn:ietf:params:oauth:token-type:access_token"
            ? Refuse("invalid_request", "Invalid value for a field")
            : SubjectTokens.ContainsKey(field("subject_token") ?? "")
                ? new(200, TokenJson())
                : Refuse("invalid_grant", "The given credential is rejected by the attribute condition.");

    private Reply Claimed(string assertion)
    {
        if (assertion.Split('.') is not [var head, var claims, var signature]
            || Parse(head) is not { } header || Parse(claims) is not { } claim)
        {
            return Refuse("invalid_grant", "Invalid JWT: Not a valid JWT.");
        }

        if ((string?)header["alg"] != "RS256" || (string?)header["kid"] is not { } kid || !_accounts.TryGetValue(kid, out var account)
            || account.IsKeyDeleted || (string?)claim["iss"] != account.Email || !IsSigned(account, $"{head}.{claims}", signature))
        {
            return Refuse("invalid_grant", "Invalid JWT Signature.");
        }

        var issued = DateTimeOffset.FromUnixTimeSeconds((long?)claim["iat"] ?? 0);
        var expires = DateTimeOffset.FromUnixTimeSeconds((long?)claim["exp"] ?? 0);
        return issued > Now + SkewMax || expires < Now - SkewMax || expires - issued > ClaimMax
            ? Refuse(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values "
                + "in the JWT claim.")
            : (string?)claim["scope"] is { Length: > 0 }
                ? new(200, TokenJson())
                : Refuse("invalid_scope", "Invalid OAuth scope or ID token audience provided.");
    }

    private JsonObject TokenJson() => new()
    {
        ["access_token"] = Issue(options.TokenLife), ["expires_in"] = (int)options.TokenLife.TotalSeconds, ["token_type"] = "Bearer",
    };

    private static Reply Refuse(string error, string description) =>
        new(400, new JsonObject { ["error"] = error, ["error_description"] = description });

    private static bool IsSigned(SimulatedServiceAccount account, string text, string signature)
    {
        using var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(account.PublicKey, out _);
        return Base64Url.IsValid(signature)
            && key.VerifyData(
                Encoding.ASCII.GetBytes(text), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private static JsonObject? Parse(string part)
    {
        try
        {
            return Base64Url.IsValid(part) ? JsonNode.Parse(Base64Url.DecodeFromChars(part)) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
