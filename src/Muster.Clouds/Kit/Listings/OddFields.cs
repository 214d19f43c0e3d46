using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Muster.Clouds.Kit.Listings;

/// <summary>Where a cloud's listing has what Muster must know of an instance, for elements that cannot be read as a whole.</summary>
/// <param name="Id">The field with the id.</param>
/// <param name="Name">The field with the name.</param>
/// <param name="Tags">The field with the tags, an object.</param>
/// <param name="ReadTags">Makes tags of that object's entries.</param>
internal sealed record OddFields(
    string Id,
    string Name,
    string Tags,
    Func<ImmutableSortedDictionary<string, string>, ImmutableSortedDictionary<string, string>> ReadTags)
{
    /// <summary>Whether ids are numbers: elsewhere a number is no id, and must not become a part of a path.</summary>
    public bool HasNumericIds { get; init; }

    /// <summary>The id of an element; null when it has none.</summary>
    public string? IdOf(JsonElement element) =>
        Text(element, Id) ?? (HasNumericIds && Field(element, Id) is { ValueKind: JsonValueKind.Number } number ? Raw(number) : null);

    /// <summary>The text of a field, or its first text where it is a list; null when it has none.</summary>
    public static string? Text(JsonElement element, string field) => Field(element, field) switch
    {
        { ValueKind: JsonValueKind.String } text => Text(text) is { Length: > 0 } value ? value : null,
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 && list[0].ValueKind is JsonValueKind.String =>
            Text(list[0]),
        _ => null,
    };

    /// <summary>A text as it is; null where it is none in any language: half of a pair of UTF-16, or bytes that are no UTF-8.</summary>
    public static string? Text(JsonElement text) => Try(() => text.GetString());

    /// <summary>An element as it was written, with what is no text in it replaced.</summary>
    public static string Raw(JsonElement element) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));

    /// <summary>The tags that can be read; none where there is no object.</summary>
    public ImmutableSortedDictionary<string, string> TagsOf(JsonElement element)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (Field(element, Tags) is { ValueKind: JsonValueKind.Object } tags)
        {
            foreach (var tag in tags.EnumerateObject())
            {
                // One that cannot be read is left out, and hides no other.
                if (Try(() => tag.Name) is { } name
                    && (tag.Value.ValueKind is JsonValueKind.String ? Text(tag.Value) : Raw(tag.Value)) is { } value)
                {
                    entries[name] = value;
                }
            }
        }

        return ReadTags(entries.ToImmutable());
    }

    /// <summary>The value of a field; null when there is none.</summary>
    public static JsonElement? Field(JsonElement element, string field)
    {
        if (element.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }

        JsonElement? found = null;
        foreach (var property in element.EnumerateObject())
        {
            // The last of several, as everybody reads them. Not by TryGetProperty: names that are no text are in its way.
            if (Try(() => property.Name) == field)
            {
                found = property.Value;
            }
        }

        return found;
    }

    private static string? Try(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            // What the platform throws for a text that cannot be one in .NET.
            return null;
        }
    }
}
