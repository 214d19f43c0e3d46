using System.Runtime.InteropServices;

using Muster.Core;
using Muster.Core.Accounts;

namespace Muster.Storage.Rows;

internal static class TokenRow
{
    public const string Columns = "id, account_id, name, role, scope, secret_hash, created_at, expires_at, revoked_at";

    public static Token Read(Row row) => new()
    {
        Id = row.Id<TokenId>(),
        Account = row.Id<AccountId>(),
        Name = row.Text(),
        Role = row.Word<Role>(),
        Scope = row.Word<TokenScope>(),
        SecretHash = ImmutableCollectionsMarshal.AsImmutableArray(row.Bytes()),
        CreatedAt = row.Time(),
        ExpiresAt = row.Time(),
        RevokedAt = row.TimeOrNull(),
    };
}
