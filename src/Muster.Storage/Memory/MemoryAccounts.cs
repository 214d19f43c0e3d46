using System.Collections.Immutable;

using Muster.Core.Prices;
using Muster.Core;
using Muster.Core.Accounts;

namespace Muster.Storage.Memory;

/// <summary>Accounts and their users in memory. Not safe to share between threads: <see cref="MemoryStore"/> holds its lock.</summary>
internal sealed class MemoryAccounts
{
    private readonly Dictionary<string, Account> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<AccountId, string> _names = [];
    private readonly Dictionary<(AccountId, string), User> _users = [];

    public Account Ensure(Account account)
    {
        if (_byName.TryAdd(account.Name, account))
        {
            _names.Add(account.Id, account.Name);
        }

        return _byName[account.Name];
    }

    public Account? Find(string name) => _byName.GetValueOrDefault(name);

    public Account? Find(AccountId account) => _names.TryGetValue(account, out var name) ? _byName[name] : null;

    public bool IsKnown(AccountId account) => _names.ContainsKey(account);

    public void EnsureKnown(AccountId account)
    {
        if (!IsKnown(account))
        {
            throw Refusal.NotFound("account", account);
        }
    }

    public ImmutableArray<Account> List() => [.. _byName.Values.OrderBy(account => account.Name, StringComparer.Ordinal)];

    public Account Change(AccountId account, AccountEdit edit)
    {
        var kept = Find(account) ?? throw Refusal.NotFound("account", account);
        return _byName[kept.Name] = kept with
        {
            CloudId = edit.CloudId ?? kept.CloudId,
            Access = edit.Access ?? kept.Access,
            KeyOrderedAt = edit.KeyOrderedAt ?? kept.KeyOrderedAt,
            SpendPerHourMax = edit.SpendPerHourMax is PriceRules.NoLimit ? null : edit.SpendPerHourMax ?? kept.SpendPerHourMax,
        };
    }

    public User EnsureUser(User user)
    {
        EnsureKnown(user.Account);
        _users.TryAdd((user.Account, user.Name), user);
        return _users[(user.Account, user.Name)];
    }
}
