using Muster.Core;
using Muster.Core.Accounts;

namespace Muster.Storage.Memory;

/// <summary>Service keys in memory. Not safe to share between threads: <see cref="MemoryStore"/> holds its lock.</summary>
internal sealed class MemoryKeys(MemoryAccounts accounts)
{
    private readonly Dictionary<KeyId, ServiceKey> _keys = [];

    public void Add(ServiceKey key, KeyId? replaced)
    {
        accounts.EnsureKnown(key.Account);
        var old = _keys.Values.FirstOrDefault(kept => kept.Account == key.Account && kept.Id == replaced && kept.ArchivedAt is null);
        if (Find(key.Account, key.Name) is { } living && living.Id != old?.Id)
        {
            throw Refusal.Taken("service key", key.Name);
        }

        if (old is not null)
        {
            _keys[old.Id] = old with { ArchivedAt = key.CreatedAt };
        }

        _keys.Add(key.Id, key);
    }

    public ServiceKey? Find(AccountId account, string name) =>
        _keys.Values.FirstOrDefault(key => key.Account == account && key.Name == name && key.ArchivedAt is null);

    public ServiceKey Confirm(KeyId key, DateTimeOffset now)
    {
        var kept = _keys.GetValueOrDefault(key) ?? throw Refusal.NotFound("service key", key);
        return _keys[key] = kept with { ConfirmedAt = kept.ConfirmedAt ?? now };
    }
}
