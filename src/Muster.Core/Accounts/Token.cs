using System.Collections.Immutable;

namespace Muster.Core.Accounts;

/// <summary>What a token's bearer may do; each role includes those before it, but for <see cref="Task"/>, which none includes.</summary>
public enum Role
{
    /// <summary>Make level checks of the account's groups elsewhere, with what opens its clouds; nothing else, not even see.</summary>
    Task,

    /// <summary>See everything of the account.</summary>
    Read,

    /// <summary>Also change templates, groups and capacity.</summary>
    Operate,

    /// <summary>Also create and revoke tokens.</summary>
    Admin,
}

/// <summary>A bearer token, without its secret: only the secret's hash is kept.</summary>
public sealed record Token
{
    /// <summary>Says which token, in lists and logs.</summary>
    public required TokenId Id { get; init; }

    /// <summary>The account it acts for.</summary>
    public required AccountId Account { get; init; }

    /// <summary>What the user calls it; unique per account among the living. It is the author of the changes it makes.</summary>
    public required string Name { get; init; }

    /// <summary>What its bearer may do.</summary>
    public required Role Role { get; init; }

    /// <summary>How far that reaches.</summary>
    public TokenScope Scope { get; init; }

    /// <summary>SHA-256 of the secret, 32 bytes. The secret has 256 bits of its own, so no slow hash is needed.</summary>
    public required ImmutableArray<byte> SecretHash { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was revoked; null while it lives.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}
