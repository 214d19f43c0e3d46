using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

using Muster.Clouds.Kit.Launching;
using Muster.Core.Clouds;

namespace Muster.Clouds.Hetzner;

/// <summary>Tags as labels, both ways.</summary>
/// <remarks>
/// <code>
/// tag                                           label
/// both halves are such as a label may have      the same: muster.installation=1b9d...
/// anything else                                 muster-tag/N.P = x PART x, from P = 0 on
/// </code>
/// PART is a piece of the base64url (RFC 4648 §5) of the UTF-8 of key, NUL and value; N counts such tags of a server. Key and value of a
/// label: hetznercloud/hcloud-go, hcloud/labels.go.
/// </remarks>
internal static partial class HetznerLabels
{
    /// <summary>What a tag that is no label is written below.</summary>
    private const string OwnPrefix = "muster-tag/";

    /// <summary>The prefix that Hetzner keeps for itself.</summary>
    private const string ReservedPrefix = "hetzner.cloud/";

    // A label's value is 63 at most, and begins and ends with a letter or digit, which base64url may not.
    private const int PartMax = 61;
    private const char Edge = 'x';

    /// <summary>Tags as labels.</summary>
    public static SortedDictionary<string, string> Write(ImmutableSortedDictionary<string, string> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var coded = 0;
        foreach (var (key, value) in tags)
        {
            if (IsLabel(key, value))
            {
                labels[key] = value;
                continue;
            }

            var text = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{key}\0{value}"));
            for (var part = 0; part * PartMax < text.Length; part++)
            {
                var end = Math.Min(text.Length, (part + 1) * PartMax);
                labels[string.Create(CultureInfo.InvariantCulture, $"{OwnPrefix}{coded}.{part}")] =
                    $"{Edge}{text[(part * PartMax)..end]}{Edge}";
            }

            coded++;
        }

        return labels;
    }

    /// <summary>Labels as tags; what only looks like a coded tag is left as it is.</summary>
    public static ImmutableSortedDictionary<string, string> Read(IReadOnlyDictionary<string, string> labels)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in labels.Where(label => !label.Key.StartsWith(OwnPrefix, StringComparison.Ordinal)))
        {
            tags[key] = value;
        }

        for (var coded = 0; Join(labels, coded) is { } text; coded++)
        {
            if (Decode(text) is var (key, value))
            {
                tags[key] = value;
            }
        }

        return tags.ToImmutable();
    }

    /// <summary>
    /// A server's labels with Muster's own tags in place of those it has of them; labels of others, coded or not, stay as they are.
    /// </summary>
    /// <param name="labels">What it has.</param>
    /// <param name="own">Muster's own tags from now on; none to take them off.</param>
    public static SortedDictionary<string, string> Remarked(
        IReadOnlyDictionary<string, string> labels, ImmutableSortedDictionary<string, string> own)
    {
        var read = Read(labels);
        var coded = read.RemoveRange(read.Keys.Where(key => OwnMark.IsOwn(key) || labels.ContainsKey(key)));
        var after = Write(coded.SetItems(own));
        foreach (var (key, value) in labels.Where(label =>
            !label.Key.StartsWith(OwnPrefix, StringComparison.Ordinal) && !OwnMark.IsOwn(label.Key)))
        {
            after[key] = value;
        }

        return after;
    }

    /// <summary>The selector of servers that carry all tags of a filter; their values are ids.</summary>
    public static string Selector(InstanceFilter filter) => string.Join(',', filter.Tags.Select(tag => $"{tag.Key}={tag.Value}"));

    /// <summary>Whether a label may be so: then it is the tag itself.</summary>
    public static bool IsLabel(string key, string value) =>
        key.Length <= 317 && Key().IsMatch(key) && value.Length <= 63 && Value().IsMatch(value)
        && !key.StartsWith(ReservedPrefix, StringComparison.OrdinalIgnoreCase)
        && !key.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase);

    private static string? Join(IReadOnlyDictionary<string, string> labels, int coded)
    {
        var text = new StringBuilder();
        for (var part = 0;
            labels.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"{OwnPrefix}{coded}.{part}"), out var piece);
            part++)
        {
            text.Append(piece.Length >= 2 ? piece.AsSpan(1, piece.Length - 2) : []);
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

    [GeneratedRegex(@"\A([A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Key();

    [GeneratedRegex(@"\A([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?\z")]
    private static partial Regex Value();
}
