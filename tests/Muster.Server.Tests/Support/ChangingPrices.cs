using System.Collections.Immutable;

using Muster.Core.Prices;

namespace Muster.Server.Tests.Support;

/// <summary>Prices that a test changes.</summary>
internal sealed class ChangingPrices : IPrices
{
    public PriceBook Current { get; set; } = PriceBook.Empty;

    public ImmutableArray<string> Troubles { get; set; } = [];

    public bool AreKnown { get; set; } = true;
}
