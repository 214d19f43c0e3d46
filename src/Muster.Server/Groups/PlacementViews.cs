using Muster.Api.Groups;
using Muster.Core;
using Muster.Core.Instances;
using Muster.Core.Placements;
using Muster.Core.Storage;

namespace Muster.Server.Groups;

/// <summary>Placements as they go over the wire, and which of them an instance counts to.</summary>
internal static class PlacementViews
{
    /// <summary>A group's placements in their order, then what is left of earlier ones.</summary>
    public static IReadOnlyList<PlacementView> View(GroupRecord record)
    {
        var placements = record.Placements;
        return
        [
            .. placements.Select(placement => View(placement, record)),
            .. record.Clouds
                .Select(cloud => (Cloud: cloud, State: record.State.Of(Placement.EarlierOn(cloud))))
                .Where(earlier => earlier.State.Counts.Any)
                .Select(earlier => View(earlier.Cloud, earlier.State)),
        ];
    }

    /// <summary>The name of the placement that an instance counts to; null for a group with a template alone.</summary>
    /// <remarks>By the rule of a level check: the placement that it was launched for where that is the same place still, else the first
    /// that makes the same there, else what is left of earlier ones.</remarks>
    public static string? NameFor(GroupRecord record, string cloud, Instance instance)
    {
        if (record.Group.Layout is null)
        {
            return null;
        }

        var zone = ZoneOf(instance);
        var there = record.Placements
            .Where(placement => placement.Cloud == cloud && (placement.Zone is null || zone is null || placement.Zone == zone))
            .ToList();
        var name = instance.Tags.GetValueOrDefault(MusterTags.Placement) ?? Placement.Only;
        var template = instance.Read<TemplateId>(MusterTags.Template);
        return (there.Find(placement => placement.Name == name) ?? there.Find(placement => placement.Template.Id == template))?.Name
            ?? Placement.EarlierOn(cloud);
    }

    /// <summary>The zone in which an instance is: as the cloud says, else as it was asked for.</summary>
    public static string? ZoneOf(Instance instance) => instance.Zone ?? instance.Tags.GetValueOrDefault(MusterTags.Zone);

    private static PlacementView View(Placement placement, GroupRecord record)
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
            Wanted = state.Wanted,
            Running = state.Counts.Running,
            Condition = GroupViews.Word(state.Condition),
            Reason = state.Reason,
            EvacuatedAt = evacuation?.Since,
            IgnoresDead = evacuation is { IgnoresDead: true },
        };
    }

    private static PlacementView View(string cloud, PlacementState state) => new()
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
    };
}
