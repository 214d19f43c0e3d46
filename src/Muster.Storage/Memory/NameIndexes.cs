using Muster.Core;

namespace Muster.Storage.Memory;

/// <summary>An index by name for each account, made when it is first asked for.</summary>
internal sealed class NameIndexes<T>(Func<T, string> nameOf, Func<T, Guid> idOf)
{
    private readonly Dictionary<AccountId, NameIndex<T>> _byAccount = [];

    public NameIndex<T> Of(AccountId account)
    {
        if (!_byAccount.TryGetValue(account, out var index))
        {
            _byAccount.Add(account, index = new(nameOf, idOf));
        }

        return index;
    }
}
