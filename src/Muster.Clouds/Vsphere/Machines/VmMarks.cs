using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Muster.Clouds.Vsphere.Machines;

/// <summary>What a clone carries in its <c>extraConfig</c> from its first moment on, and how tags are written there.</summary>
/// <remarks>
/// All tags are one value, so that a listing asks for one value of each machine and not for all that the host writes there too, user data
/// included. Written as a web form is: a key and a value with <c>=</c> between, pairs with <c>&amp;</c>, and everything else than letters,
/// digits and <c>-._~</c> as <c>%XX</c> of UTF-8. An empty value would remove the entry; a form of no tags cannot be, since Muster's own
/// are in it.
/// </remarks>
internal static class VmMarks
{
    /// <summary>The entry with the tags.</summary>
    public const string Tags = "muster.tags";

    /// <summary>The entry with the time when the clone was asked for, by Muster's clock.</summary>
    public const string Made = "muster.made";

    /// <summary>The entry with the template's image, for people and for reading templates.</summary>
    public const string Image = "muster.image";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The path of an entry's value.</summary>
    public static string PathOf(string entry) => $"config.extraConfig[\"{entry}\"].value";

    /// <summary>Writes tags.</summary>
    public static string Write(ImmutableSortedDictionary<string, string> tags) =>
        string.Join('&', tags.Select(tag => $"{Uri.EscapeDataString(tag.Key)}={Uri.EscapeDataString(tag.Value)}"));

    /// <summary>Reads tags.</summary>
    /// <returns>Those that can be read, and whether all can.</returns>
    public static (ImmutableSortedDictionary<string, string> Tags, bool IsWhole) Read(string text)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var isWhole = true;
        foreach (var pair in text.Split('&'))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at > 0 && Unescape(pair[..at]) is { } key && Unescape(pair[(at + 1)..]) is { } value)
            {
                tags[key] = value;
            }
            else
            {
                isWhole = false;
            }
        }

        return (tags.ToImmutable(), isWhole);
    }

    /// <summary>Writes the time.</summary>
    public static string Write(DateTimeOffset made) =>
        made.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads the time; long ago where it is none.</summary>
    public static DateTimeOffset ReadMade(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var made)
        ? made
        : DateTimeOffset.UnixEpoch;

    // Null where it is not as it was written: the platform leaves what it does not understand as it is.
    private static string? Unescape(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not '%')
            {
                if (!char.IsAsciiLetterOrDigit(text[i]) && text[i] is not ('-' or '.' or '_' or '~'))
                {
                    return null;
                }

                bytes.Add((byte)text[i]);
            }
            else if (i + 2 < text.Length && byte.TryParse(
                text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var one))
            {
                bytes.Add(one);
                i += 2;
            }
            else
            {
                return null;
            }
        }

        try
        {
            return Strict.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
