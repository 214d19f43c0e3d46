using Muster.Core.Activities;
using Muster.Core.Launches;
using Muster.Core.Storage;

namespace Muster.Records;

/// <summary>The form of a <see cref="CheckRecord"/>.</summary>
public sealed record CheckRecordForm(GroupStateForm State, LaunchForm[] Launches, ActivityForm[] Activities, DateTimeOffset? ArchivedAt)
    : IForm<CheckRecordForm, CheckRecord>
{
    /// <inheritdoc/>
    public static CheckRecordForm Of(CheckRecord value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            GroupStateForm.Of(value.State),
            Forms.Of<LaunchForm, Launch>(value.Launches),
            Forms.Of<ActivityForm, Activity>(value.Activities),
            value.ArchivedAt);
    }

    /// <inheritdoc/>
    public CheckRecord ToValue() => new()
    {
        State = State.ToValue(),
        Launches = Forms.ToValues<LaunchForm, Launch>(Launches),
        Activities = Forms.ToValues<ActivityForm, Activity>(Activities),
        ArchivedAt = ArchivedAt,
    };
}
