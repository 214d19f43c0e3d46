using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.OpenStack;

/// <summary>Tags as a server's metadata, both ways, and Muster's ids as OpenStack's own tags, by which it can be asked.</summary>
/// <remarks>
/// <code>
/// tag                                                  metadata
/// key of A-Z a-z 0-9 - _ : . and blanks, 255 at most,
/// value of 255 characters at most that are no emoji    the same: muster.installation = 1b9d...
/// anything else                                        muster-tag.N.P = PART, from P = 0 on
/// </code>
/// PART is a piece of the base64url (RFC 4648 §5) of the UTF-8 of key, NUL and value; N counts such tags of a server. The keys are those
/// of openstack/nova:nova/api/validation/parameter_types.py; its database has three bytes for a character.
/// </remarks>
internal static class ServerTags
{
    /// <summary>Most items of metadata that a server has where the cloud's operator has not chosen otherwise.</summary>
    public const int ItemsMax = 128;

    /// <summary>Longest key and longest value.</summary>
    public const int LengthMax = 255;

    /// <summary>What a tag that cannot be metadata as it is is written below. No template's tag or metadata may begin so.</summary>
    public const string CodedPrefix = "muster-tag.";

    private const int PartMax = 255;

    // Not by the launch: each would be a tag that nobody ever asks for.
    private static readonly string[] AskedFor = [MusterTags.Installation, MusterTags.Account, MusterTags.Group];

    /// <summary>Tags as metadata.</summary>
    public static SortedDictionary<string, string> Write(IEnumerable<KeyValuePair<string, string>> tags)
    {
        var items = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var coded = 0;
        foreach (var (key, value) in tags)
        {
            if (IsPlain(key, value) && !key.StartsWith(CodedPrefix, StringComparison.Ordinal))
            {
                items[key] = value;
                continue;
            }

            var text = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{key}\0{value}"));
            for (var part = 0; part * PartMax < text.Length; part++)
            {
                items[NameOf(coded, part)] = text[(part * PartMax)..Math.Min(text.Length, (part + 1) * PartMax)];
            }

            coded++;
        }

        return items;
    }

    /// <summary>Metadata as tags; what only looks like a coded tag is left out.</summary>
    public static ImmutableSortedDictionary<string, string> Read(IEnumerable<KeyValuePair<string, string>> items)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        Dictionary<string, string>? parts = null;
        foreach (var (key, value) in items)
        {
            if (key.StartsWith(CodedPrefix, StringComparison.Ordinal))
            {
                (parts ??= new(StringComparer.Ordinal))[key] = value;
            }
            else
            {
                tags[key] = value;
            }
        }

        for (var coded = 0; parts is not null && Join(parts, coded) is { } text; coded++)
        {
            if (Decode(text) is var (key, value))
            {
                tags[key] = value;
            }
        }

        return tags.ToImmutable();
    }

    /// <summary>Whether metadata can be so.</summary>
    public static bool IsPlain(string key, string value) => IsKey(key) && IsValue(value);

    /// <summary>Whether a key can be one of metadata.</summary>
    public static bool IsKey(string key) =>
        key.Length is >= 1 and <= LengthMax && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ':' or '.' or ' ');

    /// <summary>Whether a value can be one of metadata.</summary>
    public static bool IsValue(string value) =>
        value.Length <= LengthMax && !value.Any(c => char.IsSurrogate(c) || char.IsControl(c));

    /// <summary>OpenStack's own tags of a server: 60 characters at most, without commas and slashes.</summary>
    public static IEnumerable<string> WordsOf(ImmutableSortedDictionary<string, string> tags) =>
        AskedFor.Where(tags.ContainsKey).Select(key => $"{key}={tags[key]}");

    /// <summary>The query for servers that have all tags of a filter.</summary>
    public static string Query(InstanceFilter filter) =>
        $"tags={string.Join(',', WordsOf(filter.Tags).Select(Uri.EscapeDataString))}";

    private static string NameOf(int coded, int part) => string.Create(CultureInfo.InvariantCulture, $"{CodedPrefix}{coded}.{part}");

    private static string? Join(Dictionary<string, string> parts, int coded)
    {
        var text = new StringBuilder();
        for (var part = 0; parts.TryGetValue(NameOf(coded, part), out var piece); part++)
        {
            text.Append(piece);
        }

        return text.Length == 0 ? null : text.ToString();
    }

    private static (string Key, string Value)? Decode(string text)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var both = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        var end = both.IndexOf('\0', StringComparison.Ordinal);
        return end < 0 ? null : (both[..end], both[(end + 1)..]);
    }
}
