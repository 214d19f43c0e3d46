using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

using Muster.Core.Instances;

namespace Muster.Clouds.DigitalOcean;

/// <summary>
/// Muster's tags as DigitalOcean's, both ways. A tag there is one word of letters, digits, <c>_</c>, <c>-</c> and <c>:</c>.
/// </summary>
/// <remarks>
/// <code>
/// tag    = key ":" value
/// key    = "muster-" name / other         "muster." becomes "muster-"; in what follows it, "_" and "-" change places
/// escape = "__" / "_" 2HEXDIG             "_" itself; any other byte of UTF-8 that is no a-z, 0-9 or "-", nor ":" in a value
/// </code>
/// So <c>muster.group_name=web</c> is <c>muster-group-name:web</c>. Capitals are escaped too, since DigitalOcean takes two tags that differ
/// in their case for one, and shows it as it was first written. No two tags of Muster's become the same word.
/// </remarks>
internal static class DropletTags
{
    /// <summary>The longest tag that DigitalOcean takes.</summary>
    public const int LengthMax = 255;

    /// <summary>How tags begin that only Muster may give.</summary>
    public const string Reserved = "muster-";

    private const char Escape = '_';

    /// <summary>Which characters DigitalOcean takes.</summary>
    public static SearchValues<char> Taken { get; } =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-:");

    /// <summary>The word for a tag; it may be longer than DigitalOcean takes.</summary>
    public static string Of(string key, string value)
    {
        var tag = new StringBuilder();
        if (key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal))
        {
            tag.Append(Reserved);
            Append(tag, Swapped(key[MusterTags.Prefix.Length..]), isValue: false);
        }
        else if (key.StartsWith(Reserved, StringComparison.Ordinal))
        {
            // Whose name it is not: its dash is escaped.
            tag.Append(CultureInfo.InvariantCulture, $"{Reserved[..^1]}{Escape}{(int)Reserved[^1]:x2}");
            Append(tag, key[Reserved.Length..], isValue: false);
        }
        else
        {
            Append(tag, key, isValue: false);
        }

        tag.Append(':');
        Append(tag, value, isValue: true);
        return tag.ToString();
    }

    /// <summary>Muster's tags of a droplet. A word that nobody here wrote is a tag too: what stands before its colon is the key.</summary>
    public static ImmutableSortedDictionary<string, string> Read(IEnumerable<string> words)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            var colon = word.IndexOf(':', StringComparison.Ordinal);
            var (key, value) = colon < 0 ? (word, "") : (word[..colon], word[(colon + 1)..]);
            tags.TryAdd(KeyOf(key), Unescaped(value) ?? value);
        }

        return tags.ToImmutable();
    }

    private static string KeyOf(string key) =>
        key.StartsWith(Reserved, StringComparison.Ordinal) && Unescaped(key[Reserved.Length..]) is { } name
            ? MusterTags.Prefix + Swapped(name)
            : Unescaped(key) ?? key;

    /// <summary>Muster's own keys have underscores, which would be escaped, and no dashes.</summary>
    private static string Swapped(string name) => string.Concat(name.Select(c => c switch { '_' => '-', '-' => '_', _ => c }));

    private static void Append(StringBuilder tag, string text, bool isValue)
    {
        foreach (var one in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)one;
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-' || (c == ':' && isValue))
            {
                tag.Append(c);
            }
            else if (c == Escape)
            {
                tag.Append(Escape).Append(Escape);
            }
            else
            {
                tag.Append(CultureInfo.InvariantCulture, $"{Escape}{one:x2}");
            }
        }
    }

    /// <summary>The text; null where an escape in it is none.</summary>
    private static string? Unescaped(string word)
    {
        if (!word.Contains(Escape, StringComparison.Ordinal))
        {
            return word;
        }

        var raw = Encoding.UTF8.GetBytes(word);
        var bytes = new List<byte>(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != Escape)
            {
                bytes.Add(raw[i]);
            }
            else if (i + 1 < raw.Length && raw[i + 1] == Escape)
            {
                bytes.Add(raw[++i]);
            }
            else if (i + 2 < raw.Length && IsHex((char)raw[i + 1]) && IsHex((char)raw[i + 2]))
            {
                bytes.Add(byte.Parse(raw.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                return null;
            }
        }

        byte[] text = [.. bytes];
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : null;
    }

    private static bool IsHex(char c) => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f';
}
