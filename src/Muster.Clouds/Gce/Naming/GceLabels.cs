using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text;

using Muster.Clouds.Gce.Wire;
using Muster.Clouds.Kit.Json;
using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Gce.Naming;

/// <summary>Tags as labels, and what labels cannot say as one metadatum. Both are put on by the call that makes the instance.</summary>
/// <remarks>
/// <code>
/// tag                             label                       where key and value are made of a-z 0-9 _ -
/// muster.KEY                      muster_KEY
/// KEY, beginning with a letter    KEY                         unless it begins with muster_
/// anything else                   in the metadatum muster-tags, a JSON object
/// </code>
/// No two tags become one label. See docs/decisions/0231-tags-as-labels-and-one-metadatum.md.
/// </remarks>
internal static partial class GceLabels
{
    /// <summary>The metadatum with the tags that are no labels.</summary>
    public const string TagsKey = "muster-tags";

    /// <summary>The metadatum with the name as it was asked for, where Google does not take it.</summary>
    public const string NameKey = "muster-name";

    /// <summary>Begins the key of each label that is a tag of Muster's own.</summary>
    public const string Prefix = "muster_";

    /// <summary>Google's own bound, of labels on one resource.</summary>
    public const int CountMax = 64;

    private const int KeyMax = 63;

    /// <summary>The label of a tag's key; null where there is none.</summary>
    public static string? KeyOf(string tag)
    {
        var isOwn = tag.StartsWith(MusterTags.Prefix, StringComparison.Ordinal);
        var rest = isOwn ? tag[MusterTags.Prefix.Length..] : tag;
        var key = isOwn ? Prefix + rest : rest;
        return key.Length <= KeyMax && Key().IsMatch(key) && (isOwn ? rest.Length > 0 : !key.StartsWith(Prefix, StringComparison.Ordinal))
            ? key
            : null;
    }

    /// <summary>The tag of a label's key.</summary>
    public static string TagOf(string key) =>
        key.StartsWith(Prefix, StringComparison.Ordinal) && key.Length > Prefix.Length ? MusterTags.Prefix + key[Prefix.Length..] : key;

    /// <summary>Tags, parted in labels and the rest, as JSON; null for no rest.</summary>
    public static (Dictionary<string, string> Labels, string? Others) Write(ImmutableSortedDictionary<string, string> tags)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = new SortedDictionary<string, string>(StringComparer.Ordinal);
        // Muster's own first: they say whose an instance is.
        foreach (var (tag, value) in tags.OrderByDescending(tag => tag.Key.StartsWith(MusterTags.Prefix, StringComparison.Ordinal)))
        {
            if (labels.Count < CountMax && KeyOf(tag) is { } key && Value().IsMatch(value))
            {
                labels[key] = value;
            }
            else
            {
                rest[tag] = value;
            }
        }

        return (labels, rest.Count == 0 ? null : JsonBody.OfTexts(rest).ToJsonString());
    }

    /// <summary>Reads labels alone back.</summary>
    public static ImmutableSortedDictionary<string, string> Read(IEnumerable<KeyValuePair<string, string>> labels) =>
        labels.ToImmutableSortedDictionary(label => TagOf(label.Key), label => label.Value, StringComparer.Ordinal);

    /// <summary>Reads tags back. What a label says counts, whatever the rest says.</summary>
    /// <param name="labels">The labels; null for none.</param>
    /// <param name="rest">The metadatum; null for none. One that cannot be read, since somebody edited it, says nothing.</param>
    public static ImmutableSortedDictionary<string, string> Read(IReadOnlyDictionary<string, string>? labels, string? rest)
    {
        var tags = Read(labels ?? ImmutableDictionary<string, string>.Empty);
        if (rest is null)
        {
            return tags;
        }

        var all = tags.ToBuilder();
        foreach (var (tag, value) in Parse(rest))
        {
            all.TryAdd(tag, value);
        }

        return all.ToImmutable();
    }

    /// <summary>The filter of a list, in Google's words.</summary>
    public static string FilterOf(InstanceFilter filter) => filter.Tags.Count == 1
        ? FilterOf(filter.Tags.First().Key, filter.Tags.First().Value)
        : string.Join(' ', filter.Tags.Select(tag => $"({FilterOf(tag.Key, tag.Value)})"));

    /// <summary>One condition of a filter.</summary>
    public static string FilterOf(string tag, string value) => $"labels.{KeyOf(tag)} = \"{value}\"";

    private static Dictionary<string, string> Parse(string rest)
    {
        try
        {
            return JsonFields.Parse(Encoding.UTF8.GetBytes(rest), of => of.AsTextMap());
        }
        catch (JsonException)
        {
            // Somebody edited it. The labels say whose the instance is; nothing else hangs on these.
            return [];
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_-]*\\z")]
    private static partial Regex Key();

    [GeneratedRegex("^[a-z0-9_-]{0,63}\\z")]
    private static partial Regex Value();
}
