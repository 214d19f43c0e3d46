using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Tables;

/// <summary>What groups were to be made of; and what is read of those that live, or lived, in several places.</summary>
internal static class RevisionTable
{
    private static readonly Statement InsertOne = new(
        """
        INSERT INTO group_revisions (group_id, revision, template_id, layout, created_at, author) VALUES ($1, $2, $3, $4::jsonb, $5, $6)
        ON CONFLICT (group_id, revision) DO NOTHING
        """);

    private static readonly Statement FindOne = new(
        $"SELECT {RevisionRow.Columns} FROM group_revisions r WHERE r.group_id = $1 AND r.revision = $2");

    private static readonly Statement PageOfGroup = new(
        $"SELECT {RevisionRow.Columns} FROM group_revisions r WHERE r.group_id = $1 AND r.revision < $2 ORDER BY r.revision DESC LIMIT $3");

    private static readonly Statement ListBetween = new(
        $"""
        SELECT {RevisionRow.Columns}
        FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS u (group_id, vacated, present)
            JOIN group_revisions r ON r.group_id = u.group_id AND r.revision > u.vacated AND r.revision < u.present
        """);

    /// <summary>Keeps a revision; one that is kept stays as it is.</summary>
    public static Call Insert(GroupRevision revision) => InsertOne.Call()
        .Bind(revision.Group).Bind((long)revision.Number).Bind(revision.Template).BindJson(StoreJson.Write(revision.Layout))
        .Bind(revision.CreatedAt).Bind(revision.Author);

    public static Task<GroupRevision?> FindAsync(Session session, GroupId group, int revision, CancellationToken cancellationToken) =>
        session.FirstAsync(FindOne.Call().Bind(group).Bind((long)revision), RevisionRow.Read, cancellationToken);

    public static async Task<Page<GroupRevision>> ListAsync(
        Session session, GroupId group, PageRequest page, CancellationToken cancellationToken)
    {
        var revisions = await session.ReadAllAsync(
            PageOfGroup.Call().Bind(group).Bind(TrailRule.Before(page)).Bind(page.Limit + 1L), RevisionRow.Read, cancellationToken);
        return Page.Cut(revisions, page, revision => PageCursor.AfterPosition(revision.Number));
    }

    /// <summary>The groups with all that is to be known of their places. Reads nothing where none is spread.</summary>
    /// <remarks>
    /// Not in the transaction in which the groups were read: revisions and templates stay as they are, so that it does not matter when.
    /// </remarks>
    /// <param name="session">Where.</param>
    /// <param name="records">The groups.</param>
    /// <param name="known">Templates that were read already; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ImmutableArray<GroupRecord>> CompleteAsync(
        Session session,
        ImmutableArray<GroupRecord> records,
        IReadOnlyDictionary<TemplateId, Template>? known,
        CancellationToken cancellationToken)
    {
        if (!records.Any(SpreadRule.IsSpread))
        {
            return records;
        }

        ImmutableArray<GroupRecord> changed = [.. records.Where(SpreadRule.HasEarlier)];
        ImmutableArray<GroupRevision> revisions =
            changed.IsEmpty ? [] : await session.ReadAllAsync(Between(changed), RevisionRow.Read, cancellationToken);
        var earlier = revisions.ToLookup(revision => revision.Group);
        var missing = SpreadRule.MissingFrom(records, earlier, known);
        return SpreadRule.Complete(
            records, earlier, known, missing.Count == 0 ? [] : await TemplateTable.FindAsync(session, missing, cancellationToken));
    }

    private static Call Between(ImmutableArray<GroupRecord> records) => ListBetween.Call()
        .BindAll(records, record => record.Group.Id.Value)
        .BindAll(records, record => (long)record.State.VacatedRevision)
        .BindAll(records, record => (long)record.Group.Revision);
}
