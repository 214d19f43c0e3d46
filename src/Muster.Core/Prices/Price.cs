namespace Muster.Core.Prices;

/// <summary>What an instance costs an hour, of those that a row is for.</summary>
public sealed record Price
{
    /// <summary>The cloud, by the name of its configuration.</summary>
    public required string Cloud { get; init; }

    /// <summary>The zone; null for every zone, and for instances whose zone the cloud chooses.</summary>
    public string? Zone { get; init; }

    /// <summary>The size, in the cloud's own words; null for every size.</summary>
    public string? Size { get; init; }

    /// <summary>Whether it is for interruptible instances, or for those that are not; null for both.</summary>
    public bool? IsInterruptible { get; init; }

    /// <summary>
    /// How much an hour; 0 to <see cref="PriceRules.AmountMax"/>, with <see cref="PriceRules.Decimals"/> decimals at most.
    /// </summary>
    public required decimal Amount { get; init; }

    /// <summary>Of what: three capital letters, such as <c>EUR</c>.</summary>
    public required string Currency { get; init; }

    /// <summary>What it is for.</summary>
    public PriceScope Scope => new(Cloud, Zone, Size, IsInterruptible);
}
