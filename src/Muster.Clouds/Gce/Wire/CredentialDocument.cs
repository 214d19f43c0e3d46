using System.Text.Json.Nodes;

using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Gce.Wire;

/// <summary>A credential file of Google's, of whatever type; it has the fields of its type.</summary>
internal sealed record CredentialDocument
{
    public string? Type { get; init; }

    public string? ProjectId { get; init; }

    public string? QuotaProjectId { get; init; }

    public string? ClientEmail { get; init; }

    public string? PrivateKey { get; init; }

    public string? PrivateKeyId { get; init; }

    public string? TokenUri { get; init; }

    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    public string? RefreshToken { get; init; }

    public string? Audience { get; init; }

    public string? SubjectTokenType { get; init; }

    public string? TokenUrl { get; init; }

    public string? ServiceAccountImpersonationUrl { get; init; }

    public TokenSourceDocument? CredentialSource { get; init; }

    public CredentialDocument? SourceCredentials { get; init; }

    public string[]? Delegates { get; init; }

    public static CredentialDocument Of(JsonFields of) => new()
    {
        Type = of.Text("type"),
        ProjectId = of.Text("project_id"),
        QuotaProjectId = of.Text("quota_project_id"),
        ClientEmail = of.Text("client_email"),
        PrivateKey = of.Text("private_key"),
        PrivateKeyId = of.Text("private_key_id"),
        TokenUri = of.Text("token_uri"),
        ClientId = of.Text("client_id"),
        ClientSecret = of.Text("client_secret"),
        RefreshToken = of.Text("refresh_token"),
        Audience = of.Text("audience"),
        SubjectTokenType = of.Text("subject_token_type"),
        TokenUrl = of.Text("token_url"),
        ServiceAccountImpersonationUrl = of.Text("service_account_impersonation_url"),
        CredentialSource = of.Object("credential_source", TokenSourceDocument.Of),
        SourceCredentials = of.Object("source_credentials", CredentialDocument.Of),
        Delegates = of.Texts("delegates"),
    };
}

/// <summary>Where an outside identity's own token is.</summary>
internal sealed record TokenSourceDocument
{
    public string? File { get; init; }

    public string? Url { get; init; }

    public Dictionary<string, string>? Headers { get; init; }

    public TokenFormat? Format { get; init; }

    public string? EnvironmentId { get; init; }

    public static TokenSourceDocument Of(JsonFields of) => new()
    {
        File = of.Text("file"),
        Url = of.Text("url"),
        Headers = of.TextMap("headers"),
        Format = of.Object("format", TokenFormat.Of),
        EnvironmentId = of.Text("environment_id"),
    };
}

/// <summary>How it is written there.</summary>
internal sealed record TokenFormat(string? Type, string? SubjectTokenFieldName)
{
    public static TokenFormat Of(JsonFields of) => new(of.Text("type"), of.Text("subject_token_field_name"));
}

/// <summary>What a token service answers.</summary>
internal sealed record TokenAnswer(string? AccessToken, double? ExpiresIn)
{
    public static TokenAnswer Of(JsonFields of) => new(of.Text("access_token"), of.Fraction("expires_in"));
}

/// <summary>How a token service refuses (RFC 6749 §5.2).</summary>
internal sealed record TokenError(string? Error, string? ErrorDescription)
{
    public static TokenError Of(JsonFields of) => new(of.Text("error"), of.Text("error_description"));
}

/// <summary>The head of a signed claim (RFC 7515).</summary>
internal sealed record JwtHeader(string Alg, string Typ, string? Kid)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("alg", Alg)
        .Add("typ", Typ)
        .Add("kid", Kid)
        .Object;
}

/// <summary>What a service account claims to get a token (RFC 7523 §3).</summary>
internal sealed record JwtClaims(string Iss, string Scope, string Aud, long Iat, long Exp)
{
    public JsonObject ToJson() => new JsonBody()
        .Add("iss", Iss)
        .Add("scope", Scope)
        .Add("aud", Aud)
        .Add("iat", Iat)
        .Add("exp", Exp)
        .Object;
}
