using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Placements;
using Muster.Core.Prices;

namespace Muster.Core.Groups;

/// <summary>What prices must be known for a group, and what its limit must leave room for. Each rule adds what is wrong.</summary>
internal static class CostRules
{
    // More would push the sentence off a screen.
    private const int ShownMax = 3;

    /// <summary>A group that goes by prices needs one for each placement.</summary>
    public static void CheckPriced(ImmutableArray<Placement> placements, PriceBook prices, ImmutableArray<InputError>.Builder errors)
    {
        if (WithoutPrice(placements, prices) is { } unpriced)
        {
            errors.Add(new("distribution", "cheapest", $"ordered or balanced: no price is known for {unpriced}"));
        }
    }

    /// <summary>A limit must leave room for an instance in each placement.</summary>
    public static void CheckLimit(
        decimal limit, ImmutableArray<Placement> placements, PriceBook prices, ImmutableArray<InputError>.Builder errors)
    {
        const string Field = "brakes.spend_per_hour_max";
        if (WithoutPrice(placements, prices) is { } unpriced)
        {
            errors.Add(new(Field, Money.Text(limit), $"none, since no price is known for {unpriced}"));
        }
        else if (placements.MaxBy(placement => placement.PriceIn(prices)) is { } dearest
            && dearest.PriceIn(prices) is { } price && price > limit)
        {
            var least = Money.AnHour(price, prices.Currency!);
            errors.Add(new(Field, Money.Text(limit), $"at least {least}, what one instance costs in {PriceWords.Of(dearest)}"));
        }
    }

    private static string? WithoutPrice(ImmutableArray<Placement> placements, PriceBook prices)
    {
        var unpriced = placements.Where(placement => placement.PriceIn(prices) is null).Select(PriceWords.Of).ToList();
        return unpriced.Count == 0 ? null
            : unpriced.Count <= ShownMax ? string.Join(", ", unpriced)
            : string.Create(
                CultureInfo.InvariantCulture, $"{string.Join(", ", unpriced.Take(ShownMax))} and {unpriced.Count - ShownMax} more");
    }
}
