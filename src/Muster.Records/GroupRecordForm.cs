using Muster.Core.Launches;
using Muster.Core.Storage;

namespace Muster.Records;

/// <summary>The form of a <see cref="GroupRecord"/>.</summary>
public sealed record GroupRecordForm(
    GroupForm Group, TemplateForm Template, GroupStateForm State, LaunchForm[] OpenLaunches, ClaimForm[]? Claims)
    : IForm<GroupRecordForm, GroupRecord>
{
    /// <inheritdoc/>
    public static GroupRecordForm Of(GroupRecord value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            GroupForm.Of(value.Group),
            TemplateForm.Of(value.Template),
            GroupStateForm.Of(value.State),
            Forms.Of<LaunchForm, Launch>(value.OpenLaunches),
            ClaimForm.Of(value.Claims));
    }

    /// <inheritdoc/>
    public GroupRecord ToValue() =>
        new(Group.ToValue(), Template.ToValue(), State.ToValue(), Forms.ToValues<LaunchForm, Launch>(OpenLaunches))
        {
            Claims = ClaimForm.ToValue(Claims),
        };
}
