using System.Collections.Immutable;
using System.Globalization;

using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Templates;

namespace Muster.Core.Groups;

/// <summary>What prices must be known for a group, and what its limit must leave room for. Each rule adds what is wrong.</summary>
internal static class CostRules
{
    // More would push the sentence off a screen.
    private const int ShownMax = 3;

    /// <summary>Where a group is to live.</summary>
    /// <param name="layout">How it is spread; null for a template alone.</param>
    /// <param name="template">That template; null when it could not be found.</param>
    /// <param name="known">The templates that placements may name.</param>
    public static ImmutableArray<Placement> Placements(Layout? layout, Template? template, IEnumerable<Template> known)
    {
        if (layout is null)
        {
            return template is null ? [] : [new(Placement.Only, template)];
        }

        var templates = known.DistinctBy(one => one.Id).ToDictionary(one => one.Id);
        return
        [
            .. layout.Placements.Where(spec => templates.ContainsKey(spec.Template))
                .Select(spec => new Placement(spec.Name, templates[spec.Template]) { Spec = spec }),
        ];
    }

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
            errors.Add(new(Field, Money.Text(limit), $"0 for no limit: no price is known for {unpriced}"));
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
