using System.Collections.Immutable;

namespace Muster.Core.Prices;

/// <summary>Prices that stay as they are.</summary>
/// <param name="book">What they are.</param>
public sealed class FixedPrices(PriceBook book) : IPrices
{
    /// <summary>No price at all.</summary>
    public static FixedPrices None { get; } = new(PriceBook.Empty);

    /// <inheritdoc/>
    public PriceBook Current => book;

    /// <inheritdoc/>
    public ImmutableArray<string> Troubles => [];
}
