namespace Muster.Core.Accounts;

/// <summary>The key by which Muster speaks to a cloud as an account. Its public half lies in the account, put there by the account's own authority.</summary>
/// <remarks>
/// Written down before the cloud is told of it, so that one half-done exchange is finished by the next request:
/// <code>
/// made ──► the cloud has it: confirmed ──► the account removes it at the cloud: cut off, until a new one is ordered
///   └────► replaced by a newer one: archived
/// </code>
/// </remarks>
public sealed record ServiceKey
{
    /// <summary>Stable id.</summary>
    public required KeyId Id { get; init; }

    /// <summary>As whom it speaks.</summary>
    public required AccountId Account { get; init; }

    /// <summary>What the key is called in the account; unique per account among the living.</summary>
    public required string Name { get; init; }

    /// <summary>MD5 of the public half as colon-separated hex: what CloudAPI names keys by.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The public half as <c>TYPE BASE64</c>.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The private half, sealed.</summary>
    public required SealedSecret Secret { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the cloud was first seen to have it; null while nobody knows. From then on, its absence there is the account's will.</summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>When a newer one took its place; null while it lives.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}
