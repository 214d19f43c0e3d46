namespace Muster.Core.Accounts;

/// <summary>
/// The credential with which Muster speaks to a cloud as an account. The account's own authority put its public half there.
/// </summary>
/// <remarks>
/// Written down before the cloud is told of it, so that the next request finishes an exchange that broke off:
/// <code>
/// made ──► the cloud has it: confirmed ──► the account removes it at the cloud: cut off, until a new one is ordered
///   └────► replaced by a newer one: archived
/// </code>
/// </remarks>
public sealed record AccountCredential
{
    /// <summary>Stable id.</summary>
    public required CredentialId Id { get; init; }

    /// <summary>As whom it speaks.</summary>
    public required AccountId Account { get; init; }

    /// <summary>What it is called in the account, by the cloud that it is for; unique per account among the living.</summary>
    public required string Name { get; init; }

    /// <summary>How the cloud names its public half.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The public half, as the cloud takes it.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The private half, sealed for this account.</summary>
    public required SealedSecret Secret { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// When the cloud was first seen to have it; null while nobody knows. From then on, its absence there is the account's will.
    /// </summary>
    public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>When a newer one took its place; null while it lives.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}
