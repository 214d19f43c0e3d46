using System.Collections.Immutable;

using Muster.Core.Instances;

namespace Muster.Core.Placements;

/// <summary>Which placement of its group something counts to: where it lives, whatever the group has become since. Pure.</summary>
public static class PlacementChoice
{
    /// <summary>The placement that an instance counts to; null for none of them.</summary>
    /// <param name="placements">Those of its group.</param>
    /// <param name="cloud">Where it is listed.</param>
    /// <param name="instance">The instance.</param>
    public static Placement? For(ImmutableArray<Placement> placements, string cloud, Instance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);

        // A sweep asks this of every instance that it sees: the zone is read only where one of the placements names its own.
        var zone = NamesZone(placements) ? ZoneOf(instance) : null;
        return ByName(placements, cloud, instance.Tags.GetValueOrDefault(MusterTags.Placement), zone)
            ?? ByTemplate(placements, cloud, instance.Read<TemplateId>(MusterTags.Template), zone);
    }

    /// <summary>The zone in which an instance is: as the cloud says, else as it was asked for; null where nobody says.</summary>
    public static string? ZoneOf(Instance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        return instance.Zone ?? instance.Tags.GetValueOrDefault(MusterTags.Zone);
    }

    /// <summary>
    /// The placement by that name where it is still the same place; of a group without a list, the one that takes all that there is of it
    /// on its cloud.
    /// </summary>
    internal static Placement? ByName(ImmutableArray<Placement> placements, string cloud, string? name, string? zone)
    {
        foreach (var placement in placements)
        {
            if ((placement.Name == (name ?? Placement.Only) || placement.Spec.Name == Placement.Only)
                && placement.Cloud == cloud && IsIn(placement, zone))
            {
                return placement;
            }
        }

        return null;
    }

    /// <summary>The first placement that makes the same there, of what was launched before the group had this placement: rare.</summary>
    internal static Placement? ByTemplate(ImmutableArray<Placement> placements, string cloud, TemplateId? template, string? zone)
    {
        foreach (var placement in placements)
        {
            if (placement.Cloud == cloud && IsIn(placement, zone) && placement.Template.Id == template)
            {
                return placement;
            }
        }

        return null;
    }

    private static bool NamesZone(ImmutableArray<Placement> placements)
    {
        foreach (var placement in placements)
        {
            if (placement.Zone is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether what is in that zone, or in one that nobody knows, may be in the placement.</summary>
    private static bool IsIn(Placement placement, string? zone) => placement.Zone is null || zone is null || placement.Zone == zone;
}
