using System.Buffers;
using System.Globalization;
using System.Text;

namespace Muster.Core;

/// <summary>
/// Text from outside as it may be shown to a person: what a terminal would obey, or what would make a line read otherwise than it is
/// written, stands there as an escape that can be seen.
/// </summary>
/// <remarks>
/// Clouds, plugins and users' metadata are not to move somebody's cursor, clear a screen, or pose as another line (CWE-150). Also
/// the overrides of writing direction, with which a name shows other letters than it has (CVE-2021-42574). JSON needs none of it:
/// programs read it, and get what there is.
/// </remarks>
public static class VisibleText
{
    /// <summary>The first half of each letter that has no shape (U+E0000 to U+E007F, called tags), and of few others.</summary>
    private const char TagLead = '\udb40';

    // Whatever holds none of these is shown as it is. Joiners (U+200C, U+200D) are not among them: Persian and Hindi are written with them.
    private static readonly SearchValues<char> Suspects = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Select(code => (char)code),
        .. "\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e",
        .. Enumerable.Range(0x2060, 0x10).Select(code => (char)code),
        .. "\ufeff\ufff9\ufffa\ufffb", TagLead]);

    /// <summary>The text with its line breaks as spaces: for what must stay on one line.</summary>
    public static string OneLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Escape(text.AsSpan().IndexOfAny(Suspects) < 0 ? text : text.ReplaceLineEndings(" "), keepsLines: false);
    }

    /// <summary>The text with its line breaks.</summary>
    public static string Lines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Escape(text, keepsLines: true);
    }

    private static string Escape(string text, bool keepsLines)
    {
        if (text.AsSpan().IndexOfAny(Suspects) < 0)
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (letter == TagLead && i + 1 < text.Length && text[i + 1] is >= '\udc00' and <= '\udc7f')
            {
                shown.Append(Invariant($"\\U{char.ConvertToUtf32(letter, text[++i]):x8}"));
            }
            else if (letter is '\n' && keepsLines)
            {
                shown.Append(letter);
            }
            else if (letter != TagLead && Suspects.Contains(letter))
            {
                shown.Append(letter switch
                {
                    '\t' => "\\t",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    <= (char)0xff => Invariant($"\\x{(int)letter:x2}"),
                    _ => Invariant($"\\u{(int)letter:x4}"),
                });
            }
            else
            {
                shown.Append(letter);
            }
        }

        return shown.ToString();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
