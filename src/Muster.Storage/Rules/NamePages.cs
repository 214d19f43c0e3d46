using Muster.Core.Storage;

namespace Muster.Storage.Rules;

/// <summary>Pages by name, then id.</summary>
internal static class NamePages
{
    /// <summary>The name and id after which a page begins. Every name has a first character, so the empty one comes before all.</summary>
    public static (string Name, Guid Id) After(PageRequest page)
    {
        page.EnsureLimit();
        return PageCursor.ReadName(page.Cursor) ?? ("", Guid.Empty);
    }
}
