namespace Muster.Cli.Rendering;

/// <summary>The starts of ids, as long as it takes to tell them apart: every command takes them for the ids themselves.</summary>
internal static class ShortIds
{
    // As git and docker: long enough that the same start seldom comes again tomorrow.
    private const int LengthMin = 8;

    // What is shorter, or no number, is a name that somebody chose.
    private const int LongFrom = 32;

    /// <summary>Each id's start; an id that is no long hexadecimal number stays as it is.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> ids)
    {
        var sorted = ids.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var starts = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < sorted.Length; i++)
        {
            var (before, after) = (
                i > 0 ? Common(sorted[i], sorted[i - 1]) : 0,
                i + 1 < sorted.Length ? Common(sorted[i], sorted[i + 1]) : 0);
            starts[sorted[i]] = IsLongNumber(sorted[i]) ? Start(sorted[i], Math.Max(before, after) + 1) : sorted[i];
        }

        return [.. ids.Select(id => starts[id])];
    }

    private static string Start(string id, int length)
    {
        var start = id[..Math.Min(id.Length, Math.Max(LengthMin, length))];
        // A dash at the end looks like a line that goes on.
        return start[^1] == '-' && start.Length < id.Length ? id[..(start.Length + 1)] : start;
    }

    private static bool IsLongNumber(string id) => id.Length >= LongFrom && id.All(letter => char.IsAsciiHexDigit(letter) || letter == '-');

    private static int Common(string one, string other)
    {
        var length = 0;
        while (length < one.Length && length < other.Length && one[length] == other[length])
        {
            length++;
        }

        return length;
    }
}
