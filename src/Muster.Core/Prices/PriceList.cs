using System.Collections.Immutable;

namespace Muster.Core.Prices;

/// <summary>Prices of one source, found by what they are for. Immutable.</summary>
internal sealed class PriceList
{
    private readonly Dictionary<PriceScope, decimal> _amounts = [];
    private readonly HashSet<string> _clouds = new(StringComparer.Ordinal);

    private PriceList(ImmutableArray<Price> prices) => Prices = prices;

    /// <summary>No price.</summary>
    public static PriceList Empty { get; } = new([]);

    /// <summary>All of them, in the order in which they were given.</summary>
    public ImmutableArray<Price> Prices { get; }

    /// <summary>Makes one, of prices that are right.</summary>
    /// <param name="prices">The prices.</param>
    /// <param name="wrong">Told of each that is wrong, with its place in the list; it is left out.</param>
    public static PriceList Of(ImmutableArray<Price> prices, Action<int, InputError> wrong)
    {
        var kept = new List<Price>(prices.Length);
        var keys = new HashSet<PriceScope>();
        for (var i = 0; i < prices.Length; i++)
        {
            var errors = PriceRules.Check(prices[i], kept);
            if (errors.IsEmpty && !keys.Add(prices[i].Scope))
            {
                errors = [PriceRules.Twice(prices[i])];
            }

            foreach (var error in errors)
            {
                wrong(i, error);
            }

            if (errors.IsEmpty)
            {
                kept.Add(prices[i]);
            }
        }

        var list = new PriceList([.. kept]);
        foreach (var price in kept)
        {
            list._amounts.Add(price.Scope, price.Amount);
            list._clouds.Add(price.Cloud);
        }

        return list;
    }

    /// <summary>
    /// What an instance costs an hour by the row that names most of what it is; of two that name as many, by the one that says whether it
    /// is interruptible, and then by the one with its size. Null where no row is for it.
    /// </summary>
    public decimal? Find(string cloud, string? zone, string? size, bool isInterruptible) => !_clouds.Contains(cloud)
        ? null
        : At(new(cloud, zone, size, isInterruptible))
            ?? At(new(cloud, null, size, isInterruptible))
            ?? At(new(cloud, zone, null, isInterruptible))
            ?? At(new(cloud, zone, size, null))
            ?? At(new(cloud, null, null, isInterruptible))
            ?? At(new(cloud, null, size, null))
            ?? At(new(cloud, zone, null, null))
            ?? At(new(cloud, null, null, null));

    private decimal? At(PriceScope key) => _amounts.TryGetValue(key, out var amount) ? amount : null;
}
