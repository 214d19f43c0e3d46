using System.Diagnostics;

using Muster.Api.Activities;
using Muster.Core.Activities;

namespace Muster.Server.Activities;

/// <summary>Activities as they go over the wire.</summary>
internal static class ActivityViews
{
    public static ActivityView View(Core.Activities.Activity activity) => new()
    {
        Id = activity.Id.Value,
        GroupId = activity.Group.Value,
        Type = activity.Type switch
        {
            ActivityType.Launch => "launch",
            ActivityType.Terminate => "terminate",
            ActivityType.NoOp => "no_op",
            ActivityType.Error => "error",
            ActivityType.Hold => "hold",
            ActivityType.Change => "change",
            _ => throw new UnreachableException($"activity type {activity.Type}"),
        },
        Status = activity.Status switch
        {
            ActivityStatus.Succeeded => "succeeded",
            ActivityStatus.Failed => "failed",
            ActivityStatus.Ambiguous => "ambiguous",
            _ => throw new UnreachableException($"activity status {activity.Status}"),
        },
        Description = activity.Description,
        Author = activity.Author,
        Count = activity.Count,
        FirstAt = activity.FirstAt,
        LastAt = activity.LastAt,
        InstanceId = activity.Instance?.Value,
        LaunchId = activity.Launch?.Value,
        Position = activity.Position,
    };
}
