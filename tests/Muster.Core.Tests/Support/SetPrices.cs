using System.Collections.Immutable;

using Muster.Core.Prices;

namespace Muster.Core.Tests.Support;

/// <summary>Prices that a test sets, in EUR; none at first.</summary>
internal sealed class SetPrices : IPrices
{
    public PriceBook Current { get; private set; } = PriceBook.Empty;

    public ImmutableArray<string> Troubles => [];

    /// <summary>What an instance costs an hour on each of these clouds; on others, nobody knows.</summary>
    public void Set(params ReadOnlySpan<(string Cloud, decimal Amount)> prices)
    {
        var rows = new List<Price>();
        foreach (var (cloud, amount) in prices)
        {
            rows.Add(new() { Cloud = cloud, Amount = amount, Currency = "EUR" });
        }

        Current = PriceBook.Of([.. rows]);
    }
}
