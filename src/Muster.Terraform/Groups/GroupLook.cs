using Muster.Api.Groups;

namespace Muster.Terraform.Groups;

/// <summary>What is known of a group that is waited for.</summary>
/// <param name="Group">The group as the server last showed it.</param>
/// <param name="Away">Why the server has not shown it since; null when it is as it was a moment ago.</param>
internal sealed record GroupLook(GroupView Group, Exception? Away = null)
{
    /// <summary>How far it is, in words.</summary>
    public string Words =>
        $"{Group.Status.InService} of {Group.Status.Level} in service, {Group.Status.Condition}: {Group.Status.Reason}"
        + (Away is null ? "" : $"; the server has told nothing since: {Away.Message}");
}
