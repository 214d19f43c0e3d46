namespace Muster.Api.Installation;

/// <summary>Whom the server takes the caller for.</summary>
public sealed record WhoAmIView
{
    /// <summary>Written into the audit trail for every change: the token's name, or <c>dev</c>.</summary>
    public required string Author { get; init; }

    /// <summary>Whose templates and groups are seen.</summary>
    public required Guid AccountId { get; init; }

    /// <summary><c>read</c>, <c>operate</c> or <c>admin</c>.</summary>
    public required string Role { get; init; }

    /// <summary><c>account</c> or <c>installation</c>; null from a server that knows no scopes.</summary>
    public string? Scope { get; init; }

    /// <summary>Which token; null where no authentication is needed.</summary>
    public Guid? TokenId { get; init; }

    /// <summary>From when on the token is refused; null where no authentication is needed.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
