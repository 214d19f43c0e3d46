using Muster.Core;
using Muster.Core.Accounts;

namespace Muster.Storage.Rows;

internal static class KeyRow
{
    public const string Columns = "id, account_id, name, fingerprint, public_key, secret, created_at, confirmed_at, archived_at";

    public static AccountCredential Read(Row row) => new()
    {
        Id = row.Id<CredentialId>(),
        Account = row.Id<AccountId>(),
        Name = row.Text(),
        Fingerprint = row.Text(),
        PublicKey = row.Text(),
        Secret = StoreJson.ReadSecret(row.Text()),
        CreatedAt = row.Time(),
        ConfirmedAt = row.TimeOrNull(),
        ArchivedAt = row.TimeOrNull(),
    };
}
