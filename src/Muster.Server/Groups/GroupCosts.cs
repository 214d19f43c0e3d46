using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Storage;

namespace Muster.Server.Groups;

/// <summary>What a group costs an hour, as of its last check and by the prices of now.</summary>
/// <param name="Placements">Each placement, and what is left of earlier ones.</param>
internal sealed record GroupCosts(ImmutableArray<PlacementCost> Placements)
{
    private static readonly GroupCosts Unknown = new([]);

    /// <summary>All of it together; null where something that it holds has no price, or nobody knows any.</summary>
    public decimal? Sum => Placements.IsEmpty || Placements.Any(placement => placement is { Held: > 0, Price: null })
        ? null
        : Placements.Sum(placement => placement.Sum ?? 0);

    public static GroupCosts Of(GroupRecord record, PriceBook prices)
    {
        if (prices.IsEmpty)
        {
            return Unknown;
        }

        var costs = ImmutableArray.CreateBuilder<PlacementCost>();
        foreach (var placement in record.Placements)
        {
            costs.Add(Of(placement, record.IsSpread ? record.State.Of(placement.Name).Counts : record.State.Counts, prices));
        }

        var templates = record.PlacementTemplates.Prepend(record.Template).Concat(record.EarlierTemplates);
        foreach (var template in templates.DistinctBy(one => one.Cloud))
        {
            var earlier = new Placement(Placement.EarlierOn(template.Cloud), template) { IsEarlier = true };
            if (record.State.Of(earlier.Name).Counts is { Any: true } counts)
            {
                costs.Add(Of(earlier, counts, prices));
            }
        }

        return new(costs.DrainToImmutable());
    }

    /// <summary>What one placement costs.</summary>
    public PlacementCost Of(string placement) =>
        Placements.FirstOrDefault(cost => cost.Name == placement) ?? new(placement, Price: null, Held: 0);

    private static PlacementCost Of(Placement placement, InstanceCounts counts, PriceBook prices) =>
        new(placement.Name, placement.PriceIn(prices), counts.Live + counts.Unknown + counts.Pending);
}

/// <summary>What one placement of a group costs an hour.</summary>
/// <param name="Name">Which.</param>
/// <param name="Price">What an instance costs there; null where nobody knows.</param>
/// <param name="Held">How many places are taken there, or may be.</param>
internal sealed record PlacementCost(string Name, decimal? Price, int Held)
{
    /// <summary>All of them together; null where nobody knows.</summary>
    public decimal? Sum => Price * Held;
}
