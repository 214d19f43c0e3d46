using Muster.Core;
using Muster.Core.Groups;

namespace Muster.Storage.Rows;

internal static class RevisionRow
{
    /// <summary>Of a group_revisions table called <c>r</c>.</summary>
    public const string Columns = "r.group_id, r.revision, r.template_id, r.layout, r.created_at, r.author";

    public static GroupRevision Read(Row row) => new(
        row.Id<GroupId>(), row.Int(), row.Id<TemplateId>(), StoreJson.ReadLayout(row.TextOrNull()), row.Time(), row.TextOrNull());
}
