using Muster.Core;
using Muster.Core.Templates;

namespace Muster.Storage.Rows;

internal static class TemplateRow
{
    /// <summary>Of a templates table called <c>t</c>.</summary>
    public const string Columns =
        "t.id, t.account_id, t.name, t.cloud, t.name_prefix, t.image, t.size, t.networks, t.firewall_enabled, t.user_data, "
        + "t.metadata, t.tags, t.options, t.created_at, t.archived_at";

    public static Template Read(Row row) => new()
    {
        Id = row.Id<TemplateId>(),
        Account = row.Id<AccountId>(),
        Name = row.Text(),
        Cloud = row.Text(),
        NamePrefix = row.TextOrNull(),
        Image = row.Text(),
        Size = row.TextOrNull(),
        Networks = StoreJson.ReadTexts(row.Text()),
        FirewallEnabled = row.Flag(),
        UserData = row.TextOrNull(),
        Metadata = StoreJson.ReadMap(row.Text()),
        Tags = StoreJson.ReadMap(row.Text()),
        Options = StoreJson.ReadMap(row.Text()),
        CreatedAt = row.Time(),
        ArchivedAt = row.TimeOrNull(),
    };
}
