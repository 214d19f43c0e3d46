using System.Collections.Immutable;
using System.Text.Json;

namespace Muster.Clouds.Listings;

/// <summary>Where a cloud's listing has what Muster must know of an instance, for elements that cannot be read as a whole.</summary>
/// <param name="Id">The field with the id.</param>
/// <param name="Name">The field with the name.</param>
/// <param name="Tags">The field with the tags, an object.</param>
/// <param name="ReadTags">Makes tags of that object's entries.</param>
internal sealed record OddFields(
    string Id, string Name, string Tags, Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> ReadTags)
{
    /// <summary>The text of a field, or its first text where it is a list; null when it has none.</summary>
    public static string? Text(JsonElement element, string field) => Field(element, field) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: > 0 } value ? value : null,
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 && list[0].ValueKind is JsonValueKind.String => list[0].GetString(),
        _ => null,
    };

    /// <summary>The tags that can be read; none where there is no object.</summary>
    public ImmutableSortedDictionary<string, string> TagsOf(JsonElement element)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (Field(element, Tags) is { ValueKind: JsonValueKind.Object } tags)
        {
            foreach (var tag in tags.EnumerateObject())
            {
                entries[tag.Name] = tag.Value.ValueKind is JsonValueKind.String ? tag.Value.GetString()! : tag.Value.GetRawText();
            }
        }
        return ReadTags(entries.ToImmutable());
    }

    private static JsonElement? Field(JsonElement element, string field) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(field, out var value) ? value : null;
}
