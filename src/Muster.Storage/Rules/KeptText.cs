using System.Text;

namespace Muster.Storage.Rules;

/// <summary>
/// Text as every store can keep it. PostgreSQL has no room for U+0000, nor for half a surrogate pair; an error message of a cloud may
/// have either, and must keep neither a group from being recorded nor a store from being moved. Both become U+FFFD. What users give is
/// refused before it comes here.
/// </summary>
internal static class KeptText
{
    private const string JsonNul = @"\u0000";
    private const string More = " ...";

    public static string? Of(string? text) => text is null || IsPlain(text) ? text : Rebuild(text);

    /// <summary>JSON as <see cref="System.Text.Json"/> wrote it: all ASCII, so only an escaped U+0000 can be in the way.</summary>
    public static string? OfJson(string? json)
    {
        if (json is null || !json.Contains(JsonNul, StringComparison.Ordinal))
        {
            return json;
        }

        var kept = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            // A backslash and what it escapes are looked at together, so that an escaped backslash before u0000 stays what it is.
            var isNul = json.AsSpan(i).StartsWith(JsonNul, StringComparison.Ordinal);
            kept.Append(isNul ? @"\ufffd" : json.AsSpan(i, json[i] == '\\' ? 2 : 1));
            i += isNul ? JsonNul.Length - 1 : json[i] == '\\' ? 1 : 0;
        }

        return kept.ToString();
    }

    /// <summary>Whether a text has 1 to so many characters, and all of them can be seen and kept.</summary>
    public static bool IsVisible(string? text, int lengthMax) =>
        text is { Length: > 0 } && text.Length <= lengthMax && !text.Any(char.IsControl) && Of(text) == text;

    /// <summary>The text as every store can keep it, and where it is longer, its beginning with a mark that it is not all.</summary>
    public static string Cut(string text, int lengthMax) =>
        text.Length <= lengthMax ? Of(text)! : string.Concat(Of(text[..(lengthMax - More.Length)]), More);

    private static bool IsPlain(string text) =>
        !text.Contains('\0', StringComparison.Ordinal) && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    // Enumerating runes already puts U+FFFD where half a pair stands.
    private static string Rebuild(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            kept.Append(rune.Value == 0 ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return kept.ToString();
    }
}
