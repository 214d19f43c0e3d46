using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Records;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

using Npgsql;

namespace Muster.Storage.Postgres.Tables;

internal static class TemplateTable
{
    private static readonly Statement Insert = new(
        """
        INSERT INTO templates (id, account_id, name, cloud, name_prefix, image, size, networks, firewall_enabled, user_data,
            metadata, tags, options, created_at, archived_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11::jsonb, $12::jsonb, $13::jsonb, $14, $15)
        ON CONFLICT (id) DO NOTHING
        """);

    private static readonly Statement FindById = new($"SELECT {TemplateRow.Columns} FROM templates t WHERE t.id = $1");

    private static readonly Statement FindLivingName = new(
        $"SELECT {TemplateRow.Columns} FROM templates t WHERE t.account_id = $1 AND t.name = $2 AND t.archived_at IS NULL");

    private static readonly Statement PageLiving = new(
        $"""
        SELECT {TemplateRow.Columns} FROM templates t
        WHERE t.account_id = $1 AND (t.name, t.id) > ($2, $3) AND t.archived_at IS NULL
        ORDER BY t.name, t.id LIMIT $4
        """);

    private static readonly Statement PageAll = new(
        $"""
        SELECT {TemplateRow.Columns} FROM templates t
        WHERE t.account_id = $1 AND (t.name, t.id) > ($2, $3)
        ORDER BY t.name, t.id LIMIT $4
        """);

    private static readonly Statement FindMany = new($"SELECT {TemplateRow.Columns} FROM templates t WHERE t.id = ANY($1)");

    // A group that drains launches no more: it needs its template only for its name. A layout names templates by their ids, which nothing
    // else in it looks like.
    private static readonly Statement SetArchived = new(
        $"""
        UPDATE templates AS t SET archived_at = $2, updated_at = now()
        WHERE t.id = $1 AND t.archived_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM groups g WHERE g.template_id = $1 AND g.archived_at IS NULL AND g.phase = $3)
            AND NOT EXISTS (
                SELECT 1 FROM groups g
                WHERE g.account_id = t.account_id AND g.layout IS NOT NULL AND g.archived_at IS NULL AND g.phase = $3
                    AND strpos(g.layout::text, t.id::text) > 0)
        RETURNING {TemplateRow.Columns}
        """);

    /// <returns>Whether this call kept it.</returns>
    public static async Task<bool> AddAsync(Session session, Template template)
    {
        try
        {
            var added = await session.WriteAsync(Insert.Call()
                .Bind(template.Id).Bind(template.Account).Bind(template.Name).Bind(template.Cloud).Bind(template.NamePrefix)
                .Bind(template.Image).Bind(template.Size).BindJson(StoreJson.Write(template.Networks)).Bind(template.FirewallEnabled)
                .Bind(template.UserData).BindJson(StoreJson.Write(template.Metadata)).BindJson(StoreJson.Write(template.Tags))
                .BindJson(StoreJson.Write(template.Options)).Bind(template.CreatedAt).Bind(template.ArchivedAt));
            return added == 1 || (session.MayHaveHappened && await IsMineAsync(session, template));
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw Refusal.NotFound("account", template.Account);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw Refusal.Taken("template", template.Name);
        }
    }

    // The first try of this call may be the one that kept it: nobody else writes it at the same microsecond.
    private static async Task<bool> IsMineAsync(Session session, Template template) =>
        await FindAsync(session, template.Id, CancellationToken.None) is { } kept
        && kept.CreatedAt == Microseconds.Kept(template.CreatedAt);

    public static Task<Template?> FindAsync(Session session, TemplateId id, CancellationToken cancellationToken) =>
        session.FirstAsync(FindById.Call().Bind(id), TemplateRow.Read, cancellationToken);

    /// <summary>Those of these templates that there are.</summary>
    public static Task<ImmutableArray<Template>> FindAsync(
        Session session, IReadOnlyCollection<TemplateId> ids, CancellationToken cancellationToken) =>
        session.ReadAllAsync(FindMany.Call().BindAll(ids, id => id.Value), TemplateRow.Read, cancellationToken);

    public static Task<Template?> FindAsync(Session session, AccountId account, string name, CancellationToken cancellationToken) =>
        session.FirstAsync(FindLivingName.Call().Bind(account).Bind(name), TemplateRow.Read, cancellationToken);

    public static Task<Page<Template>> ListAsync(
        Session session, AccountId account, PageRequest page, bool includeArchived, CancellationToken cancellationToken) =>
        NamePage.ReadAsync(
            session,
            (includeArchived ? PageAll : PageLiving).Call().Bind(account),
            page,
            TemplateRow.Read,
            template => PageCursor.AfterName(template.Name, template.Id.Value),
            cancellationToken);

    public static async Task<Template> ArchiveAsync(Session session, TemplateId id, DateTimeOffset now)
    {
        var archived = await session.WriteAllAsync(SetArchived.Call().Bind(id).Bind(now).BindWord(GroupPhase.Active), TemplateRow.Read);
        if (!archived.IsEmpty)
        {
            return archived[0];
        }

        // That it was not archived says that it is used, if it is there and living.
        return TemplateRule.Archive(await FindAsync(session, id, CancellationToken.None), id, isUsed: () => true).Kept;
    }
}
