namespace Muster.Api.Tokens;

/// <summary>A bearer token, without its secret.</summary>
public sealed record TokenView
{
    /// <summary>Stable id; says which, never the secret.</summary>
    public required Guid Id { get; init; }

    /// <summary>The author of the changes it makes.</summary>
    public required string Name { get; init; }

    /// <summary><c>task</c>, <c>read</c>, <c>operate</c> or <c>admin</c>.</summary>
    public required string Role { get; init; }

    /// <summary><c>account</c> or <c>installation</c>; null from a server that knows no scopes.</summary>
    public string? Scope { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was revoked; null while it lives.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
