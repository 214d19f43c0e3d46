using Muster.Api.Groups;
using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Storage;

namespace Muster.Server.Groups;

/// <summary>Placements as they go over the wire.</summary>
internal static class PlacementViews
{
    /// <summary>A group's placements in their order, then what is left of earlier ones.</summary>
    public static IReadOnlyList<PlacementView> View(GroupRecord record, GroupCosts costs)
    {
        var placements = record.Placements;
        return
        [
            .. placements.Select(placement => View(placement, record, costs.Of(placement.Name))),
            .. record.Clouds
                .Select(cloud => (Cloud: cloud, State: record.State.Of(Placement.EarlierOn(cloud))))
                .Where(earlier => earlier.State.Counts.Any)
                .Select(earlier => View(earlier.Cloud, earlier.State, costs.Of(earlier.State.Name))),
        ];
    }

    private static PlacementView View(Placement placement, GroupRecord record, PlacementCost cost)
    {
        var state = record.State.Of(placement.Name);
        var evacuation = record.Group.Evacuations.Of(placement.Name);
        return new()
        {
            Name = placement.Name,
            TemplateId = placement.Template.Id.Value,
            TemplateName = placement.Template.Name,
            Cloud = placement.Cloud,
            Zone = placement.Zone,
            Rank = placement.Spec.Rank,
            Weight = placement.Spec.Weight,
            Min = placement.Spec.Min,
            Max = placement.Spec.Max,
            Base = placement.Spec.Base,
            Interruptible = placement.Spec.IsInterruptible,
            Wanted = state.Wanted,
            Running = state.Counts.Running,
            Condition = GroupViews.Word(state.Condition),
            Reason = state.Reason,
            EvacuatedAt = evacuation?.Since,
            IgnoresDead = evacuation is { IgnoresDead: true },
            PricePerHour = cost.Price,
            CostPerHour = cost.Sum,
        };
    }

    private static PlacementView View(string cloud, PlacementState state, PlacementCost cost) => new()
    {
        Name = state.Name,
        Cloud = cloud,
        Min = 0,
        Base = 0,
        Wanted = state.Wanted,
        Running = state.Counts.Running,
        Condition = GroupViews.Word(state.Condition),
        Reason = state.Reason,
        IgnoresDead = false,
        PricePerHour = cost.Price,
        CostPerHour = cost.Sum,
    };
}
