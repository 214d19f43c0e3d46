using Muster.Core.Storage;
using Muster.Storage.Rows;
using Muster.Storage.Rules;
using Muster.Storage.Sqlite.Sessions;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>Pages by name, then id, of statements whose last parameters are the name and id before, and the limit.</summary>
internal static class NamePage
{
    public static Page<T> Read<T>(Query query, PageRequest page, Func<Row, T> read, Func<T, string> cursorAfter)
    {
        var (name, id) = NamePages.After(page);
        return Page.Cut(query.Bind(name).Bind(id).Bind(page.Limit + 1L).All(read), page, cursorAfter);
    }
}
