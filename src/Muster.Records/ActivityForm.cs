using Muster.Core;
using Muster.Core.Activities;

namespace Muster.Records;

/// <summary>The form of an <see cref="Activity"/>: a row of <c>activities</c>.</summary>
public sealed record ActivityForm(
    long Position,
    ActivityId Id,
    AccountId AccountId,
    GroupId GroupId,
    ActivityType Type,
    ActivityStatus Status,
    string Description,
    string Author,
    InstanceId? InstanceId,
    LaunchId? LaunchId,
    int Count,
    DateTimeOffset FirstAt,
    DateTimeOffset LastAt) : IForm<ActivityForm, Activity>
{
    /// <inheritdoc/>
    public static ActivityForm Of(Activity value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Position,
            value.Id,
            value.Account,
            value.Group,
            value.Type,
            value.Status,
            value.Description,
            value.Author,
            value.Instance,
            value.Launch,
            value.Count,
            value.FirstAt,
            value.LastAt);
    }

    /// <inheritdoc/>
    public Activity ToValue() => new()
    {
        Position = Position,
        Id = Id,
        Account = AccountId,
        Group = GroupId,
        Type = Type,
        Status = Status,
        Description = Description,
        Author = Author,
        Instance = InstanceId,
        Launch = LaunchId,
        Count = Count,
        FirstAt = FirstAt,
        LastAt = LastAt,
    };
}
