using Muster.Core;
using Muster.Core.Accounts;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;

using Npgsql;

namespace Muster.Storage.Postgres.Tables;

internal static class KeyTable
{
    private const string Selected =
        "id, account_id, name, fingerprint, public_key, secret::text, created_at, confirmed_at, archived_at";

    private static readonly Statement FindLiving = new(
        $"SELECT {Selected} FROM keys WHERE account_id = $1 AND name = $2 AND archived_at IS NULL");

    private static readonly Statement FindById = new($"SELECT {Selected} FROM keys WHERE id = $1");

    private static readonly Statement Insert = new(
        $"INSERT INTO keys ({KeyRow.Columns}) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9)");

    private static readonly Statement SetArchived = new(
        "UPDATE keys SET archived_at = $3, updated_at = now() WHERE id = $1 AND account_id = $2 AND archived_at IS NULL");

    private static readonly Statement SetConfirmed = new(
        $"UPDATE keys SET confirmed_at = coalesce(confirmed_at, $2), updated_at = now() WHERE id = $1 RETURNING {Selected}");

    public static Task<AccountCredential?> FindAsync(
        Session session, AccountId account, string name, CancellationToken cancellationToken) =>
        session.FirstAsync(FindLiving.Call().Bind(account).Bind(name), KeyRow.Read, cancellationToken);

    public static async Task<bool> AddAsync(Session session, AccountCredential credential, CredentialId? replaced)
    {
        var insert = Insert.Call()
            .Bind(credential.Id).Bind(credential.Account).Bind(credential.Name)
            .Bind(credential.Fingerprint).Bind(credential.PublicKey).BindJson(StoreJson.Write(credential.Secret))
            .Bind(credential.CreatedAt).Bind(credential.ConfirmedAt).Bind(credential.ArchivedAt);
        try
        {
            await session.WriteTogetherAsync(
                replaced is { } old
                    ? [SetArchived.Call().Bind(old).Bind(credential.Account).Bind(credential.CreatedAt), insert]
                    : [insert]);
            return true;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            throw Refusal.NotFound("account", credential.Account);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // What broke off is rolled back before the session is asked again. Only this call knows the id.
            await session.RollBackAsync();
            return session.MayHaveHappened
                && await session.FirstAsync(FindById.Call().Bind(credential.Id), KeyRow.Read, CancellationToken.None) is not null
                ? true
                : throw Refusal.Taken("credential", credential.Name);
        }
    }

    public static async Task<AccountCredential> ConfirmAsync(Session session, CredentialId id, DateTimeOffset now)
    {
        var confirmed = await session.WriteAllAsync(SetConfirmed.Call().Bind(id).Bind(now), KeyRow.Read);
        return confirmed.IsEmpty ? throw Refusal.NotFound("credential", id) : confirmed[0];
    }
}
