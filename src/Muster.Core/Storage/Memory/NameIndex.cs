namespace Muster.Core.Storage.Memory;

/// <summary>Rows of an account in the order of their names, then ids; knows which are living, since only their names are taken.</summary>
internal sealed class NameIndex<T>(Func<T, string> nameOf, Func<T, Guid> idOf)
{
    private static readonly Comparer<(string Name, Guid Id)> Order = Comparer<(string Name, Guid Id)>.Create((left, right) =>
        string.CompareOrdinal(left.Name, right.Name) is var byName && byName != 0 ? byName : left.Id.CompareTo(right.Id));

    private readonly Dictionary<string, T> living = new(StringComparer.Ordinal);
    private readonly SortedSet<(string Name, Guid Id)> livingKeys = new(Order);
    private readonly SortedSet<(string Name, Guid Id)> allKeys = new(Order);

    public bool IsTaken(string name) => living.ContainsKey(name);

    public T? Find(string name) => living.GetValueOrDefault(name);

    public void Put(T row, bool isLiving)
    {
        var key = (nameOf(row), idOf(row));
        allKeys.Add(key);
        if (isLiving)
        {
            living[key.Item1] = row;
            livingKeys.Add(key);
        }
    }

    public void Remove(T row)
    {
        var key = (nameOf(row), idOf(row));
        allKeys.Remove(key);
        if (livingKeys.Remove(key))
        {
            living.Remove(key.Item1);
        }
    }

    /// <summary>The page of ids.</summary>
    public Page<Guid> List(PageRequest page, bool includeArchived)
    {
        var keys = includeArchived ? allKeys : livingKeys;
        IEnumerable<(string Name, Guid Id)> rest = keys;
        if (PageCursor.ReadName(page.Cursor) is { } after)
        {
            rest = keys.Count > 0 && Order.Compare(after, keys.Max) < 0
                ? keys.GetViewBetween(after, keys.Max).SkipWhile(key => Order.Compare(key, after) == 0)
                : [];
        }

        return Page.Cut([.. rest.Take(page.Limit + 1)], page, key => PageCursor.AfterName(key.Name, key.Id)).Select(key => key.Id);
    }
}
