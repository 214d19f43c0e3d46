using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Muster.Clouds.Kit.Json;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Instances;
using Muster.Outbound;

namespace Muster.Clouds.Kit.Listings;

/// <summary>An element of a listing that cannot be read as an instance.</summary>
/// <remarks>See docs/decisions/0101-one-odd-element.md.</remarks>
/// <param name="Element">As it came.</param>
/// <param name="Why">What is wrong with it.</param>
internal sealed record OddElement(JsonElement Element, string Why)
{
    private const int ShownMax = 80;
    private const int HashHexLength = 16;

    /// <summary>
    /// The instance, where it carries the tags of the filter's installation: unknown, so that it holds its place and nothing is concluded
    /// from it. Null where it is not ours, or cannot be told to be.
    /// </summary>
    /// <remarks>One without an id cannot be ended, so it is told as protected: no plan chooses it.</remarks>
    public Instance? AsInstance(OddFields fields, InstanceFilter filter)
    {
        var tags = fields.TagsOf(Element);

        // A cloud filters by itself, but may list what is odd all the same. A tag that cannot be read speaks for nobody else.
        return tags.GetValueOrDefault(MusterTags.Installation) == filter.Installation.ToString()
            && filter.Tags.All(wanted => tags.GetValueOrDefault(wanted.Key, wanted.Value) == wanted.Value)
            ? AsUnknown(fields, tags)
            : null;
    }

    /// <summary>
    /// The instance with exactly this tag, whoever's; null where it has another or none, or no id by which it could be named.
    /// </summary>
    public Instance? AsTagged(OddFields fields, string tag, string value)
    {
        var tags = fields.TagsOf(Element);
        return tags.GetValueOrDefault(tag) == value && fields.IdOf(Element) is not null ? AsUnknown(fields, tags) : null;
    }

    private Instance AsUnknown(OddFields fields, ImmutableSortedDictionary<string, string> tags)
    {
        var id = fields.IdOf(Element);
        return new Instance
        {
            Id = new InstanceId(id ?? $"unreadable-{tags.GetValueOrDefault(MusterTags.Launch) ?? Hash(JsonTexts.Raw(Element))}"),
            Name = JsonTexts.Text(Element, fields.Name)?.TrimStart('/') ?? "",
            State = InstanceState.Unknown,
            StateDetail = $"not understood: {Why}",
            IsProtected = id is null,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Tags = tags,
        };
    }

    /// <summary>What to tell of it.</summary>
    /// <param name="call">Which call listed it.</param>
    /// <param name="fields">Where things are.</param>
    /// <param name="instance">What was made of it; null when nothing.</param>
    /// <param name="mask">Takes secrets out; null where only the id may be shown, since an element may hold some.</param>
    public string Told(string call, OddFields fields, Instance? instance, Func<string, string>? mask)
    {
        string Shown(string text) => ForeignText.Shown(mask is null ? text : mask(text), ShownMax);
        if (instance is not null)
        {
            return $"{call}: instance {Shown(instance.Id.Value)} of ours counts as unknown: {Why}";
        }

        var what = fields.IdOf(Element) is { } id ? $"{fields.Id} '{Shown(id)}'"
            : mask is not null ? $"'{Shown(JsonTexts.Raw(Element))}'"
            : $"it is {Element.ValueKind} without {fields.Id}";
        return $"{call}: an element without tags of this installation is not understood and skipped ({what}): {Why}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashHexLength];
}
