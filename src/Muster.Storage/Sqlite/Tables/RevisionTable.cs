using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>What groups were to be made of; and what is read of those that live, or lived, in several places.</summary>
internal static class RevisionTable
{
    private static readonly Statement Insert = new(
        """
        INSERT INTO group_revisions (group_id, revision, template_id, layout, created_at, author) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (group_id, revision) DO NOTHING
        """);

    private static readonly Statement FindOne = new(
        $"SELECT {RevisionRow.Columns} FROM group_revisions r WHERE r.group_id = ? AND r.revision = ?");

    private static readonly Statement PageOfGroup = new(
        $"SELECT {RevisionRow.Columns} FROM group_revisions r WHERE r.group_id = ? AND r.revision < ? ORDER BY r.revision DESC LIMIT ?");

    private static readonly Statement ListBetween = new(
        $"SELECT {RevisionRow.Columns} FROM group_revisions r WHERE r.group_id = ? AND r.revision > ? AND r.revision < ?");

    /// <summary>Keeps a revision; one that is kept stays as it is.</summary>
    public static void Keep(SqliteSession session, GroupRevision revision) => session.Query(Insert)
        .Bind(revision.Group).Bind(revision.Number).Bind(revision.Template).Bind(StoreJson.Write(revision.Layout))
        .Bind(revision.CreatedAt).Bind(revision.Author)
        .Run();

    public static GroupRevision? Find(SqliteSession session, GroupId group, int revision) =>
        session.Query(FindOne).Bind(group).Bind(revision).First(RevisionRow.Read);

    public static Page<GroupRevision> List(SqliteSession session, GroupId group, PageRequest page)
    {
        var revisions = session.Query(PageOfGroup).Bind(group).Bind(TrailRule.Before(page)).Bind(page.Limit + 1L).All(RevisionRow.Read);
        return Page.Cut(revisions, page, revision => PageCursor.AfterPosition(revision.Number));
    }

    /// <summary>The group with all that is to be known of its places.</summary>
    public static GroupRecord Complete(SqliteSession session, GroupRecord record) =>
        SpreadRule.IsSpread(record) ? Complete(session, [record], known: null)[0] : record;

    /// <summary>The groups with all that is to be known of their places. Reads nothing where none is spread.</summary>
    /// <param name="session">In the transaction in which they were read.</param>
    /// <param name="records">The groups.</param>
    /// <param name="known">Templates that were read already; null for none.</param>
    public static ImmutableArray<GroupRecord> Complete(
        SqliteSession session, ImmutableArray<GroupRecord> records, IReadOnlyDictionary<TemplateId, Template>? known)
    {
        if (!records.Any(SpreadRule.IsSpread))
        {
            return records;
        }

        var earlier = records.Where(SpreadRule.HasEarlier)
            .SelectMany(record => session.Query(ListBetween)
                .Bind(record.Group.Id).Bind(record.State.VacatedRevision).Bind(record.Group.Revision).All(RevisionRow.Read))
            .ToLookup(revision => revision.Group);
        var missing = SpreadRule.MissingFrom(records, earlier, known);
        return SpreadRule.Complete(records, earlier, known, missing.Count == 0 ? [] : TemplateTable.Find(session, missing));
    }
}
