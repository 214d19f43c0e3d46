using Muster.Core.Accounts;

namespace Muster.Storage.Rows;

internal static class AccountRow
{
    public const string Columns = "id, name, created_at";

    public static Account Read(Row row) => new() { Id = row.Id<Core.AccountId>(), Name = row.Text(), CreatedAt = row.Time() };
}
