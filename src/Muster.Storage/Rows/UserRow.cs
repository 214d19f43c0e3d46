using Muster.Core;
using Muster.Core.Accounts;

namespace Muster.Storage.Rows;

internal static class UserRow
{
    public const string Columns = "id, account_id, name, created_at";

    public static User Read(Row row) => new()
    {
        Id = row.Id<UserId>(),
        Account = row.Id<AccountId>(),
        Name = row.Text(),
        CreatedAt = row.Time(),
    };
}
