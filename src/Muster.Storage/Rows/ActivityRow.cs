using Muster.Core;
using Muster.Core.Activities;

namespace Muster.Storage.Rows;

internal static class ActivityRow
{
    /// <summary>Of an activities table called <c>a</c>.</summary>
    public const string Columns =
        "a.position, a.id, a.account_id, a.group_id, a.type, a.status, a.description, a.author, a.instance_id, a.launch_id, a.count, "
        + "a.first_at, a.last_at";

    public static Activity Read(Row row) => new()
    {
        Position = row.Long(),
        Id = row.Id<ActivityId>(),
        Account = row.Id<AccountId>(),
        Group = row.Id<GroupId>(),
        Type = row.Word<ActivityType>(),
        Status = row.Word<ActivityStatus>(),
        Description = row.Text(),
        Author = row.Text(),
        Instance = row.TextOrNull() is { } instance ? new InstanceId(instance) : null,
        Launch = row.IdOrNull<LaunchId>(),
        Count = row.Int(),
        FirstAt = row.Time(),
        LastAt = row.Time(),
    };
}
