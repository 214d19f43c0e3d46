using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.WebUtilities;

using Muster.Simulators.Azure.Requests;
using Muster.Simulators.Azure.Settings;
using Muster.Simulators.Kit;

namespace Muster.Simulators.Azure.Identity;

/// <summary>Gives tokens to an application that proves itself, and knows those that it gave.</summary>
internal sealed class TokenDesk(AzureSimulatorOptions options, TimeProvider timeProvider, Func<Guid> newGuid)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private readonly ConcurrentDictionary<string, DateTimeOffset> _given = new(StringComparer.Ordinal);

    /// <summary>The tenant.</summary>
    public string Tenant { get; } = newGuid().ToString();

    /// <summary>The application.</summary>
    public string Client { get; } = newGuid().ToString();

    /// <summary>Its secret.</summary>
    public string Secret { get; set; } = newGuid().ToString("N");

    /// <summary>Its certificate; null for none.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The token of another issuer that it trusts; null for none.</summary>
    public string? FederatedToken { get; set; }

    /// <summary>How many tokens were given.</summary>
    public int Given => _given.Count;

    /// <summary>Takes back every token, as if their time were over.</summary>
    public void ExpireAll()
    {
        foreach (var token in _given.Keys)
        {
            _given[token] = DateTimeOffset.MinValue;
        }
    }

    /// <summary>Looks at the token of a request.</summary>
    /// <exception cref="ArmRefusal">It is missing, wrong or old.</exception>
    public void Check(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith("Bearer ", StringComparison.Ordinal))
        {
            throw new ArmRefusal(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
        }

        if (!_given.TryGetValue(authorization["Bearer ".Length..], out var until))
        {
            throw new ArmRefusal(401, "InvalidAuthenticationToken", "The access token is invalid.");
        }

        if (until <= timeProvider.GetUtcNow())
        {
            throw new ArmRefusal(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time.");
        }
    }

    /// <summary>Answers who asks for a token.</summary>
    public Reply Answer(string method, string path, string body, Uri own)
    {
        if (method != "POST")
        {
            return Refusal(405, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests.");
        }

        var form = QueryHelpers.ParseQuery(body);
        string? Field(string name) => form.TryGetValue(name, out var value) ? value.ToString() : null;
        if (path != $"/{Tenant}/oauth2/v2.0/token")
        {
            return Refusal(400, "invalid_request", $"AADSTS90002: Tenant '{path.Split('/')[1]}' not found.");
        }

        if (Field("grant_type") != "client_credentials")
        {
            return Refusal(400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.");
        }

        if (Field("client_id") != Client)
        {
            return Refusal(400, "unauthorized_client", $"AADSTS700016: Application with identifier '{Field("client_id")}' was not found.");
        }

        if (Field("scope") != $"{own.GetLeftPart(UriPartial.Authority)}/.default")
        {
            return Refusal(400, "invalid_resource",
                $"AADSTS500011: The resource principal named {Field("scope")} was not found in the tenant.");
        }

        if (Field("client_secret") is { } secret)
        {
            return secret == Secret ? Give() : Refusal(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
        }

        return Field("client_assertion_type") != AssertionType || Field("client_assertion") is not { } assertion
            ? Refusal(401, "invalid_client", "AADSTS7000218: The request body must contain 'client_assertion' or 'client_secret'.")
            : FederatedToken is not null && assertion == FederatedToken ? Give()
            : WhyNot(assertion, $"{own.GetLeftPart(UriPartial.Authority)}{path}") is { } why ? Refusal(401, "invalid_client", why)
            : Give();
    }

    private string? WhyNot(string assertion, string audience)
    {
        var parts = assertion.Split('.');
        if (Certificate is null || parts.Length != 3)
        {
            return "AADSTS700213: No matching federated identity record found for presented assertion subject.";
        }

        try
        {
            var head = JsonNode.Parse(WebEncoders.Base64UrlDecode(parts[0]))!;
            var claims = JsonNode.Parse(WebEncoders.Base64UrlDecode(parts[1]))!;
            using var key = Certificate.GetRSAPublicKey()!;
            var isSigned = (string?)head["alg"] == "PS256"
                && (string?)head["x5t#S256"] == WebEncoders.Base64UrlEncode(SHA256.HashData(Certificate.RawData))
                && key.VerifyData(
                    Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), WebEncoders.Base64UrlDecode(parts[2]), HashAlgorithmName.SHA256,
                    RSASignaturePadding.Pss);
            var now = (timeProvider.GetUtcNow() + options.ClockSkew).ToUnixTimeSeconds();
            return !isSigned ? "AADSTS700027: Client assertion contains an invalid signature."
                : (long)claims["nbf"]! > now || (long)claims["exp"]! < now
                    ? "AADSTS700024: Client assertion is not within its valid time range."
                : (string?)claims["aud"] != audience || (string?)claims["iss"] != Client || (string?)claims["sub"] != Client
                    ? "AADSTS700023: Client assertion audience claim does not match."
                : null;
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException or ArgumentNullException)
        {
            return $"AADSTS50027: JWT token is invalid or malformed. {error.Message}";
        }
    }

    private Reply Give()
    {
        var now = timeProvider.GetUtcNow();
        var claims = new JsonObject
        {
            ["aud"] = "https://management.azure.com", ["tid"] = Tenant, ["appid"] = Client, ["oid"] = newGuid().ToString(),
            ["exp"] = (now + options.TokenLife).ToUnixTimeSeconds(), ["jti"] = newGuid().ToString(),
        };
        static string Part(JsonObject part) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(part.ToJsonString()));
        var token = $"{Part(new() { ["typ"] = "JWT", ["alg"] = "none" })}.{Part(claims)}.simulated";
        _given[token] = now + options.TokenLife;
        return new(200, new JsonObject
        {
            ["token_type"] = "Bearer", ["expires_in"] = (int)options.TokenLife.TotalSeconds, ["access_token"] = token,
        });
    }

    private Reply Refusal(int status, string error, string description) => new(status, new JsonObject
    {
        ["error"] = error,
        ["error_description"] = $"{description} Trace ID: {newGuid()} Timestamp: {timeProvider.GetUtcNow():u}",
    });
}
