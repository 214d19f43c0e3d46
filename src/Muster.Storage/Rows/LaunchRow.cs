using Muster.Core;
using Muster.Core.Launches;

namespace Muster.Storage.Rows;

internal static class LaunchRow
{
    /// <summary>Of a launches table called <c>l</c>.</summary>
    public const string Columns =
        "l.id, l.group_id, l.template_id, l.instance_name, l.phase, l.created_at, l.updated_at, l.instance_id, l.attempts, "
        + "l.failure, l.reason, l.tags, l.placement";

    public static Launch Read(Row row) => new()
    {
        Id = row.Id<LaunchId>(),
        Group = row.Id<GroupId>(),
        Template = row.Id<TemplateId>(),
        InstanceName = row.Text(),
        Phase = row.Word<LaunchPhase>(),
        CreatedAt = row.Time(),
        UpdatedAt = row.Time(),
        Instance = row.TextOrNull() is { } instance ? new InstanceId(instance) : null,
        Attempts = row.Int(),
        Failure = row.TextOrNull(),
        Reason = row.Text(),
        Tags = StoreJson.ReadTags(row.TextOrNull()),
        Placement = row.TextOrNull(),
    };
}
