using System.Collections.Immutable;
using System.Text.Json;

using Muster.Clouds.Kit.Json;

namespace Muster.Clouds.Kit.Listings;

/// <summary>Where a cloud's listing has what Muster must know of an instance, for elements that cannot be read as a whole.</summary>
/// <param name="Id">The field with the id.</param>
/// <param name="Name">The field with the name.</param>
/// <param name="Tags">The field with the tags: an object, or a list of words.</param>
/// <param name="ReadTags">Makes tags of that object's entries; of words, which are their names.</param>
internal sealed record OddFields(
    string Id,
    string Name,
    string Tags,
    Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> ReadTags)
{
    /// <summary>Whether the cloud's ids are numbers; elsewhere a number is no id.</summary>
    public bool HasNumberIds { get; init; }

    /// <summary>The id of an element; null when it has none.</summary>
    public string? IdOf(JsonElement element) =>
        HasNumberIds && JsonTexts.Field(element, Id) is { ValueKind: JsonValueKind.Number } number
            ? JsonTexts.Raw(number)
            : JsonTexts.Text(element, Id);

    /// <summary>The tags that can be read; none where there is no object.</summary>
    public ImmutableSortedDictionary<string, string> TagsOf(JsonElement element)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (JsonTexts.Field(element, Tags) is { ValueKind: JsonValueKind.Array } words)
        {
            // Tags that are words alone; the cloud knows what they say.
            foreach (var word in words.EnumerateArray()
                .Where(word => word.ValueKind is JsonValueKind.String).Select(JsonTexts.Text).OfType<string>())
            {
                entries[word] = "";
            }
        }
        else if (JsonTexts.Field(element, Tags) is { ValueKind: JsonValueKind.Object } tags)
        {
            foreach (var tag in tags.EnumerateObject())
            {
                // One that cannot be read is left out, and hides no other.
                if (JsonTexts.Try(() => tag.Name) is { } name
                    && (tag.Value.ValueKind is JsonValueKind.String ? JsonTexts.Text(tag.Value) : JsonTexts.Raw(tag.Value)) is { } value)
                {
                    entries[name] = value;
                }
            }
        }

        return ReadTags(entries.ToImmutable());
    }
}
