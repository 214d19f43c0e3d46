using Muster.Core;
using Muster.Core.Instances;
using Muster.Core.Placements;
using Muster.Core.Storage;

namespace Muster.Server.Instances;

/// <summary>To which placement of its group an instance counts, and in which zone it is.</summary>
internal static class InstancePlaces
{
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
}
