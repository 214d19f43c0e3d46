using System.Diagnostics;

using Muster.Api.Instances;
using Muster.Core;
using Muster.Core.Instances;
using Muster.Core.Placements;
using Muster.Core.Storage;

namespace Muster.Server.Instances;

/// <summary>Instances as they go over the wire.</summary>
internal static class InstanceViews
{
    /// <param name="record">The instance's group.</param>
    /// <param name="cloud">Where it was listed.</param>
    /// <param name="instance">As it was listed.</param>
    /// <param name="now">When it is shown.</param>
    public static InstanceView View(GroupRecord record, string cloud, Instance instance, DateTimeOffset now) => new()
    {
        Id = instance.Id.Value,
        Name = instance.Name,
        State = instance.IsLeaving(now) ? "leaving" : Word(instance.State),
        LeavingAt = instance.LeavingAt,
        StateDetail = instance.StateDetail,
        TemplateId = instance.Read<TemplateId>(MusterTags.Template)?.Value,
        Placement = record.Group.Layout is null
            ? null
            : PlacementChoice.For(record.Placements, cloud, instance)?.Name ?? Placement.EarlierOn(cloud),
        Zone = PlacementChoice.ZoneOf(instance),
        CreatedAt = instance.CreatedAt,
        Addresses = instance.Addresses,
        Attributes = instance.Attributes,
        Tags = instance.Tags,
    };

    public static string Word(InstanceState state) => state switch
    {
        InstanceState.Provisioning => "provisioning",
        InstanceState.Running => "running",
        InstanceState.Stopped => "stopped",
        InstanceState.Failed => "failed",
        InstanceState.Terminating => "terminating",
        InstanceState.Unknown => "unknown",
        _ => throw new UnreachableException($"state {state}"),
    };
}
