namespace Muster.Core.Accounts;

/// <summary>Who owns templates and groups.</summary>
public sealed record Account
{
    /// <summary>The account of <c>muster dev</c> and of an installation that names no other.</summary>
    public const string DefaultName = "default";

    /// <summary>Stable id.</summary>
    public required AccountId Id { get; init; }

    /// <summary>Unique name; see <see cref="EntityName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
