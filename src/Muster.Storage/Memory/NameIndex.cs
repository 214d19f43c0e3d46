using Muster.Core.Storage;
using Muster.Storage.Rules;

namespace Muster.Storage.Memory;

/// <summary>Rows of an account in the order of their names, then ids; knows which are living, since only their names are taken.</summary>
internal sealed class NameIndex<T>(Func<T, string> nameOf, Func<T, Guid> idOf)
{
    private static readonly Comparer<(string Name, Guid Id)> Order = Comparer<(string Name, Guid Id)>.Create((left, right) =>
        string.CompareOrdinal(left.Name, right.Name) is var byName && byName != 0 ? byName : left.Id.CompareTo(right.Id));

    private readonly Dictionary<string, T> _living = new(StringComparer.Ordinal);
    private readonly SortedSet<(string Name, Guid Id)> _livingKeys = new(Order);
    private readonly SortedSet<(string Name, Guid Id)> _allKeys = new(Order);

    public bool IsTaken(string name) => _living.ContainsKey(name);

    public T? Find(string name) => _living.GetValueOrDefault(name);

    public void Put(T row, bool isLiving)
    {
        var key = (nameOf(row), idOf(row));
        _allKeys.Add(key);
        if (isLiving)
        {
            _living[key.Item1] = row;
            _livingKeys.Add(key);
        }
    }

    public void Remove(T row)
    {
        var key = (nameOf(row), idOf(row));
        _allKeys.Remove(key);
        if (_livingKeys.Remove(key))
        {
            _living.Remove(key.Item1);
        }
    }

    /// <summary>The page of ids.</summary>
    public Page<Guid> List(PageRequest page, bool includeArchived)
    {
        var keys = includeArchived ? _allKeys : _livingKeys;
        var after = NamePages.After(page);
        IEnumerable<(string Name, Guid Id)> rest = keys.Count > 0 && Order.Compare(after, keys.Max) < 0
            ? keys.GetViewBetween(after, keys.Max).SkipWhile(key => Order.Compare(key, after) == 0)
            : [];
        return Page.Cut([.. rest.Take(page.Limit + 1)], page, key => PageCursor.AfterName(key.Name, key.Id)).Select(key => key.Id);
    }
}
