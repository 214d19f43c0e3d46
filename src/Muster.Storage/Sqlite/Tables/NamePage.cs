using System.Collections.Immutable;

using Muster.Core.Storage;
using Muster.Storage.Rows;

namespace Muster.Storage.Sqlite.Tables;

/// <summary>Pages by name, then id, of statements whose last parameters are the name and id before, and the limit.</summary>
internal static class NamePage
{
    public static Page<T> Read<T>(Query query, PageRequest page, Func<Row, T> read, Func<T, string> cursorAfter)
    {
        page.EnsureLimit();

        // Every name has a first character, so the empty one comes before all.
        var (name, id) = PageCursor.ReadName(page.Cursor) is { } after ? (after.Name, after.Id.ToString()) : ("", "");
        query.Bind(name).Bind(id).Bind(page.Limit + 1L);
        var items = ImmutableArray.CreateBuilder<T>();
        while (query.Next())
        {
            items.Add(read(query));
        }

        return Page.Cut(items.ToImmutable(), page, cursorAfter);
    }
}
