using Muster.Core.Prices;

namespace Muster.Core.Accounts;

/// <summary>What to change of an account; null leaves it.</summary>
public sealed record AccountEdit
{
    /// <summary><see cref="Account.CloudId"/>.</summary>
    public string? CloudId { get; init; }

    /// <summary><see cref="Account.Access"/>.</summary>
    public AccountAccess? Access { get; init; }

    /// <summary><see cref="PriceRules.NoLimit"/> for none. See <see cref="Account.SpendPerHourMax"/>.</summary>
    public decimal? SpendPerHourMax { get; init; }

    /// <summary><see cref="Account.KeyOrderedAt"/>.</summary>
    public DateTimeOffset? KeyOrderedAt { get; init; }
}
