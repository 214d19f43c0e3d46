using Muster.Core;
using Muster.Core.Accounts;
using Muster.Records;

namespace Muster.Storage.Rows;

internal static class AccountRow
{
    public const string Columns = "id, name, created_at, cloud_id, access, key_ordered_at, spend_per_hour_max";

    public static Account Read(Row row) => new()
    {
        Id = row.Id<AccountId>(),
        Name = row.Text(),
        CreatedAt = row.Time(),
        CloudId = row.TextOrNull(),
        Access = row.Word<AccountAccess>(),
        KeyOrderedAt = row.TimeOrNull(),
        SpendPerHourMax = Millionths.ToAmount(row.LongOrNull()),
    };
}
