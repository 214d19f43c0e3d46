using System.Collections.Immutable;

namespace Muster.Core.Prices;

/// <summary>What instances cost now. Safe to share.</summary>
public interface IPrices
{
    /// <summary>The book in force.</summary>
    PriceBook Current { get; }

    /// <summary>What keeps newer prices from being in force, each in a sentence; empty where nothing does.</summary>
    ImmutableArray<string> Troubles { get; }

    /// <summary>
    /// Whether everybody who tells prices was asked once, or was waited for long enough: what is in force before that may say too little.
    /// </summary>
    bool AreKnown => true;
}
