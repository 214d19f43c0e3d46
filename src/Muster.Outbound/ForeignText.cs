using System.Globalization;
using System.Text;

namespace Muster.Outbound;

/// <summary>
/// A text that somebody else wrote, as it may stand in a message: not longer than a line, and without what moves a terminal's
/// cursor or forges a line.
/// </summary>
public static class ForeignText
{
    /// <summary>Longer than any name that says something.</summary>
    public const int LengthMax = 120;

    /// <summary>The text, with control characters, marks of direction and halves of pairs written as <c>\u001b</c>, and cut.</summary>
    /// <param name="text">The text.</param>
    /// <param name="lengthMax">How much of it is shown.</param>
    public static string Shown(string text, int lengthMax = LengthMax)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder();
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (count++ == lengthMax)
            {
                return shown.Append("...").ToString();
            }

            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                shown.Append(rune);
            }
        }

        return shown.ToString();
    }
}
