using Muster.Core.Activities;

namespace Muster.Cli.Scaling;

/// <summary>One action of a level check and its outcome, as <c>muster scale --json</c> prints it.</summary>
/// <param name="NotificationType">
/// <c>LAUNCH</c>, <c>TERMINATE</c>, <c>NO_OP</c>, <c>HOLD</c>, <c>LAUNCH_ERROR</c>, <c>TERMINATE_ERROR</c> or <c>ERROR</c>.
/// </param>
/// <param name="Group">The group's name.</param>
/// <param name="Description">What happened and why.</param>
/// <param name="Status"><c>succeeded</c>, <c>failed</c> or <c>ambiguous</c>.</param>
/// <param name="InstanceId">The instance concerned, if one.</param>
/// <param name="At">When.</param>
internal sealed record ScaleNotification(
    string NotificationType, string Group, string Description, string Status, string? InstanceId, DateTimeOffset At)
{
    /// <summary>What an activity tells; null for one that is about no action, such as the group's making.</summary>
    public static ScaleNotification? Of(Activity activity, string group)
    {
        var isGood = activity.Status is ActivityStatus.Succeeded;
        var type = activity.Type switch
        {
            ActivityType.Launch => isGood ? "LAUNCH" : "LAUNCH_ERROR",
            ActivityType.Terminate => isGood ? "TERMINATE" : "TERMINATE_ERROR",
            ActivityType.NoOp => "NO_OP",
            ActivityType.Hold => "HOLD",
            ActivityType.Error => "ERROR",
            _ => null,
        };
        return type is null
            ? null
            : new(type, group, activity.Description, Word(activity.Status), activity.Instance?.Value, activity.LastAt);
    }

    /// <summary>The line for a person: <c>LAUNCH i-abc: 3 wanted, 2 running -> succeeded</c>.</summary>
    public override string ToString() =>
        $"{NotificationType}{(InstanceId is null ? "" : $" {InstanceId}")}: {Description.ReplaceLineEndings(" ")} -> {Status}";

    private static string Word(ActivityStatus status) => status switch
    {
        ActivityStatus.Succeeded => "succeeded",
        ActivityStatus.Failed => "failed",
        ActivityStatus.Ambiguous => "ambiguous",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
