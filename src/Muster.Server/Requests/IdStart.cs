using Muster.Core.Storage;
using Muster.Server.Problems;

namespace Muster.Server.Requests;

/// <summary>Finds things by the start of their id, which is what tables show of it.</summary>
internal static class IdStart
{
    /// <summary>Fewest letters: as many as tables show.</summary>
    /// <remarks>
    /// A name may look like the start of an id. Somebody who deletes a group <c>cafe</c> that is gone already is not to hit another one
    /// by chance; eight letters are never met by chance.
    /// </remarks>
    public const int LettersMin = 8;

    // Enough to see which one was meant.
    private const int NamedMax = 3;

    /// <summary>The one thing whose id starts so.</summary>
    /// <param name="what">What it is, in a word.</param>
    /// <param name="start">At least eight hexadecimal digits, dashes where an id has them; anything else finds nothing.</param>
    /// <param name="list">A page of all there are.</param>
    /// <param name="idOf">A thing's id.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ProblemException">There are several.</exception>
    public static async Task<T?> FindAsync<T>(string what, string start, Func<string?, Task<Page<T>>> list, Func<T, Guid> idOf)
        where T : class
    {
        if (!IsStart(start))
        {
            return null;
        }

        var found = new List<T>();
        string? cursor = null;
        do
        {
            var page = await list(cursor);
            found.AddRange(page.Items.Where(item => idOf(item).ToString().StartsWith(start, StringComparison.OrdinalIgnoreCase)));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return found switch
        {
            [] => null,
            [var only] => only,
            _ => throw new ProblemException(
                ProblemKinds.AmbiguousId,
                $"{found.Count} {what}s have an id that starts with {start}: give more of it ({Some([.. found.Select(idOf)])})"),
        };
    }

    private static bool IsStart(string start) =>
        start.Length is >= LettersMin and <= 36 && start.Count(char.IsAsciiHexDigit) >= LettersMin
        && start.Select((letter, index) => index is 8 or 13 or 18 or 23 ? letter == '-' : char.IsAsciiHexDigit(letter)).All(fits => fits);

    private static string Some(Guid[] ids)
    {
        var named = string.Join(", ", ids.Order().Take(NamedMax));
        return ids.Length > NamedMax ? $"{named} and {ids.Length - NamedMax} more" : named;
    }
}
