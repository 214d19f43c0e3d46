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
}

/// <summary>Where an outside identity's own token is.</summary>
internal sealed record TokenSourceDocument
{
    public string? File { get; init; }

    public string? Url { get; init; }

    public Dictionary<string, string>? Headers { get; init; }

    public TokenFormat? Format { get; init; }

    public string? EnvironmentId { get; init; }
}

/// <summary>How it is written there.</summary>
internal sealed record TokenFormat(string? Type, string? SubjectTokenFieldName);

/// <summary>What a token service answers.</summary>
internal sealed record TokenAnswer(string? AccessToken, double? ExpiresIn);

/// <summary>How a token service refuses (RFC 6749 §5.2).</summary>
internal sealed record TokenError(string? Error, string? ErrorDescription);

/// <summary>The head of a signed claim (RFC 7515).</summary>
internal sealed record JwtHeader(string Alg, string Typ, string? Kid);

/// <summary>What a service account claims to get a token (RFC 7523 §3).</summary>
internal sealed record JwtClaims(string Iss, string Scope, string Aud, long Iat, long Exp);
