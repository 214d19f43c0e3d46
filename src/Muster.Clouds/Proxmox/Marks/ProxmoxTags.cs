using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Proxmox.Marks;

/// <summary>
/// Tags of Muster as tags of Proxmox, which are words alone, of <c>a-z 0-9 _ - + .</c> in lower case, the first one no sign.
/// </summary>
/// <remarks>
/// <code>
/// muster.group = 0a1b...    muster.group_0a1b...     the first _ divides, and stands in no key
/// Owner = Web Team          _+4fwner_+57eb+20+54eam  + and two digits for each other byte; _ in front where a word may not begin so
/// </code>
/// A word without a dividing <c>_</c> is a person's: a tag of that name without a value. What is written is read back as it was, and two
/// different tags are two different words.
/// </remarks>
internal static class ProxmoxTags
{
    /// <summary>The tag that keeps an instance's name: Proxmox lists names only after some seconds. No template's tag begins so.</summary>
    public const string NameTag = $"{MusterTags.Prefix}name";

    /// <summary>
    /// The tag that says as which number it was made, and when: <c>123456789.1764460800</c>, in seconds of Unix time. Proxmox tells neither
    /// of a machine: a copy that a person made of one has its tags, and another number. No template's tag begins so.
    /// </summary>
    public const string MadeTag = $"{MusterTags.Prefix}made";

    /// <summary>What a machine's notes have in front of its marks, until it has tags.</summary>
    public const string NotesStart = "Made by Muster. Its marks, until it has its tags: ";

    /// <summary>The words of all tags together: Proxmox reads 64 KiB of a request, and signs become three bytes there.</summary>
    private const int LengthMax = 20_000;

    private const char Divider = '_', Escape = '+';

    // What identifies a machine before it has its tags.
    private static readonly ImmutableArray<string> Marks =
        [MusterTags.Installation, MusterTags.Account, MusterTags.Group, MusterTags.Launch, NameTag, MadeTag];

    /// <summary>All tags, as Proxmox takes them.</summary>
    /// <exception cref="CloudException"><see cref="CloudErrorKind.InvalidRequest"/>: they are too long together.</exception>
    public static string Write(ImmutableSortedDictionary<string, string> tags)
    {
        var written = string.Join(';', tags.Select(tag => Word(tag.Key, tag.Value)));
        return written.Length <= LengthMax
            ? written
            : throw new CloudException(
                CloudErrorKind.InvalidRequest,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"tags are {written.Length} bytes long as Proxmox writes them: at most {LengthMax}; leave some out of the template"));
    }

    /// <summary>The tags in what Proxmox tells; it divides them by <c>;</c>, and took commas and blanks before.</summary>
    public static ImmutableSortedDictionary<string, string> Read(string? words)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var word in (words ?? "").Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = Parse(word);
            tags[key] = value;
        }

        return tags.ToImmutable();
    }

    /// <summary>The notes of a machine that has no tags yet: its marks.</summary>
    public static string WriteNotes(ImmutableSortedDictionary<string, string> tags) =>
        NotesStart + Write(tags.RemoveRange(tags.Keys.Where(key => !Marks.Contains(key))));

    /// <summary>The marks in a machine's notes; none where they are a person's.</summary>
    public static ImmutableSortedDictionary<string, string> ReadNotes(string? notes) =>
        notes?.StartsWith(NotesStart, StringComparison.Ordinal) is true
            ? Read(notes[NotesStart.Length..].Split('\n')[0].Trim())
            : ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What <see cref="MadeTag"/> says.</summary>
    public static string Made(int vmid, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{vmid}.{at.ToUnixTimeSeconds()}");

    /// <summary>
    /// When the machine of that number was made; null where its tags do not say, or were another machine's: then it is nobody's of ours.
    /// </summary>
    public static DateTimeOffset? MadeAt(ImmutableSortedDictionary<string, string> tags, int vmid) =>
        tags.GetValueOrDefault(MadeTag)?.Split('.') is [var number, var time]
        && number == vmid.ToString(CultureInfo.InvariantCulture)
        && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>The tags that a person gave, and Muster's; without those that only keep what Proxmox does not.</summary>
    public static ImmutableSortedDictionary<string, string> Shown(ImmutableSortedDictionary<string, string> tags) =>
        tags.Remove(NameTag).Remove(MadeTag);

    private static string Word(string key, string value)
    {
        var word = new StringBuilder();
        Append(word, key, c => c is '.' or '-' || IsPlain(c));
        if (word.Length == 0 || !IsPlain(word[0]))
        {
            word.Insert(0, Divider);
        }

        word.Append(Divider);
        Append(word, value, c => c is '.' or '-' or '_' || IsPlain(c));
        return word.ToString();
    }

    private static void Append(StringBuilder word, string text, Predicate<char> isTaken)
    {
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            if (isTaken((char)unit))
            {
                word.Append((char)unit);
            }
            else
            {
                word.Append(Escape).Append(CultureInfo.InvariantCulture, $"{unit:x2}");
            }
        }
    }

    private static (string Key, string Value) Parse(string word)
    {
        var divider = word.IndexOf(Divider, 1);
        return divider < 0
            ? (word, "")
            : (Text(word[(word[0] == Divider ? 1 : 0)..divider]), Text(word[(divider + 1)..]));
    }

    private static string Text(string written)
    {
        if (!written.Contains(Escape, StringComparison.Ordinal))
        {
            return written;
        }

        var bytes = new List<byte>(written.Length);
        for (var at = 0; at < written.Length; at++)
        {
            if (written[at] == Escape && at + 2 < written.Length
                && byte.TryParse(written.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                bytes.Add(unit);
                at += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(written[at].ToString()));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
