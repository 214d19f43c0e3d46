using System.Diagnostics;

using Muster.Api.Instances;
using Muster.Core;
using Muster.Core.Instances;

namespace Muster.Server.Instances;

/// <summary>Instances as they go over the wire.</summary>
internal static class InstanceViews
{
    public static InstanceView View(Instance instance) => new()
    {
        Id = instance.Id.Value,
        Name = instance.Name,
        State = Word(instance.State),
        StateDetail = instance.StateDetail,
        TemplateId = instance.Read<TemplateId>(MusterTags.Template)?.Value,
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
