using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Storage;
using Muster.Core.Templates;
using Muster.Records;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

internal static class TemplateTable
{
    private static readonly Statement Insert = new(
        """
        INSERT INTO templates (id, account_id, name, cloud, name_prefix, image, size, networks, firewall_enabled, user_data,
            metadata, tags, options, created_at, archived_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    private static readonly Statement FindById = new($"SELECT {TemplateRow.Columns} FROM templates t WHERE t.id = ?");

    private static readonly Statement FindLivingName = new(
        $"SELECT {TemplateRow.Columns} FROM templates t WHERE t.account_id = ? AND t.name = ? AND t.archived_at IS NULL");

    private static readonly Statement PageLiving = new(
        $"""
        SELECT {TemplateRow.Columns} FROM templates t
        WHERE t.account_id = ? AND (t.name, t.id) > (?, ?) AND t.archived_at IS NULL
        ORDER BY t.name, t.id LIMIT ?
        """);

    private static readonly Statement PageAll = new(
        $"""
        SELECT {TemplateRow.Columns} FROM templates t
        WHERE t.account_id = ? AND (t.name, t.id) > (?, ?)
        ORDER BY t.name, t.id LIMIT ?
        """);

    private static readonly Statement FindActiveGroup = new(
        "SELECT 1 FROM groups WHERE template_id = ? AND archived_at IS NULL AND phase = ? LIMIT 1");

    // The layout names templates by their ids, which nothing else in it looks like.
    private static readonly Statement FindActiveSpreadGroup = new(
        """
        SELECT 1 FROM groups
        WHERE account_id = ? AND layout IS NOT NULL AND archived_at IS NULL AND phase = ? AND instr(layout, ?) > 0 LIMIT 1
        """);

    private static readonly Statement FindMany = new(
        $"SELECT {TemplateRow.Columns} FROM templates t WHERE t.id IN (SELECT value FROM json_each(?))");

    private static readonly Statement SetArchived = new("UPDATE templates SET archived_at = ? WHERE id = ?");

    public static bool Add(SqliteSession session, Template template)
    {
        if (session.Query(FindById).Bind(template.Id).Any())
        {
            return false;
        }

        AccountTable.EnsureKnown(session, template.Account);
        if (session.Query(FindLivingName).Bind(template.Account).Bind(template.Name).Any())
        {
            throw Refusal.Taken("template", template.Name);
        }

        session.Query(Insert)
            .Bind(template.Id).Bind(template.Account).Bind(template.Name).Bind(template.Cloud).Bind(template.NamePrefix)
            .Bind(template.Image).Bind(template.Size).Bind(StoreJson.Write(template.Networks)).Bind(template.FirewallEnabled)
            .Bind(template.UserData).Bind(StoreJson.Write(template.Metadata)).Bind(StoreJson.Write(template.Tags))
            .Bind(StoreJson.Write(template.Options)).Bind(template.CreatedAt).Bind(template.ArchivedAt)
            .Run();
        return true;
    }

    public static Template? Find(SqliteSession session, TemplateId id) => session.Query(FindById).Bind(id).First(TemplateRow.Read);

    /// <summary>Those of these templates that there are.</summary>
    public static ImmutableArray<Template> Find(SqliteSession session, IEnumerable<TemplateId> ids) =>
        session.Query(FindMany).Bind(StoreJson.Write([.. ids.Select(id => id.ToString())])).All(TemplateRow.Read);

    public static Template? Find(SqliteSession session, AccountId account, string name) =>
        session.Query(FindLivingName).Bind(account).Bind(name).First(TemplateRow.Read);

    public static Page<Template> List(SqliteSession session, AccountId account, PageRequest page, bool includeArchived) =>
        NamePage.Read(
            session.Query(includeArchived ? PageAll : PageLiving).Bind(account),
            page,
            TemplateRow.Read,
            template => PageCursor.AfterName(template.Name, template.Id.Value));

    public static Template Archive(SqliteSession session, TemplateId id, DateTimeOffset now)
    {
        var found = Find(session, id);
        var (template, isToArchive) = TemplateRule.Archive(found, id, isUsed: () => IsUsed(session, found!));
        if (!isToArchive)
        {
            return template;
        }

        session.Query(SetArchived).Bind(now).Bind(id).Run();
        return template with { ArchivedAt = Microseconds.Kept(now) };
    }

    private static bool IsUsed(SqliteSession session, Template template) =>
        session.Query(FindActiveGroup).Bind(template.Id).BindWord(GroupPhase.Active).Any()
        || session.Query(FindActiveSpreadGroup)
            .Bind(template.Account).BindWord(GroupPhase.Active).Bind(template.Id.ToString()).Any();
}
