using Muster.Core.Storage;
using Muster.Storage.Postgres.Sessions;
using Muster.Storage.Rows;
using Muster.Storage.Rules;

namespace Muster.Storage.Postgres.Tables;

/// <summary>Pages by name, then id, of statements whose last parameters are the name and id before, and the limit.</summary>
internal static class NamePage
{
    public static async Task<Page<T>> ReadAsync<T>(
        Session session, Call call, PageRequest page, Func<Row, T> read, Func<T, string> cursorAfter, CancellationToken cancellationToken)
    {
        var (name, id) = NamePages.After(page);
        var items = await session.ReadAllAsync(call.Bind(name).Bind(id).Bind(page.Limit + 1L), read, cancellationToken);
        return Page.Cut(items, page, cursorAfter);
    }
}
