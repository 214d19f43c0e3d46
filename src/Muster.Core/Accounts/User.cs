namespace Muster.Core.Accounts;

/// <summary>A person of an account who came by a key of their own: a sub-user, in Triton's words. Acts as the account.</summary>
public sealed record User
{
    /// <summary>Stable id.</summary>
    public required UserId Id { get; init; }

    /// <summary>Whose.</summary>
    public required AccountId Account { get; init; }

    /// <summary>The login; unique per account.</summary>
    public required string Name { get; init; }

    /// <summary>When first seen.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
