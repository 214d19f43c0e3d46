using Muster.Core;
using Muster.Core.Accounts;

namespace Muster.Storage.Memory;

/// <summary>Credentials of accounts in memory. Not safe to share between threads: <see cref="MemoryStore"/> holds its lock.</summary>
internal sealed class MemoryCredentials(MemoryAccounts accounts)
{
    private readonly Dictionary<CredentialId, AccountCredential> _kept = [];

    public void Add(AccountCredential credential, CredentialId? replaced)
    {
        accounts.EnsureKnown(credential.Account);
        var old = _kept.Values.FirstOrDefault(kept => kept.Account == credential.Account && kept.Id == replaced && kept.ArchivedAt is null);
        if (Find(credential.Account, credential.Name) is { } living && living.Id != old?.Id)
        {
            throw Refusal.Taken("credential", credential.Name);
        }

        if (old is not null)
        {
            _kept[old.Id] = old with { ArchivedAt = credential.CreatedAt };
        }

        _kept.Add(credential.Id, credential);
    }

    public AccountCredential? Find(AccountId account, string name) =>
        _kept.Values.FirstOrDefault(
            credential => credential.Account == account && credential.Name == name && credential.ArchivedAt is null);

    public AccountCredential Confirm(CredentialId credential, DateTimeOffset now)
    {
        var kept = _kept.GetValueOrDefault(credential) ?? throw Refusal.NotFound("credential", credential);
        return _kept[credential] = kept with { ConfirmedAt = kept.ConfirmedAt ?? now };
    }
}
